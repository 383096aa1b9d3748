using Keelson.Api;
using Keelson.Api.Patch.Json;
using Keelson.Api.Values;
using Keelson.Server.Admission;
using Keelson.Server.Http;
using Keelson.Server.Objects;
using Keelson.Server.Registry;
using AdmissionRequest = Keelson.Server.Admission.AdmissionRequest;

namespace Keelson.Server.Webhooks;

/// <summary>Webhooks that may change what is written, one after another in the order of their configurations' names.</summary>
internal sealed class MutatingWebhooks(WebhookCaller caller) : IReinvocable
{
    public ValueTask<ApiObject?> MutateAsync(AdmissionRequest request, CancellationToken cancel) => RunAsync(request, again: false, cancel);

    public ValueTask<ApiObject?> MutateAgainAsync(AdmissionRequest request, CancellationToken cancel) => RunAsync(request, again: true, cancel);

    public ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel) => ValueTask.CompletedTask;

    private async ValueTask<ApiObject?> RunAsync(AdmissionRequest request, bool again, CancellationToken cancel)
    {
        if (WebhookMatcher.IsExempt(request)) return request.Object;
        var place = (Round: again ? 1 : 0, Index: -1);
        foreach (var hook in await caller.MutatingAsync(request, cancel).ConfigureAwait(false))
        {
            place.Index++;

            // Once more is asked only who wants that, and has not seen the object as it is now.
            if (again && (!hook.IsReinvoked || !request.Seen.TryGetValue(hook.Key, out var seen) || (request.Object is { } now && now.ToJson().Span.SequenceEqual(seen.Span)))) continue;
            if (await caller.MatchAsync(hook, request, cancel).ConfigureAwait(false) is not { } shown) continue;
            var before = request.Object;
            try
            {
                var answer = await caller.AskAsync(hook, request, shown, mutating: true, place, cancel).ConfigureAwait(false);
                if (answer?.Patch is { } patch)
                {
                    request = request with { Object = await PatchedAsync(hook, request, shown, patch, cancel).ConfigureAwait(false) };
                    NotePatch(request, hook, place, answer.Value.Response.Patch.Span);
                }

                if (request.Object is { } result) request.Seen[hook.Key] = result.ToJson();
            }
            finally
            {
                Note(request, hook, place, before);
            }
        }

        return request.Object;
    }

    private static async ValueTask<ApiObject?> PatchedAsync(Webhook hook, AdmissionRequest request, RegisteredResource shown, JsonPatch patch, CancellationToken cancel)
    {
        if (request.Object is not { } value) throw Failures.Internal($"admission webhook \"{hook.Name}\" attempted to modify the object, which is not supported for this operation");
        try
        {
            var before = await AdmissionForm.ShowAsync(request, shown, value, cancel).ConfigureAwait(false);
            if (patch.Apply(before) is not MapValue after) throw Failures.Internal("the patch left no object");
            return await AdmissionForm.ReadAsync(request, shown, value, after, cancel).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is JsonPatchException or ApiFormatException)
        {
            throw Failures.Internal(failure.Message, failure);
        }
    }

    private static void NotePatch(AdmissionRequest request, Webhook hook, (int Round, int Index) place, ReadOnlySpan<byte> patch)
    {
        if (request.AnnotateObject is not { } annotate) return;
        var note = new MapBuilder().Set("configuration", hook.Configuration).Set("webhook", hook.Name).Set("patch", ValueReader.Read(patch.ToArray())).Set("patchType", "JSONPatch").Build();
        annotate($"patch.webhook.admission.k8s.io/round_{place.Round}_index_{place.Index}", note.ToString());
    }

    private static void Note(AdmissionRequest request, Webhook hook, (int Round, int Index) place, ApiObject? before)
    {
        if (request.Annotate is not { } annotate) return;
        var mutated = !ReferenceEquals(before, request.Object) && !before!.ToJson().Span.SequenceEqual(request.Object!.ToJson().Span);
        var note = new MapBuilder().Set("configuration", hook.Configuration).Set("webhook", hook.Name).Set("mutated", mutated).Build();
        annotate($"mutation.webhook.admission.k8s.io/round_{place.Round}_index_{place.Index}", note.ToString());
    }
}
