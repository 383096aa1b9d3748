using Keelson.Api.Validation;

namespace Keelson.Api.Batch.V1;

public sealed partial record Job : IHasWarnings
{
    /// <inheritdoc/>
    public void Warn(IResource? old, FieldWarnings warnings)
    {
        ArgumentNullException.ThrowIfNull(warnings);
        if (old is null) warnings.ExpectHostName(Metadata.Name, "Pod names and hostnames");
        if (old is not null && old.Metadata.Generation == Metadata.Generation) return;
        using (warnings.In("spec")) Spec.Warn(warnings);
    }
}

public sealed partial record JobSpec
{
    private const int ManyParallel = 10_000;

    /// <summary>The place is the description of the job.</summary>
    internal void Warn(FieldWarnings warnings)
    {
        if (IsIndexed && Completions > ManyCompletions && Parallelism > ManyParallel)
        {
            warnings.Add(null, "In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail");
        }

        using (warnings.In("template")) Core.V1.PodWarnings.Warn(Template, warnings);
    }
}
