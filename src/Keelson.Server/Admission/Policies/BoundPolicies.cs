using Keelson.Api;
using Keelson.Api.AdmissionRegistration.V1;
using Keelson.Api.Core.V1;
using Keelson.Server.Registry;

namespace Keelson.Server.Admission.Policies;

/// <summary>Finds the policies that are about a write, each with a binding that is.</summary>
/// <remarks>Where an object that may make a policy hold can't be read, the write is refused: what is not known must not let anything pass.</remarks>
internal sealed class BoundPolicies<TPolicy, TBinding>(AdmissionLookup lookup, PolicyKind<TPolicy, TBinding> kind)
    where TPolicy : class, IResource
    where TBinding : class, IResource
{
    private readonly DecisiveObjects<TPolicy> _policies = new(lookup, kind.Policies);
    private readonly DecisiveObjects<TBinding> _bindings = new(lookup, kind.Bindings);
    private readonly PolicyMatcher _matcher = new(lookup);

    /// <exception cref="Http.ApiException">It can't be found out which policies there are.</exception>
    public async ValueTask<(Namespace? Space, IReadOnlyList<BoundPolicy<TPolicy, TBinding>> Found)> FindAsync(AdmissionRequest request, CancellationToken cancel)
    {
        var bindings = await _bindings.ReadAsync(cancel).ConfigureAwait(false);
        if (bindings.IsEmpty) return (null, []);
        var policies = await _policies.ReadAsync(cancel).ConfigureAwait(false);
        if (policies.IsEmpty) return (null, []);
        var space = request.Name.Namespace.Length == 0 || request.Resource.Kind is { Group: "", Kind: "Namespace" }
            ? null
            : await lookup.FindAsync<Namespace>("", "namespaces", "", request.Name.Namespace, cancel).ConfigureAwait(false);
        var found = new List<BoundPolicy<TPolicy, TBinding>>();
        foreach (var policy in policies.Objects)
        {
            if (kind.Constraints(policy) is not { } constraints || _matcher.Match(constraints, request, space) is not { } shown) continue;
            if (bindings.Damaged.Count > 0 && !kind.IgnoresFailure(policy) && !Undecided.MayPass(request)) throw bindings.Refusal(bindings.Damaged[0]);
            foreach (var binding in bindings.Objects)
            {
                var (name, narrower) = kind.Binds(binding);
                if (name == policy.Metadata.Name && (narrower is null || _matcher.Match(narrower, request, space) is not null)) found.Add(new BoundPolicy<TPolicy, TBinding>(policy, binding, shown));
            }
        }

        if (policies.Damaged.Count > 0 && !Undecided.MayPass(request)) CheckDamaged(request, policies, bindings, space);
        return (space, found);
    }

    // A policy that can't be read may be about everything, where a binding makes it hold.
    private void CheckDamaged(AdmissionRequest request, Decisive<TPolicy> policies, Decisive<TBinding> bindings, Namespace? space)
    {
        foreach (var damaged in policies.Damaged)
        {
            if (bindings.Damaged.Count > 0) throw policies.Refusal(damaged);
            foreach (var binding in bindings.Objects)
            {
                var (name, narrower) = kind.Binds(binding);
                if (name == damaged.Name && (narrower is null || _matcher.Match(narrower, request, space) is not null)) throw policies.Refusal(damaged);
            }
        }
    }
}

/// <summary>A policy and a binding that are both about a write.</summary>
/// <param name="Shown">The version of the resource that the policy is about.</param>
internal readonly record struct BoundPolicy<TPolicy, TBinding>(TPolicy Policy, TBinding Binding, RegisteredResource Shown);

/// <summary>What is the same in both kinds of policies, read off each.</summary>
/// <param name="Policies">The resource of the policies.</param>
/// <param name="Bindings">The resource of the bindings.</param>
/// <param name="Binds">Which policy a binding names, and how far it narrows it down.</param>
internal sealed record PolicyKind<TPolicy, TBinding>(
    string Policies, string Bindings, Func<TPolicy, MatchResources?> Constraints, Func<TPolicy, bool> IgnoresFailure, Func<TBinding, (string Policy, MatchResources? Narrower)> Binds);
