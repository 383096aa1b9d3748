using Keelson.Api.Core.V1;
using Keelson.Api.Validation;

namespace Keelson.Api.Nodes.V1;

public sealed partial record RuntimeClass : IHasWarnings
{
    /// <inheritdoc/>
    public void Warn(IResource? old, FieldWarnings warnings)
    {
        ArgumentNullException.ThrowIfNull(warnings);
        using var scope = warnings.In("scheduling");
        foreach (var (label, _) in Scheduling?.NodeSelector ?? default)
        {
            if (NodeLabelWarnings.Of(label) is { } why) warnings.Add("nodeSelector", why);
        }
    }
}
