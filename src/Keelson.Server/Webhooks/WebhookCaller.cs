using System.Runtime.CompilerServices;
using Keelson.Api;
using Keelson.Api.Admission.V1;
using Keelson.Api.AdmissionRegistration.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Patch.Json;
using Keelson.Server.Access;
using Keelson.Server.Admission;
using Keelson.Server.Admission.Policies;
using Keelson.Server.Http;
using Keelson.Server.Registry;
using AdmissionRequest = Keelson.Server.Admission.AdmissionRequest;

namespace Keelson.Server.Webhooks;

/// <summary>Asks the admission webhooks that care about a write.</summary>
internal sealed class WebhookCaller(WebhookClient client, AdmissionLookup lookup, IAuthorizer authorizer, Func<string> newUid, WebhookMetrics metrics, TimeProvider time)
{
    /// <summary>How long an answer may be; default 8 MiB.</summary>
    private const int MaxAnswerBytes = 8 * 1024 * 1024;

    /// <summary>Of a configuration only this many webhooks are asked; more are refused with the write. Default 1000.</summary>
    private const int MaxWebhooks = 1000;

    /// <summary>Made once for what was read of the configurations, which is the same as long as none of them changes.</summary>
    private readonly ConditionalWeakTable<object, List<Webhook>> _collected = [];

    private readonly DecisiveObjects<MutatingWebhookConfiguration> _mutating = new(lookup, "mutatingwebhookconfigurations");
    private readonly DecisiveObjects<ValidatingWebhookConfiguration> _validating = new(lookup, "validatingwebhookconfigurations");

    /// <exception cref="ApiException">A configuration can't be read, so that what it would say is not known.</exception>
    public async ValueTask<List<Webhook>> MutatingAsync(AdmissionRequest request, CancellationToken cancel) => Collect(
        request, await _mutating.ReadAsync(cancel).ConfigureAwait(false), static item => item.Webhooks.Select(hook => Webhook.Of(item.Metadata.Name, hook)));

    /// <exception cref="ApiException">A configuration can't be read, so that what it would say is not known.</exception>
    public async ValueTask<List<Webhook>> ValidatingAsync(AdmissionRequest request, CancellationToken cancel) => Collect(
        request, await _validating.ReadAsync(cancel).ConfigureAwait(false), static item => item.Webhooks.Select(hook => Webhook.Of(item.Metadata.Name, hook)));

    /// <summary>The version of the resource that a webhook wants to be asked about; null where it does not care about the write.</summary>
    public async ValueTask<RegisteredResource?> MatchAsync(Webhook hook, AdmissionRequest request, CancellationToken cancel)
    {
        if (await SelectAsync(hook, request, cancel).ConfigureAwait(false) is not { } shown) return null;
        if (hook.Conditions is null) return shown;
        var holds = hook.Conditions.Holds(await PolicyInput.OfAsync(request, shown, null, authorizer, cancel).ConfigureAwait(false), out var error, cancel);
        if (holds is { } decided) return decided ? shown : null;
        return hook.IgnoresFailure ? null : throw request.Forbid(error);
    }

    private async ValueTask<RegisteredResource?> SelectAsync(Webhook hook, AdmissionRequest request, CancellationToken cancel)
    {
        if (WebhookMatcher.Match(hook, request, lookup.Registry) is not { } shown || !WebhookMatcher.MatchesObject(hook, request)) return null;
        if (hook.Namespaces.IsEverything) return shown;
        if (hook.Namespaces.IsNothing) throw WebhookMatcher.Unreadable();
        if (request.Resource.Kind is { Group: "", Kind: "Namespace" })
        {
            return (request.Object ?? request.OldObject) is { } space && hook.Namespaces.Matches(space.Metadata.Labels) ? shown : null;
        }

        if (request.Name.Namespace.Length == 0) return shown;
        var found = await lookup.FindAsync<Namespace>("", "namespaces", "", request.Name.Namespace, cancel).ConfigureAwait(false)
            ?? throw Failures.NotFound(lookup.Resource("", "namespaces"), request.Name.Namespace);
        return hook.Namespaces.Matches(found.Metadata.Labels) ? shown : null;
    }

    /// <summary>A webhook's answer; null where it gave none and the write goes on all the same.</summary>
    /// <param name="place">Whether it is asked again, and where it stands among the webhooks, as the audit log tells it.</param>
    /// <exception cref="ApiException">The webhook says no, or does not answer and has to.</exception>
    public async Task<(AdmissionResponse Response, JsonPatch? Patch)?> AskAsync(Webhook hook, AdmissionRequest request, RegisteredResource shown, bool mutating, (int Round, int Index) place, CancellationToken cancel)
    {
        if (request.DryRun && hook.HasSideEffects) throw Failures.BadRequest($"admission webhook \"{hook.Name}\" does not support dry run");
        var (type, operation) = (mutating ? "admit" : "validating", WebhookReview.OperationOf(request));
        var begin = time.GetTimestamp();
        try
        {
            var answer = await CallAsync(hook, request, shown, mutating, cancel).ConfigureAwait(false);
            var response = answer.Response;
            lock (request.Seen)
            {
                // Several may answer at once, and there is one client to tell.
                foreach (var warning in response.Warnings) request.Warn?.Invoke(warning);
                foreach (var (key, value) in response.AuditAnnotations) request.Annotate?.Invoke($"{hook.Name}/{key}", value);
            }

            var denied = response.Allowed ? null : WebhookReview.Denied(hook.Name, response.Status);
            metrics.Asked(hook.Name, type, operation, denied?.Status.Code ?? 200, denied is not null, time.GetElapsedTime(begin));
            if (denied is null) return answer;
            metrics.Rejected(hook.Name, type, operation, "no_error", denied.Status.Code);
            throw denied;
        }
        catch (WebhookException failure)
        {
            metrics.Asked(hook.Name, type, operation, failure.Code ?? 0, !hook.IgnoresFailure, time.GetElapsedTime(begin));
            if (hook.IgnoresFailure)
            {
                metrics.FailedOpen(hook.Name, type);
                request.Annotate?.Invoke($"failed-open.{(mutating ? "mutation" : "validating")}.webhook.admission.k8s.io/round_{place.Round}_index_{place.Index}", hook.Name);
                return null;
            }

            metrics.Rejected(hook.Name, type, operation, "calling_webhook_error", 0);
            throw Failures.Internal($"failed calling webhook \"{hook.Name}\": {failure.Message}", failure);
        }
    }

    private async Task<(AdmissionResponse Response, JsonPatch? Patch)> CallAsync(Webhook hook, AdmissionRequest request, RegisteredResource shown, bool mutating, CancellationToken cancel)
    {
        var target = hook.Target ?? throw new WebhookException("the configuration names neither a url nor a service");
        var uid = newUid();
        byte[] answer;
        try
        {
            answer = await client.AskAsync(target, ApiJson.Encode(await WebhookReview.AskAsync(request, shown, hook.ReviewVersion, uid, cancel).ConfigureAwait(false)), hook.Timeout, MaxAnswerBytes, cancel).ConfigureAwait(false);
        }
        catch (WebhookException failure)
        {
            throw new WebhookException($"failed to call webhook: {failure.Message}", failure.Code, failure);
        }

        return WebhookReview.Read(answer, hook.ReviewVersion, uid, mutating);
    }

    private List<Webhook> Collect<T>(AdmissionRequest request, Decisive<T> read, Func<T, IEnumerable<Webhook>> hooks)
    {
        if (read.Damaged.Count > 0 && !Undecided.MayPass(request)) throw read.Refusal(read.Damaged[0]);
        if (read.Objects.Count == 0) return [];
        var all = _collected.GetValue(read, _ => read.Objects.SelectMany(hooks).Take(MaxWebhooks + 1).ToList());
        return all.Count <= MaxWebhooks ? all : throw Failures.Internal($"there are more than {MaxWebhooks} admission webhooks");
    }
}
