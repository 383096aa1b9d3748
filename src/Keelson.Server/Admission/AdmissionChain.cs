using Keelson.Server.Objects;

namespace Keelson.Server.Admission;

/// <summary>All plugins in order: first each may change the object, then each may refuse it.</summary>
internal sealed class AdmissionChain(IReadOnlyList<IAdmissionPlugin> plugins)
{
    public async ValueTask<ApiObject?> MutateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        for (var i = 0; i < plugins.Count; i++)
        {
            var before = request.Object;
            var after = await plugins[i].MutateAsync(request, cancel).ConfigureAwait(false);
            if (ReferenceEquals(before, after)) continue;
            request = request with { Object = after };
            if (plugins[i] is not IReinvocable others) continue;
            request.Others.IsThere = true;
            request = await AgainAsync(request, i, others, cancel).ConfigureAwait(false);
        }

        return request.Object;
    }

    public async ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        foreach (var plugin in plugins) await plugin.ValidateAsync(request, cancel).ConfigureAwait(false);
    }

    // What others changed, the plugins before them have not seen; and what these make of it, some of the others want to see. Once.
    private async ValueTask<AdmissionRequest> AgainAsync(AdmissionRequest request, int place, IReinvocable others, CancellationToken cancel)
    {
        for (var i = 0; i < place; i++)
        {
            // Those of others before them are asked again only where they want that.
            var after = plugins[i] is IReinvocable earlier ? await earlier.MutateAgainAsync(request, cancel).ConfigureAwait(false) : await plugins[i].MutateAsync(request, cancel).ConfigureAwait(false);
            request = request with { Object = after };
        }

        return request with { Object = await others.MutateAgainAsync(request, cancel).ConfigureAwait(false) };
    }
}
