using Keelson.Api.Validation;

namespace Keelson.Api.Events.V1;

public sealed partial record Event : IHasRules
{
    private const string MustBeUnset = "needs to be unset";

    public void Validate(FieldErrors errors)
    {
        ToCore().Validate("reportingController", errors);
        ValidateSeries(errors);
        if (EventTime.IsZero) errors.Required("eventTime");
        if (Type is not ("Normal" or "Warning")) errors.Invalid("type", "", $"has invalid value: {Type}");
        if (!DeprecatedFirstTimestamp.IsZero) errors.Invalid("firstTimestamp", "", MustBeUnset);
        if (!DeprecatedLastTimestamp.IsZero) errors.Invalid("lastTimestamp", "", MustBeUnset);
        if (DeprecatedCount != 0) errors.Invalid("count", "", MustBeUnset);
        if (DeprecatedSource.Component.Length > 0 || DeprecatedSource.Host.Length > 0) errors.Invalid("source", "", MustBeUnset);
    }

    /// <summary>Nothing but the series changes. The fields go by the names of the older version, as upstream's do.</summary>
    public void ValidateUpdate(IResource old, FieldErrors errors)
    {
        var before = (Event)old;
        ToCore().Validate("reportingController", errors);
        if (Series != before.Series) ValidateSeries(errors);
        errors.ExpectSameObject("involvedObject", Regarding, before.Regarding);
        errors.ExpectSame("reason", Reason, before.Reason);
        errors.ExpectSame("message", Note, before.Note);
        errors.ExpectSameObject("source", DeprecatedSource, before.DeprecatedSource);
        errors.ExpectSame("firstTimestamp", DeprecatedFirstTimestamp, before.DeprecatedFirstTimestamp, DeprecatedFirstTimestamp.ToString());
        errors.ExpectSame("lastTimestamp", DeprecatedLastTimestamp, before.DeprecatedLastTimestamp, DeprecatedLastTimestamp.ToString());
        errors.ExpectSame("count", DeprecatedCount, before.DeprecatedCount, DeprecatedCount);
        // Upstream looks at it twice, and says so twice.
        errors.ExpectSame("reason", Reason, before.Reason);
        errors.ExpectSame("type", Type, before.Type);
        errors.ExpectSame("eventTime", EventTime, before.EventTime, EventTime.ToString());
        errors.ExpectSame("action", Action, before.Action);
        errors.ExpectSameObject("related", Related, before.Related);
        errors.ExpectSame("reportingController", ReportingController, before.ReportingController);
        errors.ExpectSame("reportingInstance", ReportingInstance, before.ReportingInstance);
    }

    private void ValidateSeries(FieldErrors errors)
    {
        if (Series is null) return;
        if (Series.Count < 2) errors.Invalid("series.count", "", "should be at least 2");
        if (Series.LastObservedTime.IsZero) errors.Required("series.lastObservedTime");
    }

    /// <summary>What the older rules look at, in the shape they know.</summary>
    private Core.V1.Event ToCore() => new()
    {
        Metadata = Metadata,
        EventTime = EventTime,
        InvolvedObject = Regarding,
        ReportingComponent = ReportingController,
        ReportingInstance = ReportingInstance,
        Action = Action,
        Reason = Reason,
        Message = Note,
    };
}
