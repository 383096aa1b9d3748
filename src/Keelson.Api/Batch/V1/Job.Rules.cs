using System.Globalization;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Batch.V1;

public sealed partial record Job : IHasDefaults, IHasRules
{
    internal const string UidLabel = "batch.kubernetes.io/controller-uid";
    internal const string NameLabel = "batch.kubernetes.io/job-name";
    internal const string OldUidLabel = "controller-uid";
    internal const string OldNameLabel = "job-name";

    private const int DefaultBackoffLimit = 6;

    /// <inheritdoc/>
    public IResource WithDefaults()
    {
        var template = Spec.Template.WithDefaults();
        var metadata = Metadata.Labels.IsEmpty && !template.Metadata.Labels.IsEmpty ? Metadata with { Labels = template.Metadata.Labels } : Metadata;
        var filled = Spec with
        {
            Template = template,
            // A fixed number of completions is one only when nothing is said about parallel work either.
            Completions = Spec.Completions ?? (Spec.Parallelism is null ? 1 : null),
            Parallelism = Spec.Parallelism ?? 1,
            BackoffLimit = Spec.BackoffLimit ?? (Spec.BackoffLimitPerIndex is null ? DefaultBackoffLimit : int.MaxValue),
            CompletionMode = Spec.CompletionMode ?? CompletionMode.NonIndexed,
            Suspend = Spec.Suspend ?? false,
            ManualSelector = Spec.ManualSelector ?? false,
            PodFailurePolicy = Spec.PodFailurePolicy?.WithDefaults(),
            PodReplacementPolicy = Spec.PodReplacementPolicy
                ?? (Spec.PodFailurePolicy is null ? PodReplacementPolicy.TerminatingOrFailed : PodReplacementPolicy.Failed),
        };
        return ReferenceEquals(metadata, Metadata) && filled == Spec ? this : this with { Metadata = metadata, Spec = filled };
    }

    /// <summary>
    /// The job with a selector of its own and the labels that it selects, unless its author makes them. It needs the uid, so
    /// the server asks for it once the job has one.
    /// </summary>
    public Job WithGeneratedSelector()
    {
        if (Spec.ManualSelector is true || Metadata.Uid.Length == 0) return this;
        var labels = Spec.Template.Metadata.Labels;
        foreach (var (key, value) in Expected()) labels = labels.ContainsKey(key) ? labels : labels.With(key, value);
        var selector = Spec.Selector ?? LabelSelector.Empty;
        if (!selector.MatchLabels.ContainsKey(UidLabel)) selector = selector with { MatchLabels = selector.MatchLabels.With(UidLabel, Metadata.Uid) };
        var template = Spec.Template with { Metadata = Spec.Template.Metadata with { Labels = labels } };
        return this with { Spec = Spec with { Selector = selector, Template = template } };
    }

    /// <inheritdoc/>
    public void Validate(FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        ValidateGenerated(errors);
        using (errors.In("spec")) Spec.ValidateWithSelector(errors);
        if (!Spec.IsIndexed || Spec.Completions is not > 0) return;
        var longest = string.Create(CultureInfo.InvariantCulture, $"{Metadata.Name}-{Spec.Completions - 1}");
        if (DnsName.IsLabel(longest)) return;
        using (errors.In("metadata")) errors.Invalid("name", Metadata.Name, $"will not able to create pod with invalid DNS label: {longest}");
    }

    /// <inheritdoc/>
    public void ValidateUpdate(IResource old, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (old is not Job before) return;
        using (errors.In("spec"))
        {
            Spec.ValidateWithSelector(errors);
            ValidateCompletions(before.Spec, errors);
            errors.Immutable("selector", Spec.Selector, before.Spec.Selector, value => value.AsValue());
            var template = before.IsAtRest ? WithAmounts(WithPlacement(before.Spec.Template), before.Spec.Template) : Spec.Template;
            errors.Immutable("template", template, before.Spec.Template, value => value.AsValue());
            errors.Immutable("completionMode", Spec.CompletionMode, before.Spec.CompletionMode, value => value.AsValue());
            errors.Immutable("podFailurePolicy", Spec.PodFailurePolicy, before.Spec.PodFailurePolicy, value => value.AsValue());
            errors.Immutable("backoffLimitPerIndex", Spec.BackoffLimitPerIndex, before.Spec.BackoffLimitPerIndex, value => value.AsValue());
            errors.Immutable("managedBy", Spec.ManagedBy, before.Spec.ManagedBy, value => value.AsValue());
            errors.Immutable("successPolicy", Spec.SuccessPolicy, before.Spec.SuccessPolicy, value => value.AsValue());
        }
    }

    /// <inheritdoc/>
    public void ValidateStatusUpdate(IResource old, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (old is Job before) JobStatusRules.Validate(this, before, errors);
    }

    /// <summary>A job that is suspended, and has no pods or will soon have none, may be told anew where they shall run and what they shall ask for.</summary>
    private bool IsAtRest => Spec.Suspend is true && (Status.StartTime is null || (Status.Active == 0 && Status.Conditions.Any(IsSuspension)));

    private static bool IsSuspension(JobCondition condition) => condition is { Type: JobConditionType.Suspended, Status: Meta.V1.ConditionStatus.True };

    private static PodTemplateSpec WithAmounts(PodTemplateSpec template, PodTemplateSpec old) => template with
    {
        Spec = template.Spec with
        {
            Containers = WithAmounts(template.Spec.Containers, old.Spec.Containers),
            InitContainers = WithAmounts(template.Spec.InitContainers, old.Spec.InitContainers),
        },
    };

    private static ApiList<Container> WithAmounts(ApiList<Container> containers, ApiList<Container> old) => containers.Count != old.Count
        ? containers
        : containers.Zip(old, (container, before) => container with { Resources = container.Resources with { Limits = before.Resources.Limits, Requests = before.Resources.Requests } }).ToApiList();

    private PodTemplateSpec WithPlacement(PodTemplateSpec old)
    {
        var affinity = (Spec.Template.Spec.Affinity ?? Affinity.Empty) with { NodeAffinity = old.Spec.Affinity?.NodeAffinity };
        return Spec.Template with
        {
            Metadata = Spec.Template.Metadata with { Labels = old.Metadata.Labels, Annotations = old.Metadata.Annotations },
            Spec = Spec.Template.Spec with
            {
                Affinity = affinity == Affinity.Empty && old.Spec.Affinity is null ? null : affinity,
                NodeSelector = old.Spec.NodeSelector,
                Tolerations = old.Spec.Tolerations,
                SchedulingGates = old.Spec.SchedulingGates,
            },
        };
    }

    /// <summary>An indexed job may grow and shrink, if as many pods run at once as there are to be.</summary>
    private void ValidateCompletions(JobSpec old, FieldErrors errors)
    {
        if (!Spec.IsIndexed)
        {
            errors.Immutable("completions", Spec.Completions, old.Completions, value => value.AsValue());
            return;
        }

        if (Spec.Completions == old.Completions || Spec.Completions is not { } completions || old.Completions is null) return;
        if (completions != Spec.Parallelism) errors.Invalid("completions", completions, "can only be modified in tandem with spec.parallelism");
    }

    private (string Key, string Value)[] Expected() =>
        [(OldUidLabel, Metadata.Uid), (OldNameLabel, Metadata.Name), (UidLabel, Metadata.Uid), (NameLabel, Metadata.Name)];

    /// <summary>What the server makes of the uid and the name must be what the job selects.</summary>
    private void ValidateGenerated(FieldErrors errors)
    {
        if (Spec.ManualSelector is true || Spec.Selector is not { } selector) return;
        using (errors.In("metadata")) errors.Present("uid", Metadata.Uid);
        using (errors.In("spec"))
        {
            var labels = Spec.Template.Metadata.Labels;
            using (errors.In("template"))
            using (errors.In("metadata"))
            {
                foreach (var (key, value) in Expected())
                {
                    using (errors.In("labels", key))
                    {
                        if (!labels.TryGetValue(key, out var found)) errors.Required(null, $"must be '{value}'");
                        else if (found != value) errors.Invalid(null, labels.AsValue(), $"must be '{value}'");
                    }
                }
            }

            if (LabelSelector.QueryOf(selector) is { } query && !query.Matches(ApiMap<string>.From(Expected())))
            {
                errors.Invalid("selector", selector.AsValue(), "`selector` not auto-generated");
            }
        }
    }
}

public sealed partial record PodFailurePolicy
{
    internal PodFailurePolicy WithDefaults()
    {
        var rules = Rules.Map(rule =>
        {
            var patterns = rule.OnPodConditions.Map(pattern => pattern.Status.Length > 0 ? pattern : pattern with { Status = ConditionStatus.True });
            return patterns.IsSame(rule.OnPodConditions) ? rule : rule with { OnPodConditions = patterns };
        });
        return rules.IsSame(Rules) ? this : this with { Rules = rules };
    }
}
