using Keelson.Api.Core.V1;
using Keelson.Api.Validation;

namespace Keelson.Api.Storage.V1;

public sealed partial record StorageClass : IHasWarnings
{
    /// <inheritdoc/>
    public void Warn(IResource? old, FieldWarnings warnings)
    {
        ArgumentNullException.ThrowIfNull(warnings);
        for (var i = 0; i < AllowedTopologies.Count; i++)
        {
            var expressions = AllowedTopologies[i].MatchLabelExpressions;
            for (var j = 0; j < expressions.Count; j++)
            {
                if (NodeLabelWarnings.Of(expressions[j].Key) is not { } why) continue;
                using (warnings.In("allowedTopologies", i))
                using (warnings.In("matchLabelExpressions", j)) warnings.Add("key", why);
            }
        }
    }
}
