using Keelson.Api.Meta.V1;

namespace Keelson.Api.Validation;

/// <summary>Makes the Status that says an object is invalid.</summary>
public static class InvalidObject
{
    /// <summary>A Status with code 422: Deployment.apps "x" is invalid: spec.replicas: Invalid value: -1: ...</summary>
    public static Status Status(string group, string kind, string name, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        var qualified = group.Length == 0 ? kind : $"{kind}.{group}";
        var head = $"{qualified} {Values.GoQuote.Quote(name)} is invalid";
        return new Status
        {
            StatusValue = "Failure",
            Message = errors.IsEmpty ? head : $"{head}: {errors.ToMessage()}",
            Reason = StatusReason.Invalid,
            Details = new StatusDetails { Group = group, Kind = kind, Name = name, Causes = errors.ToCauses() },
            Code = 422,
        };
    }
}
