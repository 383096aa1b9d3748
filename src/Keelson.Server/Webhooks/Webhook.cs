using Keelson.Api;
using Keelson.Api.AdmissionRegistration.V1;
using Keelson.Api.Meta.V1;
using Keelson.Api.Selectors;
using Keelson.Server.Admission.Policies;

namespace Keelson.Server.Webhooks;

/// <summary>One admission webhook, whichever of the two kinds of configuration it comes from.</summary>
internal sealed record Webhook(
    string Configuration,
    string Name,
    WebhookTarget? Target,
    ApiList<RuleWithOperations> Rules,
    bool IgnoresFailure,
    bool MatchesEquivalent,
    LabelQuery Namespaces,
    LabelQuery Objects,
    bool HasSideEffects,
    TimeSpan Timeout,
    bool IsReinvoked,
    string ReviewVersion,
    MatchConditionSet? Conditions)
{
    private const int DefaultTimeoutSeconds = 10;

    public string Key => $"{Configuration}/{Name}";

    public static Webhook Of(string configuration, MutatingWebhook hook) => new(
        configuration, hook.Name, TargetOf(hook.ClientConfig), hook.Rules, hook.FailurePolicy == FailurePolicyType.Ignore, hook.MatchPolicy != MatchPolicyType.Exact,
        QueryOf(hook.NamespaceSelector), QueryOf(hook.ObjectSelector), HasEffects(hook.SideEffects), TimeSpan.FromSeconds(hook.TimeoutSeconds ?? DefaultTimeoutSeconds),
        hook.ReinvocationPolicy == ReinvocationPolicyType.IfNeeded, VersionOf(hook.AdmissionReviewVersions), MatchConditionSet.Of(hook.MatchConditions));

    public static Webhook Of(string configuration, ValidatingWebhook hook) => new(
        configuration, hook.Name, TargetOf(hook.ClientConfig), hook.Rules, hook.FailurePolicy == FailurePolicyType.Ignore, hook.MatchPolicy != MatchPolicyType.Exact,
        QueryOf(hook.NamespaceSelector), QueryOf(hook.ObjectSelector), HasEffects(hook.SideEffects), TimeSpan.FromSeconds(hook.TimeoutSeconds ?? DefaultTimeoutSeconds),
        false, VersionOf(hook.AdmissionReviewVersions), MatchConditionSet.Of(hook.MatchConditions));

    private static WebhookTarget? TargetOf(WebhookClientConfig config)
    {
        if (config.Service is { } service) return WebhookTarget.Of(null, (service.Namespace, service.Name, service.Path, service.Port), config.CaBundle);
        return config.Url is { } url && Uri.TryCreate(url, UriKind.Absolute, out _) ? WebhookTarget.Of(url, null, config.CaBundle) : null;
    }

    private static LabelQuery QueryOf(LabelSelector? selector)
    {
        if (selector is null) return LabelQuery.Everything;
        return LabelQuery.TryCreate(
            selector.MatchLabels, [.. selector.MatchExpressions.Select(expression => new LabelExpression(expression.Key, expression.Operator, expression.Values))], out var query, out _)
            ? query
            : LabelQuery.Nothing;
    }

    // The first in which this server can ask, as the webhook's author has ordered them.
    private static string VersionOf(ApiList<string> versions) => "admission.k8s.io/" + (versions.FirstOrDefault(version => version is "v1" or "v1beta1") ?? "v1");

    private static bool HasEffects(string? effects) => effects is not (SideEffectClass.None or SideEffectClass.NoneOnDryRun);
}
