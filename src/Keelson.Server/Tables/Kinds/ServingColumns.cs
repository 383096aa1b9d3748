using System.Globalization;
using Keelson.Api.AdmissionRegistration.V1;
using Keelson.Api.ApiRegistration.V1;
using Keelson.Api.Certificates.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.FlowControl.V1;
using Keelson.Api.Nodes.V1;

namespace Keelson.Server.Tables.Kinds;

/// <summary>How what makes and guards the API itself is shown.</summary>
internal static class ServingColumns
{
    public static ColumnSet<APIService> Services { get; } = new(
        [Column.Name, Column.Text("Service"), Column.Text("Available"), Column.Age],
        (value, now) => TableCells.Of(
            value.Metadata.Name, value.Spec.Service is { } service ? $"{service.Namespace}/{service.Name}" : "Local", Available(value), Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<ValidatingWebhookConfiguration> ValidatingWebhooks { get; } = new(
        [Column.Name, Column.Number("Webhooks"), Column.Age],
        (value, now) => TableCells.Of(value.Metadata.Name, value.Webhooks.Count, Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<MutatingWebhookConfiguration> MutatingWebhooks { get; } = new(
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

    public static ColumnSet<FlowSchema> Flows { get; } = new(
        [Column.Name, Column.Text("PriorityLevel"), Column.Number("MatchingPrecedence"), Column.Text("DistinguisherMethod"), Column.Age, Column.Text("MissingPL")],
        (value, now) => TableCells.Of(
            value.Metadata.Name, value.Spec.PriorityLevelConfiguration.Name, value.Spec.MatchingPrecedence, value.Spec.DistinguisherMethod?.Type ?? Text.None,
            Age.Of(value.Metadata.CreationTimestamp, now),
            value.Status.Conditions.FirstOrDefault(condition => condition.Type == "Dangling") is { } dangling ? dangling.Status : "?"));

    public static ColumnSet<PriorityLevelConfiguration> Levels { get; } = new(
        [
            Column.Name, Column.Text("Type"), Column.Text("NominalConcurrencyShares"), Column.Text("Queues"), Column.Text("HandSize"), Column.Text("QueueLengthLimit"), Column.Age,
        ],
        (value, now) => TableCells.Of(
            value.Metadata.Name, value.Spec.Type, Number(value.Spec.Limited?.NominalConcurrencyShares ?? value.Spec.Exempt?.NominalConcurrencyShares),
            Number(value.Spec.Limited?.LimitResponse.Queuing?.Queues), Number(value.Spec.Limited?.LimitResponse.Queuing?.HandSize),
            Number(value.Spec.Limited?.LimitResponse.Queuing?.QueueLengthLimit), Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<CertificateSigningRequest> SigningRequests { get; } = new(
        [Column.Name, Column.Age, Column.Text("SignerName"), Column.Text("Requestor"), Column.Text("RequestedDuration"), Column.Text("Condition")],
        (value, now) => TableCells.Of(
            value.Metadata.Name, Age.Of(value.Metadata.CreationTimestamp, now), value.Spec.SignerName, value.Spec.Username,
            value.Spec.ExpirationSeconds is { } seconds ? Age.Of(TimeSpan.FromSeconds(seconds)) : Text.None, Condition(value)));

    public static ColumnSet<ComponentStatus> Components { get; } = new(
        [Column.Name, Column.Text("Status"), Column.Text("Message"), Column.Text("Error")],
        (value, _) =>
        {
            var healthy = value.Conditions.FirstOrDefault(condition => condition.Type == ComponentConditionType.Healthy);
            return TableCells.Of(value.Metadata.Name, healthy?.Status switch { "True" => "Healthy", "False" => "Unhealthy", _ => "Unknown" }, healthy?.Message ?? "", healthy?.Error ?? "");
        });

    public static ColumnSet<RuntimeClass> Runtimes { get; } = new(
        [Column.Name, Column.Text("Handler"), Column.Age],
        (value, now) => TableCells.Of(value.Metadata.Name, value.Handler, Age.Of(value.Metadata.CreationTimestamp, now)));

    private static string Available(APIService service)
    {
        var condition = service.Status.Conditions.FirstOrDefault(condition => condition.Type == "Available");
        if (condition is null) return "Unknown";
        return condition.Status == "True" ? "True" : $"{condition.Status} ({condition.Reason})";
    }

    private static string Parameters(ParamKind? kind) => kind is null ? Text.Unset : $"{kind.ApiVersion}/{kind.Kind}";

    private static string Reference(ParamRef? reference) => reference switch
    {
        null => Text.Unset,
        { Name.Length: 0, Namespace.Length: 0 } => "*",
        { Name.Length: 0 } => $"{reference.Namespace}/*",
        { Namespace.Length: 0 } => $"*/{reference.Name}",
        _ => $"{reference.Namespace}/{reference.Name}",
    };

    private static string Number(int? value) => value?.ToString(CultureInfo.InvariantCulture) ?? Text.None;

    private static string Condition(CertificateSigningRequest request)
    {
        bool Has(string type) => request.Status.Conditions.Any(condition => condition.Type == type);
        var shown = Has("Denied") ? "Denied" : Has("Approved") ? "Approved" : "Pending";
        if (Has("Failed")) shown += ",Failed";
        return request.Status.Certificate.Length > 0 ? shown + ",Issued" : shown;
    }
}
