using Keelson.Api.Meta.V1;
using Keelson.Api.Validation;

namespace Keelson.Api.AdmissionRegistration.V1;

public sealed partial record ValidatingWebhookConfiguration : IHasDefaults, IHasRules
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
                ClientConfig = WebhookRules.WithDefaults(hook.ClientConfig),
                Rules = AdmissionRules.WithDefaults(hook.Rules),
            });
        }

        return this with { Webhooks = hooks };
    }

    public void Validate(FieldErrors errors) => WebhookRules.Validate(Webhooks, default, default, errors);

    public void ValidateUpdate(IResource old, FieldErrors errors) =>
        WebhookRules.Validate(Webhooks, default, WebhookRules.LeniencyOf(((ValidatingWebhookConfiguration)old).Webhooks), errors);
}
