using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

public sealed partial record ResourceQuota : IHasDefaults, IHasRules
{
    private const string UnsupportedScope = "unsupported scope";
    private const string UnsupportedResource = "unsupported scope applied to resource";

    public IResource WithDefaults() => this with
    {
        Spec = Spec with { Hard = StandardResources.Rounded(Spec.Hard) },
        Status = Status with { Hard = StandardResources.Rounded(Status.Hard), Used = StandardResources.Rounded(Status.Used) },
    };

    public void Validate(FieldErrors errors)
    {
        ValidateSpec(errors);
        ValidateStatus(errors);
    }

    public void ValidateUpdate(IResource old, FieldErrors errors)
    {
        ValidateSpec(errors);
        var before = ((ResourceQuota)old).Spec.Scopes;
        if (Spec.Scopes.ToHashSet(StringComparer.Ordinal).SetEquals(before)) return;
        using (errors.In("spec")) errors.Invalid("scopes", Shown.Texts(Spec.Scopes), ObjectMetaValidation.ImmutableMessage);
    }

    public void ValidateStatusUpdate(IResource old, FieldErrors errors)
    {
        if (Metadata.ResourceVersion.Length == 0) errors.Required("resourceVersion");
        ValidateStatus(errors);
    }

    private void ValidateSpec(FieldErrors errors)
    {
        using var scope = errors.In("spec");
        ValidateQuantities("hard", Spec.Hard, errors);
        ValidateScopes(errors);
        if (Spec.ScopeSelector is null) return;
        using (errors.In("scopeSelector")) ValidateSelector(Spec.ScopeSelector, errors);
    }

    private void ValidateStatus(FieldErrors errors)
    {
        using var scope = errors.In("status");
        ValidateQuantities("hard", Status.Hard, errors);
        ValidateQuantities("used", Status.Used, errors);
    }

    private static void ValidateQuantities(string field, ApiMap<Quantity> quantities, FieldErrors errors)
    {
        foreach (var (name, value) in quantities)
        {
            using var scope = errors.In(field, name);
            errors.ExpectResourceName(null, name);
            if (!name.Contains('/', StringComparison.Ordinal) && !StandardResources.IsOfQuota(name))
            {
                errors.Invalid(null, name, "must be a standard resource for quota");
            }

            errors.ExpectQuantity(null, name, value);
        }
    }

    private void ValidateScopes(FieldErrors errors)
    {
        foreach (var scope in Spec.Scopes)
        {
            if (!IsScope(scope)) errors.Invalid("scopes", Shown.Texts(Spec.Scopes), UnsupportedScope);
            foreach (var name in Spec.Hard.Keys)
            {
                if (IsOutOfScope(scope, name)) errors.Invalid("scopes", Shown.Texts(Spec.Scopes), UnsupportedResource);
            }
        }

        ValidateConflicts("scopes", Spec.Scopes, errors);
    }

    private void ValidateSelector(ScopeSelector selector, FieldErrors errors)
    {
        // Upstream tells which list, not which element.
        using var scope = errors.In("matchExpressions");
        foreach (var requirement in selector.MatchExpressions)
        {
            if (!IsScope(requirement.ScopeName)) errors.Invalid("scopeName", requirement.ScopeName, UnsupportedScope);
            foreach (var name in Spec.Hard.Keys)
            {
                if (IsOutOfScope(requirement.ScopeName, name)) errors.Invalid(null, Shown.Object(selector), UnsupportedResource);
            }

            if (requirement.ScopeName is not (ResourceQuotaScope.PriorityClass or ResourceQuotaScope.VolumeAttributesClass)
                && IsScope(requirement.ScopeName) && requirement.Operator != ScopeSelectorOperator.Exists)
            {
                errors.Invalid("operator", requirement.Operator,
                    "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity");
            }

            ValidateOperator(requirement, errors);
        }

        ValidateConflicts(null, selector.MatchExpressions.Select(requirement => requirement.ScopeName).ToApiList(), errors);
    }

    private static void ValidateOperator(ScopedResourceSelectorRequirement requirement, FieldErrors errors)
    {
        switch (requirement.Operator)
        {
            case ScopeSelectorOperator.In or ScopeSelectorOperator.NotIn:
                if (requirement.Values.IsEmpty) errors.Required("values", "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector");
                break;
            case ScopeSelectorOperator.Exists or ScopeSelectorOperator.DoesNotExist:
                if (requirement.Values.IsEmpty) break;
                errors.Invalid("values", Shown.Texts(requirement.Values), "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector");
                break;
            default:
                errors.Invalid("operator", requirement.Operator, "not a valid selector operator");
                break;
        }
    }

    private void ValidateConflicts(string? field, ApiList<string> scopes, FieldErrors errors)
    {
        if (scopes.Contains(ResourceQuotaScope.BestEffort) && scopes.Contains(ResourceQuotaScope.NotBestEffort)) Conflict();
        if (scopes.Contains(ResourceQuotaScope.Terminating) && scopes.Contains(ResourceQuotaScope.NotTerminating)) Conflict();

        void Conflict() => errors.Invalid(field, Shown.Texts(Spec.Scopes), "conflicting scopes");
    }

    private static bool IsOutOfScope(string scope, string name) => StandardResources.IsOfQuota(name) && !StandardResources.IsInScope(scope, name);

    private static bool IsScope(string scope) => scope is ResourceQuotaScope.Terminating or ResourceQuotaScope.NotTerminating
        or ResourceQuotaScope.BestEffort or ResourceQuotaScope.NotBestEffort or ResourceQuotaScope.PriorityClass
        or ResourceQuotaScope.CrossNamespacePodAffinity or ResourceQuotaScope.VolumeAttributesClass;
}
