using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Batch.V1;

public sealed partial record JobSpec
{
    private const int MaximumIndexedParallelism = 100_000;
    private const int MaximumFailedIndexes = 100_000;
    private const int ManyCompletions = 100_000;
    private const int LimitForManyCompletions = 10_000;
    private const int MaximumManagerLength = 63;

    internal bool IsIndexed => CompletionMode == V1.CompletionMode.Indexed;

    /// <summary>Reports what is wrong with a job that exists, which has a selector.</summary>
    internal void ValidateWithSelector(FieldErrors errors)
    {
        Validate(errors);
        if (Selector is null) errors.Required("selector");
        using (errors.In("selector")) Selector?.Validate(errors);
        using (errors.In("template"))
        {
            if (LabelSelector.QueryOf(Selector) is { } query) Template.ValidateSelected(query, errors);
        }
    }

    /// <summary>What holds for jobs and for templates of jobs alike.</summary>
    internal void Validate(FieldErrors errors)
    {
        errors.NonNegative("parallelism", Parallelism);
        errors.NonNegative("completions", Completions);
        errors.NonNegative("activeDeadlineSeconds", ActiveDeadlineSeconds);
        errors.NonNegative("backoffLimit", BackoffLimit);
        errors.NonNegative("ttlSecondsAfterFinished", TtlSecondsAfterFinished);
        errors.NonNegative("backoffLimitPerIndex", BackoffLimitPerIndex);
        if (MaxFailedIndexes is not null)
        {
            errors.NonNegative("maxFailedIndexes", MaxFailedIndexes);
            if (BackoffLimitPerIndex is null) errors.Required("backoffLimitPerIndex", "when maxFailedIndexes is specified");
        }

        if (ManagedBy is { } manager)
        {
            if (errors.Present("managedBy", manager)) errors.Invalid("managedBy", manager, FieldName.CheckDomainPrefixedPath(manager));
            if (NameMessage.IsLonger(manager, MaximumManagerLength)) errors.TooLong("managedBy", MaximumManagerLength);
        }

        ValidateMode(errors);
        if (PodFailurePolicy is { } failure)
        {
            using (errors.In("podFailurePolicy")) failure.Validate(this, errors);
        }

        if (SuccessPolicy is { } success)
        {
            if (!IsIndexed) errors.Invalid("successPolicy", success.AsValue(), "requires indexed completion mode");
            else using (errors.In("successPolicy")) success.Validate(this, errors);
        }

        ValidateReplacement(errors);
        using (errors.In("template")) Template.Validate(errors);
        ValidateRestart(errors);
    }

    private void ValidateMode(FieldErrors errors)
    {
        if (CompletionMode is { } mode) errors.OneOf("completionMode", mode, V1.CompletionMode.NonIndexed, V1.CompletionMode.Indexed);
        if (IsIndexed)
        {
            ValidateIndexed(errors);
        }
        else if (CompletionMode is null or V1.CompletionMode.NonIndexed)
        {
            const string Detail = "requires indexed completion mode";
            if (BackoffLimitPerIndex is { } backoff) errors.Invalid("backoffLimitPerIndex", backoff, Detail);
            if (MaxFailedIndexes is { } failed) errors.Invalid("maxFailedIndexes", failed, Detail);
        }
    }

    private void ValidateIndexed(FieldErrors errors)
    {
        if (Completions is null) errors.Required("completions", "when completion mode is Indexed");
        if (Parallelism > MaximumIndexedParallelism)
        {
            errors.Invalid("parallelism", Parallelism.Value, $"must be less than or equal to {MaximumIndexedParallelism} when completion mode is Indexed");
        }

        if (MaxFailedIndexes > Completions) errors.Invalid("maxFailedIndexes", MaxFailedIndexes.Value, "must be less than or equal to completions");
        if (MaxFailedIndexes > MaximumFailedIndexes)
        {
            errors.Invalid("maxFailedIndexes", MaxFailedIndexes.Value, $"must be less than or equal to {MaximumFailedIndexes}");
        }

        if (Completions is not > ManyCompletions || BackoffLimitPerIndex is null) return;
        var detail = $"must be less than or equal to {LimitForManyCompletions} when completions are above {ManyCompletions} and used with backoff limit per index";
        if (MaxFailedIndexes is null) errors.Required("maxFailedIndexes", $"must be specified when completions is above {ManyCompletions}");
        if (Parallelism > LimitForManyCompletions) errors.Invalid("parallelism", Parallelism.Value, detail);
        if (MaxFailedIndexes > LimitForManyCompletions) errors.Invalid("maxFailedIndexes", MaxFailedIndexes.Value, detail);
    }

    private void ValidateReplacement(FieldErrors errors)
    {
        if (PodReplacementPolicy is not { } policy) return;
        if (PodFailurePolicy is null) errors.OneOf("podReplacementPolicy", policy, V1.PodReplacementPolicy.Failed, V1.PodReplacementPolicy.TerminatingOrFailed);
        else errors.OneOf("podReplacementPolicy", policy, V1.PodReplacementPolicy.Failed);
    }

    /// <summary>A pod that always restarts would never be done.</summary>
    private void ValidateRestart(FieldErrors errors)
    {
        using (errors.In("template"))
        using (errors.In("spec"))
        {
            var policy = Template.Spec.RestartPolicy;
            if (policy is "" or RestartPolicy.Always) errors.Required("restartPolicy", "valid values: \"OnFailure\", \"Never\"");
            else if (policy is not (RestartPolicy.OnFailure or RestartPolicy.Never))
            {
                errors.NotSupported("restartPolicy", policy, [RestartPolicy.OnFailure, RestartPolicy.Never]);
            }
            else if (PodFailurePolicy is not null && policy != RestartPolicy.Never)
            {
                errors.Invalid("restartPolicy", policy, "only \"Never\" is supported when podFailurePolicy is specified");
            }
        }
    }
}
