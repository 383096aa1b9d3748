using Keelson.Api.Core.V1;
using Keelson.Api.Validation;

namespace Keelson.Api.Storage.V1;

public sealed partial record CSIStorageCapacity : IHasWarnings
{
    /// <inheritdoc/>
    public void Warn(IResource? old, FieldWarnings warnings)
    {
        ArgumentNullException.ThrowIfNull(warnings);
        using var scope = warnings.In("nodeTopology");
        if (NodeTopology is { } topology) NodeLabelWarnings.Warn(topology, warnings);
    }
}
