using Keelson.Api.AdmissionRegistration.V1;
using Keelson.Api.FlowControl.V1;

namespace Keelson.Server.Tables.Kinds;

/// <summary>How what looks at requests is shown: webhooks, policies, and the order in which requests are served.</summary>
internal static class PolicyColumns
{
    public static ColumnSet<MutatingWebhookConfiguration> MutatingWebhooks { get; } = new(
        [Column.Name, Column.Number("Webhooks"), Column.Age],
        (value, now) => TableCells.Of(value.Metadata.Name, value.Webhooks.Count, Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<ValidatingWebhookConfiguration> ValidatingWebhooks { get; } = new(
        [Column.Name, Column.Number("Webhooks"), Column.Age],
        (value, now) => TableCells.Of(value.Metadata.Name, value.Webhooks.Count, Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<ValidatingAdmissionPolicy> ValidatingPolicies { get; } = new(
        [Column.Name, Column.Number("Validations"), Column.Text("ParamKind"), Column.Age],
        (value, now) => TableCells.Of(value.Metadata.Name, value.Spec.Validations.Count, Parameters(value.Spec.ParamKind), Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<MutatingAdmissionPolicy> MutatingPolicies { get; } = new(
        [Column.Name, Column.Number("Mutations"), Column.Text("ParamKind"), Column.Age],
        (value, now) => TableCells.Of(value.Metadata.Name, value.Spec.Mutations.Count, Parameters(value.Spec.ParamKind), Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<ValidatingAdmissionPolicyBinding> ValidatingBindings { get; } = new(
        [Column.Name, Column.Text("PolicyName"), Column.Text("ParamRef"), Column.Age],
        (value, now) => TableCells.Of(value.Metadata.Name, value.Spec.PolicyName, Reference(value.Spec.ParamRef), Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<MutatingAdmissionPolicyBinding> MutatingBindings { get; } = new(
        [Column.Name, Column.Text("PolicyName"), Column.Text("ParamRef"), Column.Age],
        (value, now) => TableCells.Of(value.Metadata.Name, value.Spec.PolicyName, Reference(value.Spec.ParamRef), Age.Of(value.Metadata.CreationTimestamp, now)));

    /// <summary>Schemas in the order in which they are tried.</summary>
    public static ColumnSet<FlowSchema> FlowSchemas { get; } = new(
        [Column.Name, Column.Text("PriorityLevel"), Column.Count("MatchingPrecedence"), Column.Text("DistinguisherMethod"), Column.Age, Column.Text("MissingPL")],
        (value, now) => TableCells.Of(
            value.Metadata.Name, value.Spec.PriorityLevelConfiguration.Name, value.Spec.MatchingPrecedence, value.Spec.DistinguisherMethod?.Type ?? Text.None,
            Age.Of(value.Metadata.CreationTimestamp, now), value.Status.Conditions.FirstOrDefault(condition => condition.Type == "Dangling")?.Status ?? "?"))
    {
        Sorted = (one, other) => one.Spec.MatchingPrecedence != other.Spec.MatchingPrecedence
            ? one.Spec.MatchingPrecedence.CompareTo(other.Spec.MatchingPrecedence)
            : string.CompareOrdinal(one.Metadata.Name, other.Metadata.Name),
    };

    public static ColumnSet<PriorityLevelConfiguration> PriorityLevels { get; } = new(
        [
            Column.Name, Column.Text("Type"), Column.Count("NominalConcurrencyShares"), Column.Count("Queues"), Column.Count("HandSize"), Column.Count("QueueLengthLimit"), Column.Age,
        ],
        (value, now) => TableCells.Of(
            value.Metadata.Name, value.Spec.Type, Number(value.Spec.Limited?.NominalConcurrencyShares), Number(value.Spec.Limited?.LimitResponse.Queuing?.Queues),
            Number(value.Spec.Limited?.LimitResponse.Queuing?.HandSize), Number(value.Spec.Limited?.LimitResponse.Queuing?.QueueLengthLimit),
            Age.Of(value.Metadata.CreationTimestamp, now)));

    private static string Parameters(ParamKind? kind) => kind is null ? Text.Unset : $"{kind.ApiVersion}/{kind.Kind}";

    private static string Reference(ParamRef? reference) => reference switch
    {
        { Name.Length: > 0 } => $"{(reference.Namespace.Length > 0 ? reference.Namespace : "*")}/{reference.Name}",
        { Selector: { } selector } => Text.Structure(selector),
        _ => Text.Unset,
    };

    private static object Number(int? number) => number is { } value ? value : Text.None;
}
