using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.AdmissionRegistration.V1;

/// <summary>What webhooks of both sorts must say of themselves.</summary>
internal static class WebhookRules
{
    private const int SecurePort = 443;
    private static readonly string[] ReviewVersions = ["v1", "v1beta1"];
    private static readonly string[] Harmless = [SideEffectClass.None, SideEffectClass.NoneOnDryRun];
    private static readonly string[] AllEffects = [SideEffectClass.None, SideEffectClass.NoneOnDryRun, SideEffectClass.Some, SideEffectClass.Unknown];

    public static WebhookClientConfig WithDefaults(WebhookClientConfig client) =>
        client.Service is { Port: null } service ? client with { Service = service with { Port = SecurePort } } : client;

    /// <summary>The webhooks as they were before: what was wrong with them may stay so.</summary>
    public static Leniency LeniencyOf(ApiList<ValidatingWebhook>? old) => old is not { } hooks ? default : new Leniency(
        hooks.Any(hook => hook.SideEffects is null || !Harmless.Contains(hook.SideEffects)),
        hooks.Any(hook => !hook.AdmissionReviewVersions.IsEmpty && !hook.AdmissionReviewVersions.Intersect(ReviewVersions).Any()),
        hooks.Select(hook => hook.Name).Distinct().Count() < hooks.Count,
        hooks.Any(hook => !FieldExpectations.IsValidSelector(hook.NamespaceSelector) || !FieldExpectations.IsValidSelector(hook.ObjectSelector)),
        hooks.Select(hook => hook.MatchConditions).ToApiList());

    public static void Validate(ApiList<ValidatingWebhook> hooks, ApiList<string?> reinvocations, Leniency leniency, FieldErrors errors)
    {
        var sameConditions = leniency.Conditions.Count == hooks.Count && hooks.Count > 0
            && hooks.Select(hook => hook.MatchConditions).SequenceEqual(leniency.Conditions);
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < hooks.Count; i++)
        {
            var hook = hooks[i];
            using var scope = errors.In("webhooks", i);
            Validate(hook, reinvocations.IsEmpty ? null : reinvocations[i], leniency, sameConditions, errors);
            ValidateVersions(hook.AdmissionReviewVersions, leniency.AnyVersions, errors);
            if (hook.Name.Length > 0 && !names.Add(hook.Name) && !leniency.AnyNames) errors.Duplicate("name", hook.Name);
        }
    }

    private static void Validate(ValidatingWebhook hook, string? reinvocation, Leniency leniency, bool sameConditions, FieldErrors errors)
    {
        if (hook.Name.Length == 0) errors.Required("name");
        else errors.Invalid("name", hook.Name, DnsName.CheckFullyQualified(hook.Name));
        for (var i = 0; i < hook.Rules.Count; i++)
        {
            using (errors.In("rules", i)) AdmissionRules.Validate(hook.Rules[i], errors);
        }

        if (hook.FailurePolicy is { } failure) errors.ExpectKnown("failurePolicy", failure, FailurePolicyType.Fail, FailurePolicyType.Ignore);
        if (hook.MatchPolicy is { } match) errors.ExpectKnown("matchPolicy", match, MatchPolicyType.Equivalent, MatchPolicyType.Exact);
        var effects = leniency.AnyEffects ? AllEffects : Harmless;
        if (hook.SideEffects is null) errors.Required("sideEffects", $"must specify one of {string.Join(", ", effects)}");
        else errors.ExpectKnown("sideEffects", hook.SideEffects, effects);
        if (hook.TimeoutSeconds is { } seconds and (< 1 or > 30)) errors.Invalid("timeoutSeconds", seconds, "the timeout value must be between 1 and 30 seconds");
        errors.ExpectLabelSelector("namespaceSelector", hook.NamespaceSelector, leniency.AnySelectors);
        errors.ExpectLabelSelector("objectSelector", hook.ObjectSelector, leniency.AnySelectors);
        if (reinvocation is not null) errors.ExpectKnown("reinvocationPolicy", reinvocation, ReinvocationPolicyType.IfNeeded, ReinvocationPolicyType.Never);
        Validate(hook.ClientConfig, errors);
        if (!sameConditions) AdmissionRules.ValidateConditions(hook.MatchConditions, errors);
    }

    private static void Validate(WebhookClientConfig client, FieldErrors errors)
    {
        if (client.Url is null == client.Service is null)
        {
            errors.Required("clientConfig", "exactly one of url or service is required");
            return;
        }

        using var scope = errors.In("clientConfig");
        if (client.Url is not null) errors.ExpectWebhookUrl("url", client.Url);
        else if (client.Service is { } service) errors.ExpectWebhookService("service", service.Namespace, service.Name, service.Path, service.Port ?? 0);
    }

    private static void ValidateVersions(ApiList<string> versions, bool anyVersions, FieldErrors errors)
    {
        if (versions.IsEmpty)
        {
            errors.Required("admissionReviewVersions", $"must specify one of {string.Join(", ", ReviewVersions)}");
            return;
        }

        for (var i = 0; i < versions.Count; i++)
        {
            using var scope = errors.In("admissionReviewVersions", i);
            if (versions.IndexOf(versions[i]) < i) errors.Invalid(null, versions[i], "duplicate version");
            else errors.Invalid(null, versions[i], DnsName.CheckLabel1035(versions[i]));
        }

        if (anyVersions || versions.Intersect(ReviewVersions).Any()) return;
        errors.Invalid("admissionReviewVersions", Shown.Texts(versions), $"must include at least one of {string.Join(", ", ReviewVersions)}");
    }

    /// <summary>What stored webhooks were allowed before, and are so still.</summary>
    internal readonly record struct Leniency(bool AnyEffects, bool AnyVersions, bool AnyNames, bool AnySelectors, ApiList<ApiList<MatchCondition>> Conditions);
}
