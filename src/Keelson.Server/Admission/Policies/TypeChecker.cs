using Keelson.Api;
using Keelson.Api.AdmissionRegistration.V1;
using Keelson.Api.Cel;
using Keelson.Api.Cel.Checking;
using Keelson.Api.Cel.Rules;
using Keelson.Server.Registry;

namespace Keelson.Server.Admission.Policies;

/// <summary>Holds the expressions of a policy against the types that it is about, as far as its rules name these.</summary>
/// <remarks>What does not fit is only a warning: the policy may be about other objects as well, which are known when they are written.</remarks>
internal sealed class TypeChecker(ResourceRegistry registry)
{
    /// <summary>How many types of one rule are looked at; as upstream.</summary>
    private const int MaxTypes = 10;

    public ApiList<ExpressionWarning> Check(ValidatingAdmissionPolicy policy)
    {
        var environments = TypesOf(policy).Select(resource => (resource.Kind, Environment: EnvironmentOf(policy, resource))).ToList();
        var warnings = new ApiListBuilder<ExpressionWarning>();
        for (var i = 0; i < policy.Spec.Validations.Count; i++)
        {
            var validation = policy.Spec.Validations[i];
            Check($"spec.validations[{i}].expression", validation.Expression);
            if (validation.MessageExpression.Length > 0) Check($"spec.validations[{i}].messageExpression", validation.MessageExpression);
        }

        return warnings.ToList();

        void Check(string field, string expression)
        {
            var found = new List<string>();
            foreach (var (kind, environment) in environments)
            {
                if (CelProgram.Compile(environment, expression, out var error) is null) found.Add($"{kind.ApiVersion}, Kind={kind.Kind}: {error}\n");
            }

            if (found.Count > 0) warnings.Add(new ExpressionWarning { FieldRef = field, Warning = string.Join('\n', found) });
        }
    }

    private CelEnvironment EnvironmentOf(ValidatingAdmissionPolicy policy, RegisteredResource resource)
    {
        var parameters = policy.Spec.ParamKind is not { } kind ? null : registry.All.FirstOrDefault(other => other.IsStored && other.Kind.ApiVersion == kind.ApiVersion && other.Kind.Kind == kind.Kind) is { } known
            ? TypeOf(known)
            : DeclaredType.Dyn;
        var environment = AdmissionExpressions.Environment(TypeOf(resource), parameters);
        var (_, variables) = CompiledPolicy.CompileVariables(policy.Spec.Variables, environment);
        return environment.Copy().Variable("variables", variables);
    }

    private static DeclaredType TypeOf(RegisteredResource resource)
    {
        try
        {
            return SchemaTypes.OfObject(resource.PeekSchema(), resource.Kind.Kind);
        }
        catch (Exception broken) when (broken is FormatException or ApiFormatException or InvalidDataException)
        {
            // Of a schema that can't be read nothing is known.
            return DeclaredType.Dyn;
        }
    }

    /// <summary>The resources that are named whole: with a wildcard nothing is known, and subresources have other kinds.</summary>
    private List<RegisteredResource> TypesOf(ValidatingAdmissionPolicy policy)
    {
        var types = new HashSet<RegisteredResource>();
        foreach (var named in policy.Spec.MatchConstraints?.ResourceRules ?? default)
        {
            var rule = named.RuleWithOperations.Rule;
            if (rule.ApiGroups.Any(IsOpen) || rule.ApiVersions.Any(IsOpen)) continue;
            var found = from kind in rule.ApiGroups.Order(StringComparer.Ordinal)
                        from version in rule.ApiVersions.Order(StringComparer.Ordinal)
                        from plural in rule.Resources.Order(StringComparer.Ordinal)
                        where !IsOpen(plural) && !plural.Contains('/', StringComparison.Ordinal)
                        let resource = registry.Find(kind, version, plural)
                        where resource is not null
                        select resource;
            types.UnionWith(found.Take(MaxTypes));
        }

        return [.. types.OrderBy(type => type.Kind.Group, StringComparer.Ordinal).ThenBy(type => type.Kind.Version, StringComparer.Ordinal).ThenBy(type => type.Kind.Kind, StringComparer.Ordinal)];
    }

    private static bool IsOpen(string name) => name.Contains('*', StringComparison.Ordinal);
}
