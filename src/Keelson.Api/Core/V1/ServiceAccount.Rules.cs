using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

/// <summary>Of accounts only the metadata is checked: what they name may be there or not.</summary>
public sealed partial record ServiceAccount : IHasRules
{
    /// <inheritdoc/>
    public void Validate(FieldErrors errors) { }

    /// <inheritdoc/>
    public void ValidateUpdate(IResource old, FieldErrors errors) { }
}
