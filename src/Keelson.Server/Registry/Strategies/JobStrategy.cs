using Keelson.Api.Batch.V1;
using Keelson.Server.Objects;

namespace Keelson.Server.Registry.Strategies;

/// <summary>A job selects its pods by its own uid, which only the server knows.</summary>
internal sealed class JobStrategy : ResourceStrategy
{
    public JobStrategy()
    {
        CountsGenerations = true;
        OrphansByDefault = true;
        SelectableFields =
        [
            SelectableField.Of<Job>("status.successful", job => job.Status.Succeeded.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        ];
    }

    // The labels have the job's name in them, which there may be none of before.
    public override ApiObject Complete(ApiObject admitted) => new TypedObject(((Job)admitted.Typed!).WithGeneratedSelector());
}
