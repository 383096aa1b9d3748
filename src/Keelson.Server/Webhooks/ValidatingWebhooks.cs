using Keelson.Server.Admission;
using AdmissionRequest = Keelson.Server.Admission.AdmissionRequest;

namespace Keelson.Server.Webhooks;

/// <summary>Webhooks that may refuse what is written; all are asked at once.</summary>
internal sealed class ValidatingWebhooks(WebhookCaller caller) : IAdmissionPlugin
{
    public async ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        if (WebhookMatcher.IsExempt(request)) return;
        var asked = new List<Task>();
        foreach (var hook in await caller.ValidatingAsync(request, cancel).ConfigureAwait(false))
        {
            if (await caller.MatchAsync(hook, request, cancel).ConfigureAwait(false) is { } shown) asked.Add(caller.AskAsync(hook, request, shown, mutating: false, (0, asked.Count), cancel));
        }

        if (asked.Count == 0) return;
        var all = Task.WhenAll(asked);
        await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // The first refusal in the order of the configurations, whichever came first.
        foreach (var answer in asked) await answer.ConfigureAwait(false);
    }
}
