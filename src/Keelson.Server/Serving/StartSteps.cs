using System.Collections.Concurrent;

namespace Keelson.Server.Serving;

/// <summary>What the server does when it starts, by upstream's names: whether it is done, and whether what goes on from there still does.</summary>
internal sealed class StartSteps
{
    public const string Namespaces = "poststarthook/start-system-namespaces-controller";
    public const string AuthenticationInfo = "poststarthook/start-cluster-authentication-info-controller";
    public const string Roles = "poststarthook/rbac/bootstrap-roles";
    public const string PriorityClasses = "poststarthook/scheduling/bootstrap-system-priority-classes";
    public const string Flows = "poststarthook/priority-and-fairness-config-producer";
    public const string DefinitionsRead = "poststarthook/crd-informer-synced";
    public const string DefinitionsFollowed = "poststarthook/start-apiextensions-controllers";
    public const string ServicesRegistered = "poststarthook/apiservice-registration-controller";
    public const string ServicesWatched = "poststarthook/apiservice-remote-available-controller";
    public const string Registration = "autoregister-completion";
    public const string Endpoints = "poststarthook/bootstrap-controller";

    private readonly ConcurrentDictionary<string, Func<Task>?> _done = new(StringComparer.Ordinal);

    /// <summary>All steps, in the order in which they are told.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        DefinitionsFollowed, DefinitionsRead, Namespaces, AuthenticationInfo, Roles, PriorityClasses, Flows, Endpoints, ServicesRegistered, ServicesWatched, Registration,
    ];

    /// <param name="running">What goes on from there until the server stops; null where nothing does.</param>
    public void Done(string name, Func<Task>? running = null) => _done[name] = running;

    /// <summary>Why a step is not well; null where it is.</summary>
    public string? Fault(string name)
    {
        if (!_done.TryGetValue(name, out var running)) return "not finished";
        return running?.Invoke() is { IsCompleted: true } ended ? $"it has ended: {ended.Exception?.GetBaseException().Message ?? ended.Status.ToString()}" : null;
    }
}
