using Keelson.Server.Objects;

namespace Keelson.Server.Admission;

/// <summary>All plugins in order: first each may change the object, then each may refuse it.</summary>
internal sealed class AdmissionChain(IReadOnlyList<IAdmissionPlugin> plugins)
{
    public async ValueTask<ApiObject?> MutateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        foreach (var plugin in plugins) request = request with { Object = await plugin.MutateAsync(request, cancel).ConfigureAwait(false) };
        return request.Object;
    }

    public async ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        foreach (var plugin in plugins) await plugin.ValidateAsync(request, cancel).ConfigureAwait(false);
    }
}
