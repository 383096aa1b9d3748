using Keelson.Api.AdmissionRegistration.V1;
using Keelson.Api.Validation;
using Keelson.Server.Admission.Policies;
using Keelson.Server.Objects;
using Keelson.Server.Registry;

namespace Keelson.Server.Webhooks;

/// <summary>Configurations of webhooks: the expressions of their conditions have to compile.</summary>
internal sealed class WebhookStrategy : ResourceStrategy
{
    public WebhookStrategy() => CountsGenerations = true;

    public override void Validate(ApiObject created, FieldErrors errors)
    {
        base.Validate(created, errors);
        CheckConditions(created, errors);
    }

    public override void ValidateUpdate(ApiObject updated, ApiObject current, FieldErrors errors)
    {
        base.ValidateUpdate(updated, current, errors);
        CheckConditions(updated, errors);
    }

    private static void CheckConditions(ApiObject value, FieldErrors errors)
    {
        var conditions = value.Typed switch
        {
            MutatingWebhookConfiguration mutating => mutating.Webhooks.Select(hook => hook.MatchConditions).ToList(),
            ValidatingWebhookConfiguration validating => validating.Webhooks.Select(hook => hook.MatchConditions).ToList(),
            _ => [],
        };
        for (var i = 0; i < conditions.Count; i++)
        {
            using (errors.In("webhooks", i)) MatchConditionSet.Of(conditions[i])?.Check(errors);
        }
    }
}
