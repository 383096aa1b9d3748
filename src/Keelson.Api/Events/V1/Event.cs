using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;

namespace Keelson.Api.Events.V1;

/// <summary>
/// Reports something a component did or observed, for people who want to know why an object is in its state. Events are best
/// effort, fold repetitions into one object and vanish after about an hour, so nothing should depend on them.
/// </summary>
[Resource("events.k8s.io", "v1", "events", Scope.Namespaced, ShortNames = ["ev"])]
public sealed partial record Event
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1, Emit = Emit.Always), Optional] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>When it happened, or first happened; required.</summary>
    [Field(2, Emit = Emit.Always)] public MicroTime EventTime { get; init; }

    /// <summary>Further occurrences of the same event. Unset for a single one.</summary>
    [Field(3)] public EventSeries? Series { get; init; }

    /// <summary>Name of the reporting component, such as kubernetes.io/kubelet. Immutable.</summary>
    [Field(4)] public string ReportingController { get; init; } = "";

    /// <summary>Which instance of the component reported, for example its host name; up to 128 characters.</summary>
    [Field(5)] public string ReportingInstance { get; init; } = "";

    /// <summary>What was done or failed, as one CamelCase word up to 128 characters.</summary>
    [Field(6)] public string Action { get; init; } = "";

    /// <summary>Why it was done, as one CamelCase word up to 128 characters.</summary>
    [Field(7)] public string Reason { get; init; } = "";

    /// <summary>Object the event is about.</summary>
    [Field(8)] public ObjectReference Regarding { get; init; } = ObjectReference.Empty;

    /// <summary>Second object involved, such as the pod a scheduler evicted for this one.</summary>
    [Field(9)] public ObjectReference? Related { get; init; }

    /// <summary>Text for human readers, up to 1 KiB.</summary>
    [Field(10)] public string Note { get; init; } = "";

    /// <summary>Normal or Warning.</summary>
    [Field(11)] public string Type { get; init; } = "";

    /// <summary>Source in the form of the core API, for compatibility.</summary>
    [Field(12)] public EventSource DeprecatedSource { get; init; } = EventSource.Empty;

    /// <summary>Time of the first occurrence in the form of the core API, for compatibility.</summary>
    [Field(13)] public Time DeprecatedFirstTimestamp { get; init; }

    /// <summary>Time of the last occurrence in the form of the core API, for compatibility.</summary>
    [Field(14)] public Time DeprecatedLastTimestamp { get; init; }

    /// <summary>Number of occurrences in the form of the core API, for compatibility.</summary>
    [Field(15)] public int DeprecatedCount { get; init; }
}

/// <summary>Repetitions of an event, folded into one object.</summary>
[ApiType]
public sealed partial record EventSeries
{
    /// <summary>Occurrences up to lastObservedTime.</summary>
    [Field(1, Emit = Emit.Always)] public int Count { get; init; }

    /// <summary>When the event was last seen.</summary>
    [Field(2, Emit = Emit.Always)] public MicroTime LastObservedTime { get; init; }
}
