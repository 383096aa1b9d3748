using Keelson.Api.AdmissionRegistration.V1;
using Keelson.Api.ApiRegistration.V1;
using Keelson.Api.Certificates.V1;
using Keelson.Api.FlowControl.V1;
using Keelson.Api.Nodes.V1;

namespace Keelson.Server.Tables.Kinds;

/// <summary>How what steers the cluster itself is shown: certificates, admission, aggregation and flow.</summary>
internal static class ControlColumns
{
    public static ColumnSet<CertificateSigningRequest> SigningRequests { get; } = new(
        [Column.Name, Column.Age, Column.Text("SignerName"), Column.Text("Requestor"), Column.Text("RequestedDuration"), Column.Text("Condition")],
        (value, now) => TableCells.Of(
            value.Metadata.Name, Age.Of(value.Metadata.CreationTimestamp, now), value.Spec.SignerName, value.Spec.Username,
            value.Spec.ExpirationSeconds is { } seconds ? Age.Of(TimeSpan.FromSeconds(seconds)) : Text.None, State(value)));

    public static ColumnSet<APIService> Services { get; } = new(
        [Column.Name, Column.Text("Service"), Column.Text("Available"), Column.Age],
        (value, now) => TableCells.Of(
            value.Metadata.Name, value.Spec.Service is { } service ? $"{service.Namespace}/{service.Name}" : "Local", Available(value), Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<RuntimeClass> RuntimeClasses { get; } = new(
        [Column.Name, Column.Text("Handler"), Column.Age],
        (value, now) => TableCells.Of(value.Metadata.Name, value.Handler, Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<FlowSchema> FlowSchemas { get; } = new(
        [Column.Name, Column.Text("PriorityLevel"), Column.Number("MatchingPrecedence"), Column.Text("DistinguisherMethod"), Column.Age, Column.Text("MissingPL")],
        (value, now) => TableCells.Of(
            value.Metadata.Name, value.Spec.PriorityLevelConfiguration.Name, value.Spec.MatchingPrecedence, value.Spec.DistinguisherMethod?.Type ?? Text.None,
            Age.Of(value.Metadata.CreationTimestamp, now), Dangling(value)));

    public static ColumnSet<PriorityLevelConfiguration> PriorityLevels { get; } = new(
        [
            Column.Name, Column.Text("Type"), Column.Text("NominalConcurrencyShares"), Column.Text("Queues"), Column.Text("HandSize"), Column.Text("QueueLengthLimit"), Column.Age,
        ],
        (value, now) => TableCells.Of(
            value.Metadata.Name, value.Spec.Type, Number(value.Spec.Limited?.NominalConcurrencyShares ?? value.Spec.Exempt?.NominalConcurrencyShares),
            Number(value.Spec.Limited?.LimitResponse.Queuing?.Queues), Number(value.Spec.Limited?.LimitResponse.Queuing?.HandSize),
            Number(value.Spec.Limited?.LimitResponse.Queuing?.QueueLengthLimit), Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<MutatingWebhookConfiguration> MutatingWebhooks { get; } = new(
        [Column.Name, Column.Number("Webhooks"), Column.Age],
        (value, now) => TableCells.Of(value.Metadata.Name, value.Webhooks.Count, Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<ValidatingWebhookConfiguration> ValidatingWebhooks { get; } = new(
        [Column.Name, Column.Number("Webhooks"), Column.Age],
        (value, now) => TableCells.Of(value.Metadata.Name, value.Webhooks.Count, Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<ValidatingAdmissionPolicy> ValidatingPolicies { get; } = new(
        [Column.Name, Column.Number("Validations"), Column.Text("ParamKind"), Column.Age],
        (value, now) => TableCells.Of(
            value.Metadata.Name, value.Spec.Validations.Count, value.Spec.ParamKind is { } kind ? $"{kind.ApiVersion}/{kind.Kind}" : Text.Unset, Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<ValidatingAdmissionPolicyBinding> ValidatingBindings { get; } = new(
        [Column.Name, Column.Text("PolicyName"), Column.Text("ParamRef"), Column.Age],
        (value, now) => TableCells.Of(
            value.Metadata.Name, value.Spec.PolicyName, value.Spec.ParamRef is { } reference ? (string.IsNullOrEmpty(reference.Namespace) ? "*" : reference.Namespace) + "/" + (string.IsNullOrEmpty(reference.Name) ? "*" : reference.Name) : Text.Unset,
            Age.Of(value.Metadata.CreationTimestamp, now)));

    private static string State(CertificateSigningRequest request)
    {
        var conditions = request.Status.Conditions.Select(condition => condition.Type).ToList();
        string[] order = [RequestConditionType.Approved, RequestConditionType.Denied, RequestConditionType.Failed];
        var state = string.Join(',', order.Where(conditions.Contains).DefaultIfEmpty("Pending"));
        return request.Status.Certificate.Length > 0 ? state + ",Issued" : state;
    }

    private static string Available(APIService service)
    {
        var index = service.Status.Conditions.FindIndex(condition => condition.Type == "Available");
        if (index < 0) return "Unknown";
        var condition = service.Status.Conditions[index];
        return condition.Status == "True" ? "True" : $"{condition.Status} ({condition.Reason})";
    }

    private static string Dangling(FlowSchema schema)
    {
        var index = schema.Status.Conditions.FindIndex(condition => condition.Type == "Dangling");
        return index < 0 ? "?" : schema.Status.Conditions[index].Status;
    }

    private static object Number(int? number) => number is { } value ? value : Text.None;
}
