using Keelson.Server.Registry;
using CoreEvent = Keelson.Api.Core.V1.Event;
using CoreSeries = Keelson.Api.Core.V1.EventSeries;
using NewEvent = Keelson.Api.Events.V1.Event;
using NewSeries = Keelson.Api.Events.V1.EventSeries;

namespace Keelson.Server.Converting;

/// <summary>Events of the two groups are the same objects under other names of fields; they are stored as the core group has them.</summary>
internal static class EventVersions
{
    /// <summary>The newer names of the fields that selectors may name, and the names under which they are found in what is stored.</summary>
    public static SelectableField[] SelectableFields { get; } =
    [
        Field("reason", "reason"),
        Field("regarding.kind", "involvedObject.kind"),
        Field("regarding.namespace", "involvedObject.namespace"),
        Field("regarding.name", "involvedObject.name"),
        Field("regarding.uid", "involvedObject.uid"),
        Field("regarding.apiVersion", "involvedObject.apiVersion"),
        Field("regarding.resourceVersion", "involvedObject.resourceVersion"),
        Field("regarding.fieldPath", "involvedObject.fieldPath"),
        Field("reportingController", "reportingComponent"),
        Field("type", "type"),
    ];

    public static CoreEvent ToCore(NewEvent value) => new()
    {
        Metadata = value.Metadata,
        InvolvedObject = value.Regarding,
        Reason = value.Reason,
        Message = value.Note,
        Source = value.DeprecatedSource,
        FirstTimestamp = value.DeprecatedFirstTimestamp,
        LastTimestamp = value.DeprecatedLastTimestamp,
        Count = value.DeprecatedCount,
        Type = value.Type,
        EventTime = value.EventTime,
        Series = value.Series is { } series ? new CoreSeries { Count = series.Count, LastObservedTime = series.LastObservedTime } : null,
        Action = value.Action,
        Related = value.Related,
        ReportingComponent = value.ReportingController,
        ReportingInstance = value.ReportingInstance,
    };

    public static NewEvent FromCore(CoreEvent value) => new()
    {
        Metadata = value.Metadata,
        Regarding = value.InvolvedObject,
        Reason = value.Reason,
        Note = value.Message,
        DeprecatedSource = value.Source,
        DeprecatedFirstTimestamp = value.FirstTimestamp,
        DeprecatedLastTimestamp = value.LastTimestamp,
        DeprecatedCount = value.Count,
        Type = value.Type,
        EventTime = value.EventTime,
        Series = value.Series is { } series ? new NewSeries { Count = series.Count, LastObservedTime = series.LastObservedTime } : null,
        Action = value.Action,
        Related = value.Related,
        ReportingController = value.ReportingComponent,
        ReportingInstance = value.ReportingInstance,
    };

    private static SelectableField Field(string name, string stored) => new(name, _ => null) { StoredName = stored };
}
