using Keelson.Api.Validation;
using Keelson.Api.Values;

namespace Keelson.Api.Apps.V1;

public sealed partial record ControllerRevision : IHasRules
{
    /// <inheritdoc/>
    public void Validate(FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (Data.IsNil || Data.IsNull) errors.Required("data", "data is mandatory");
        else if (Data.Span[0] != (byte)'{') errors.Invalid("data", Shown(Data), "data must be a valid JSON object");
        errors.NonNegative("revision", Revision);
    }

    /// <inheritdoc/>
    public void ValidateUpdate(IResource old, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (old is not ControllerRevision before) return;
        errors.NonNegative("revision", Revision);
        errors.Immutable("data", Data, before.Data, Shown);
    }

    private static Value Shown(RawJson data) => data.IsNil ? Value.Null : ValueReader.Read(data.Span);
}
