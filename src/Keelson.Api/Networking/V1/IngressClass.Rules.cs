using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Networking.V1;

public sealed partial record IngressClass : IHasDefaults, IHasRules
{
    private const int MaximumControllerBytes = 250;
    private const string ClusterScope = "Cluster";
    private const string NamespaceScope = "Namespace";

    public IResource WithDefaults() => Spec.Parameters is { Scope: null } parameters
        ? this with { Spec = Spec with { Parameters = parameters with { Scope = ClusterScope } } }
        : this;

    public void Validate(FieldErrors errors)
    {
        using var scope = errors.In("spec");
        var controller = Spec.Controller;
        if (controller.Length == 0) errors.Required("controller");
        else
        {
            if (NameMessage.IsLonger(controller, MaximumControllerBytes)) errors.TooLong("controller", MaximumControllerBytes, "maxBytes");
            errors.Invalid("controller", controller, FieldName.CheckDomainPrefixedPath(controller));
        }

        if (Spec.Parameters is not { } parameters) return;
        using (errors.In("parameters")) Validate(parameters, errors);
    }

    public void ValidateUpdate(IResource old, FieldErrors errors)
    {
        using (errors.In("spec")) errors.ExpectSame("controller", Spec.Controller, ((IngressClass)old).Spec.Controller);
        Validate(errors);
    }

    private static void Validate(IngressClassParametersReference parameters, FieldErrors errors)
    {
        if (parameters.ApiGroup is { } group) errors.Invalid("apiGroup", group, DnsName.CheckSubdomain(group));
        errors.ExpectPathSegment("kind", parameters.Kind, "kind is required");
        errors.ExpectPathSegment("name", parameters.Name, "name is required");
        switch (parameters.Scope)
        {
            case null:
                errors.Required("scope");
                break;
            case NamespaceScope when parameters.Namespace is null:
                errors.Required("namespace", "`parameters.scope` is set to 'Namespace'");
                break;
            case NamespaceScope:
                errors.Invalid("namespace", parameters.Namespace, DnsName.CheckLabel(parameters.Namespace));
                break;
            case ClusterScope:
                if (parameters.Namespace is not null) errors.Forbidden("namespace", "`parameters.scope` is set to 'Cluster'");
                break;
            default:
                errors.NotSupported("scope", parameters.Scope, [ClusterScope, NamespaceScope]);
                break;
        }
    }
}
