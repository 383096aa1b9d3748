using Keelson.Api;
using Keelson.Api.Admission.V1;
using Keelson.Api.Autoscaling.V1;
using Keelson.Api.Json;
using Keelson.Api.Patch.Json;
using Keelson.Api.Values;
using Keelson.Server.Admission;
using Keelson.Server.Http;
using Keelson.Server.Objects;
using Keelson.Server.Registry;
using Keelson.Server.Verbs.Subresources;
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
        foreach (var hook in await caller.MutatingAsync(cancel).ConfigureAwait(false))
        {
            // Once more is asked only who wants that, and has not seen the object as it is now.
            if (again && (!hook.IsReinvoked || !request.Seen.TryGetValue(hook.Key, out var seen) || (request.Object is { } now && now.ToJson().Span.SequenceEqual(seen.Span)))) continue;
            if (await caller.MatchAsync(hook, request, cancel).ConfigureAwait(false) is not { } shown) continue;
            var response = await caller.AskAsync(hook, request, shown, mutating: true, cancel).ConfigureAwait(false);
            if (response is null) continue;
            if (!response.Patch.IsEmpty) request = request with { Object = await PatchedAsync(hook, request, shown, response, cancel).ConfigureAwait(false) };
            if (request.Object is { } result) request.Seen[hook.Key] = result.ToJson();
        }

        return request.Object;
    }

    private static async ValueTask<ApiObject?> PatchedAsync(Webhook hook, AdmissionRequest request, RegisteredResource shown, AdmissionResponse response, CancellationToken cancel)
    {
        if (request.Object is not { } value) throw Failures.Internal($"admission webhook \"{hook.Name}\" attempted to modify the object, which is not supported for this operation");
        try
        {
            var patch = JsonPatch.Parse(response.Patch.Span);
            if (request.Subresource == "scale") return Scaled(request, value, patch);
            var before = shown == request.Resource ? value.ToValue() : await shown.ConvertAsync(value.ToValue(), cancel).ConfigureAwait(false);
            if (patch.Apply(before) is not MapValue after) throw Failures.Internal("the patch left no object");
            var resource = request.Resource;
            if (value.Typed is { } typed && resource.Subresource(request.Subresource)?.Kind is { } other && typed.Kind == other.Kind && Catalog.Find(other) is { } info)
            {
                return new TypedObject((IResource)ApiJson.Decode(ValueWriter.WriteBytes(after), info, new DecodeReport()));
            }

            var read = resource.ReadValue(shown == resource ? after : await resource.ConvertAsync(after, cancel).ConfigureAwait(false), new DecodeReport());
            return resource.Strategy.Default(read);
        }
        catch (Exception failure) when (failure is JsonPatchException or ApiFormatException)
        {
            throw Failures.Internal(failure.Message, failure);
        }
    }

    private static ApiObject Scaled(AdmissionRequest request, ApiObject value, JsonPatch patch)
    {
        var scale = ApiJson.Decode<Scale>(ValueWriter.WriteBytes(patch.Apply(ValueReader.Read(ApiJson.Encode(ScalePaths.Read(request.Resource, value))))), new DecodeReport());
        return request.Resource.ReadValue(ScalePaths.Write(request.Resource, value.ToValue(), scale.Spec.Replicas), new DecodeReport());
    }
}
