using Keelson.Api.AdmissionRegistration.V1;
using Keelson.Api.Validation;
using Keelson.Server.Objects;
using Keelson.Server.Registry;

namespace Keelson.Server.Webhooks;

/// <summary>Configurations of webhooks: what this server cannot follow is refused, as passing it over would ask about too much.</summary>
internal sealed class WebhookStrategy : ResourceStrategy
{
    public WebhookStrategy() => CountsGenerations = true;

    public override void Validate(ApiObject created, FieldErrors errors)
    {
        base.Validate(created, errors);
        RefuseConditions(created, errors);
    }

    public override void ValidateUpdate(ApiObject updated, ApiObject current, FieldErrors errors)
    {
        base.ValidateUpdate(updated, current, errors);
        RefuseConditions(updated, errors);
    }

    private static void RefuseConditions(ApiObject value, FieldErrors errors)
    {
        var conditions = value.Typed switch
        {
            MutatingWebhookConfiguration mutating => mutating.Webhooks.Select(hook => hook.MatchConditions).ToList(),
            ValidatingWebhookConfiguration validating => validating.Webhooks.Select(hook => hook.MatchConditions).ToList(),
            _ => [],
        };
        for (var i = 0; i < conditions.Count; i++)
        {
            if (conditions[i].IsEmpty) continue;
            using (errors.In("webhooks", i)) errors.Forbidden("matchConditions", "match conditions are not supported by this server");
        }
    }
}
