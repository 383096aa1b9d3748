using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;

namespace Keelson.Control.Controllers.Namespaces;

/// <summary>What was found in a namespace that is being emptied.</summary>
internal sealed class NamespaceContent
{
    /// <summary>How long finalizers are given before another look, as upstream.</summary>
    private const int FinalizerSeconds = 15;

    private readonly SortedDictionary<string, int> _remaining = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _finalizers = new(StringComparer.Ordinal);
    private readonly List<string> _failures = [];
    private readonly List<string> _unknown = [];
    private long _seconds;

    public bool IsEmpty => _remaining.Count == 0 && _failures.Count == 0 && _unknown.Count == 0;

    /// <summary>After how long to look again: about half of what is waited for.</summary>
    public TimeSpan LookAgainAfter => TimeSpan.FromSeconds((_seconds / 2) + 1);

    /// <summary>Notes objects of a resource that are still there.</summary>
    public void Add(string resource, IReadOnlyCollection<PartialObjectMetadata> objects)
    {
        if (objects.Count == 0) return;
        _remaining[resource] = objects.Count;
        foreach (var value in objects)
        {
            foreach (var finalizer in value.Metadata.Finalizers) _finalizers[finalizer] = _finalizers.GetValueOrDefault(finalizer) + 1;
            if (!value.Metadata.Finalizers.IsEmpty) _seconds = Math.Max(_seconds, FinalizerSeconds);
            if (value.Metadata.DeletionGracePeriodSeconds is { } grace) _seconds = Math.Max(_seconds, grace);
        }
    }

    /// <summary>Notes a resource whose objects could not be deleted or listed.</summary>
    public void Fail(string resource, string message) => _failures.Add($"{resource}: {message}");

    /// <summary>Notes a group about which nothing could be learned.</summary>
    public void Unknown(string group, string message) => _unknown.Add($"{group}: {message}");

    public ApiList<NamespaceCondition> Conditions(ApiList<NamespaceCondition> before, Time now)
    {
        var remaining = string.Join(", ", _remaining.Select(entry => $"{entry.Key} has {entry.Value} resource instances"));
        var finalizers = string.Join(", ", _finalizers.Select(entry => $"{entry.Key} in {entry.Value} resource instances"));
        NamespaceCondition[] wanted =
        [
            Make(NamespaceConditionType.NamespaceDeletionDiscoveryFailure, _unknown.Count > 0, "DiscoveryFailed", $"Discovery failed for some groups, {_unknown.Count} failing: {string.Join("; ", _unknown)}", "ResourcesDiscovered", "All resources successfully discovered"),
            Make(NamespaceConditionType.NamespaceDeletionGroupVersionParsingFailure, false, "", "", "ParsedGroupVersions", "All legacy kube types successfully parsed"),
            Make(NamespaceConditionType.NamespaceDeletionContentFailure, _failures.Count > 0, "ContentDeletionFailed", $"Failed to delete all resource types, {_failures.Count} remaining: {string.Join("; ", _failures)}", "ContentDeleted", "All content successfully deleted, may be waiting on finalization"),
            Make(NamespaceConditionType.NamespaceContentRemaining, _remaining.Count > 0, "SomeResourcesRemain", $"Some resources are remaining: {remaining}", "ContentRemoved", "All content successfully removed"),
            Make(NamespaceConditionType.NamespaceFinalizersRemaining, _finalizers.Count > 0, "SomeFinalizersRemain", $"Some content in the namespace has finalizers remaining: {finalizers}", "ContentHasNoFinalizers", "All content-preserving finalizers finished"),
        ];
        var result = before;
        foreach (var condition in wanted)
        {
            var index = result.FindIndex(other => other.Type == condition.Type);
            if (index < 0) result = result.Add(condition with { LastTransitionTime = now });
            else result = result.With(index, condition with { LastTransitionTime = result[index].Status == condition.Status ? result[index].LastTransitionTime : now });
        }

        return result;
    }

    private static NamespaceCondition Make(string type, bool holds, string reason, string message, string otherwiseReason, string otherwiseMessage) => holds
        ? new NamespaceCondition { Type = type, Status = ConditionStatus.True, Reason = reason, Message = message }
        : new NamespaceCondition { Type = type, Status = ConditionStatus.False, Reason = otherwiseReason, Message = otherwiseMessage };
}
