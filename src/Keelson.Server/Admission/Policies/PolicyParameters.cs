using Keelson.Api.AdmissionRegistration.V1;
using Keelson.Api.Cel.Objects;
using Keelson.Server.Objects;
using Keelson.Server.Registry;

namespace Keelson.Server.Admission.Policies;

/// <summary>Finds the objects that hold a policy's parameters.</summary>
internal sealed class PolicyParameters(AdmissionLookup lookup)
{
    /// <summary>The objects; one null where the policy has no parameters.</summary>
    /// <exception cref="PolicyConfigurationException">They can't be found as the binding wants.</exception>
    public async ValueTask<IReadOnlyList<object?>> FindAsync(ParamKind? kind, ParamRef? reference, string space, CancellationToken cancel)
    {
        if (kind is null || reference is null) return [null];
        var resource = lookup.Registry.All.FirstOrDefault(resource => resource.IsStored && resource.Kind.ApiVersion == kind.ApiVersion && resource.Kind.Kind == kind.Kind)
            ?? throw new PolicyConfigurationException($"paramKind kind `{kind.ApiVersion}, Kind={kind.Kind}` not known");
        if (resource.IsNamespaced)
        {
            if (reference.Namespace.Length > 0) space = reference.Namespace;
            if (space.Length == 0) throw new PolicyConfigurationException("cannot use namespaced paramRef in policy binding that matches cluster-scoped resources");
        }
        else
        {
            if (reference.Namespace.Length > 0) throw new PolicyConfigurationException("paramRef.namespace must not be provided for a cluster-scoped `paramKind`");
            space = "";
        }

        var found = new List<object?>();
        if (reference.Name.Length > 0)
        {
            if (await lookup.Objects.GetAsync(resource, new ObjectName(space, reference.Name), cancel).ConfigureAwait(false) is { } one) found.Add(Shown(one.In(resource).Object));
        }
        else if (reference.Selector is not null)
        {
            await CheckDamagedAsync(resource, space, cancel).ConfigureAwait(false);
            var query = PolicyMatcher.QueryOf(reference.Selector);
            if (query.IsNothing) throw new PolicyConfigurationException("the selector of params is invalid");
            foreach (var item in await lookup.ListAsync(resource, space, cancel).ConfigureAwait(false))
            {
                if (query.Matches(item.Labels)) found.Add(Shown(item.In(resource).Object));
            }
        }

        return found.Count > 0 || reference.ParameterNotFoundAction != ParameterNotFoundActionType.Deny
            ? found
            : throw new PolicyConfigurationException("no params found for policy binding with `Deny` parameterNotFoundAction");
    }

    // What can't be read may be selected, too.
    private async ValueTask CheckDamagedAsync(RegisteredResource resource, string space, CancellationToken cancel)
    {
        var state = await lookup.StateAsync(resource, cancel).ConfigureAwait(false);
        var damaged = state.Damaged.All.FirstOrDefault(one => space.Length == 0 || one.Key.EndsWith($"/{space}/{one.Name}", StringComparison.Ordinal));
        if (damaged is not null) throw new PolicyConfigurationException($"params can't be read: {damaged}");
    }

    private static object Shown(ApiObject value) => CelDocument.Of(value.ToValue());
}

/// <summary>A policy and its binding can't be followed as they are.</summary>
internal sealed class PolicyConfigurationException(string message) : Exception(message);
