using Keelson.Api.Meta.V1;

namespace Keelson.Api.Core.V1;

/// <summary>
/// Reports what components did or could not do for an object, mainly for people who look for the cause of a problem. Repetitions
/// are folded into one event, and all of them expire, after an hour by default, so programs should not depend on them.
/// </summary>
[Resource("", "v1", "events", Scope.Namespaced, ShortNames = ["ev"])]
public sealed partial record Event
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1, Emit = Emit.Always)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>The object that the report is about, in the namespace of the event.</summary>
    [Field(2, Emit = Emit.Always)] public ObjectReference InvolvedObject { get; init; } = ObjectReference.Empty;

    /// <summary>Brief machine-readable cause in CamelCase, such as FailedScheduling.</summary>
    [Field(3)] public string Reason { get; init; } = "";

    /// <summary>Details for people to read, in free text that programs should not parse.</summary>
    [Field(4)] public string Message { get; init; } = "";

    /// <summary>Component and node that reported; the older form of reportingComponent and reportingInstance.</summary>
    [Field(5)] public EventSource Source { get; init; } = EventSource.Empty;

    /// <summary>When the event was first seen, to the second; newer reporters use eventTime.</summary>
    [Field(6)] public Time FirstTimestamp { get; init; }

    /// <summary>When the event was last seen, to the second; newer reporters use series.</summary>
    [Field(7)] public Time LastTimestamp { get; init; }

    /// <summary>How often the event has been seen.</summary>
    [Field(8)] public int Count { get; init; }

    /// <summary>Severity: Normal for information, Warning for something that may need attention.</summary>
    [Field(9)] public string Type { get; init; } = "";

    /// <summary>When the event was first seen, with microseconds; set by reporters that use the newer API.</summary>
    [Field(10)] public MicroTime EventTime { get; init; }

    /// <summary>Repetitions that were folded into this event; unset for a single occurrence.</summary>
    [Field(11)] public EventSeries? Series { get; init; }

    /// <summary>What the reporter did or failed to do about the object.</summary>
    [Field(12)] public string Action { get; init; } = "";

    /// <summary>A second object that takes part, for example the pod a controller created.</summary>
    [Field(13)] public ObjectReference? Related { get; init; }

    /// <summary>Name of the reporting controller, such as kubernetes.io/kubelet.</summary>
    [Field(14, Emit = Emit.Always), Optional] public string ReportingComponent { get; init; } = "";

    /// <summary>Instance of the reporting controller, such as its pod or host name.</summary>
    [Field(15, Emit = Emit.Always), Optional] public string ReportingInstance { get; init; } = "";
}

/// <summary>How often and how recently an event has repeated.</summary>
[ApiType]
public sealed partial record EventSeries
{
    /// <summary>Number of occurrences up to lastObservedTime.</summary>
    [Field(1)] public int Count { get; init; }

    /// <summary>When the latest occurrence was seen, with microseconds.</summary>
    [Field(2)] public MicroTime LastObservedTime { get; init; }
}

/// <summary>Who reported an event.</summary>
[ApiType]
public sealed partial record EventSource
{
    /// <summary>Name of the component that reported, such as kubelet or default-scheduler.</summary>
    [Field(1)] public string Component { get; init; } = "";

    /// <summary>Node on which the reporting component runs, if it belongs to one.</summary>
    [Field(2)] public string Host { get; init; } = "";
}
