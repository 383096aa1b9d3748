using Keelson.Api;
using Keelson.Api.Authentication.V1;
using Keelson.Api.Rbac.V1;
using Keelson.Server.Cache;

namespace Keelson.Server.Access.Rbac;

/// <summary>One binding as it concerns one subject.</summary>
/// <param name="Namespace">Where it grants; empty for everywhere.</param>
internal sealed record Grant(string Namespace, string Binding, RoleRef Role, Subject Subject)
{
    /// <summary>Why something was allowed, as review answers tell it.</summary>
    public override string ToString()
    {
        var who = Subject.Kind == "ServiceAccount"
            ? $"\"{Subject.Name}/{(Subject.Namespace.Length > 0 ? Subject.Namespace : Namespace)}\""
            : $"\"{Subject.Name}\"";
        var binding = Namespace.Length == 0 ? $"ClusterRoleBinding \"{Binding}\"" : $"RoleBinding \"{Binding}/{Namespace}\"";
        return $"{binding} of {Role.Kind} \"{Role.Name}\" to {Subject.Kind} {who}";
    }
}

/// <summary>Which bindings concern whom, at one state of both kinds of bindings. It never changes.</summary>
internal sealed class GrantIndex
{
    private readonly Dictionary<(string Namespace, bool IsGroup, string Name), List<Grant>> _bySubject = [];

    public GrantIndex(CacheState clusterBindings, CacheState bindings)
    {
        (ClusterBindings, Bindings) = (clusterBindings, bindings);
        foreach (var cached in clusterBindings.Index.All)
        {
            if (cached.Object.Typed is ClusterRoleBinding binding) Add("", binding.Metadata.Name, binding.RoleRef, binding.Subjects);
        }

        foreach (var cached in bindings.Index.All)
        {
            if (cached.Object.Typed is RoleBinding binding) Add(binding.Metadata.Namespace, binding.Metadata.Name, binding.RoleRef, binding.Subjects);
        }
    }

    /// <summary>The states that the index was made of: it is up to date as long as these are the newest.</summary>
    public CacheState ClusterBindings { get; }

    public CacheState Bindings { get; }

    /// <summary>What concerns a user everywhere, then what concerns the user in the namespace.</summary>
    public IEnumerable<Grant> Of(UserInfo user, string space)
    {
        foreach (var grant in In("", user)) yield return grant;
        if (space.Length == 0) yield break;
        foreach (var grant in In(space, user)) yield return grant;
    }

    private IEnumerable<Grant> In(string space, UserInfo user)
    {
        if (_bySubject.TryGetValue((space, false, user.Username), out var own))
        {
            foreach (var grant in own) yield return grant;
        }

        foreach (var group in user.Groups)
        {
            if (!_bySubject.TryGetValue((space, true, group), out var shared)) continue;
            foreach (var grant in shared) yield return grant;
        }
    }

    private void Add(string space, string binding, RoleRef role, ApiList<Subject> subjects)
    {
        foreach (var subject in subjects)
        {
            var name = subject.Kind == "ServiceAccount" ? AccountName(subject, space) : subject.Name;
            if (name is null || subject.Kind is not ("User" or "Group" or "ServiceAccount")) continue;
            var key = (space, subject.Kind == "Group", name);
            if (!_bySubject.TryGetValue(key, out var grants)) _bySubject[key] = grants = [];
            grants.Add(new Grant(space, binding, role, subject));
        }
    }

    // An account without a namespace is one of the binding's; for a binding of the whole cluster it is none.
    private static string? AccountName(Subject subject, string space)
    {
        var home = subject.Namespace.Length > 0 ? subject.Namespace : space;
        return home.Length == 0 ? null : $"system:serviceaccount:{home}:{subject.Name}";
    }
}
