using Keelson.Api.Meta.V1;
using Keelson.Api.Validation;

namespace Keelson.Api.AdmissionRegistration.V1;

public sealed partial record MutatingWebhookConfiguration : IHasDefaults, IHasRules
{
    private const int TimeoutSeconds = 10;

    public IResource WithDefaults()
    {
        var hooks = Webhooks;
        for (var i = 0; i < hooks.Count; i++)
        {
            var hook = hooks[i];
            hooks = hooks.With(i, hook with
            {
                FailurePolicy = hook.FailurePolicy ?? FailurePolicyType.Fail,
                MatchPolicy = hook.MatchPolicy ?? MatchPolicyType.Equivalent,
                NamespaceSelector = hook.NamespaceSelector ?? LabelSelector.Empty,
                ObjectSelector = hook.ObjectSelector ?? LabelSelector.Empty,
                TimeoutSeconds = hook.TimeoutSeconds ?? TimeoutSeconds,
                ReinvocationPolicy = hook.ReinvocationPolicy ?? ReinvocationPolicyType.Never,
                ClientConfig = WebhookRules.WithDefaults(hook.ClientConfig),
                Rules = AdmissionRules.WithDefaults(hook.Rules),
            });
        }

        return this with { Webhooks = hooks };
    }

    public void Validate(FieldErrors errors) => Validate(default, errors);

    public void ValidateUpdate(IResource old, FieldErrors errors) =>
        Validate(WebhookRules.LeniencyOf(Common(((MutatingWebhookConfiguration)old).Webhooks)), errors);

    private void Validate(WebhookRules.Leniency leniency, FieldErrors errors) =>
        WebhookRules.Validate(Common(Webhooks), Webhooks.Select(hook => hook.ReinvocationPolicy).ToApiList(), leniency, errors);

    /// <summary>What webhooks that change objects share with those that do not.</summary>
    private static ApiList<ValidatingWebhook> Common(ApiList<MutatingWebhook> hooks) => hooks.Select(hook => new ValidatingWebhook
    {
        Name = hook.Name,
        ClientConfig = hook.ClientConfig,
        Rules = hook.Rules,
        FailurePolicy = hook.FailurePolicy,
        MatchPolicy = hook.MatchPolicy,
        NamespaceSelector = hook.NamespaceSelector,
        ObjectSelector = hook.ObjectSelector,
        SideEffects = hook.SideEffects,
        TimeoutSeconds = hook.TimeoutSeconds,
        AdmissionReviewVersions = hook.AdmissionReviewVersions,
        MatchConditions = hook.MatchConditions,
    }).ToApiList();
}
