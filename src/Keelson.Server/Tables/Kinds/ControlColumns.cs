using Keelson.Api.Certificates.V1Beta1;
using Keelson.Api.Coordination.V1Beta1;
using Keelson.Api.Core.V1;
using Keelson.Api.Nodes.V1;
using Keelson.Api.StorageMigration.V1Beta1;
using CertificateSigningRequest = Keelson.Api.Certificates.V1.CertificateSigningRequest;
using RequestConditionType = Keelson.Api.Certificates.V1.RequestConditionType;
using Lease = Keelson.Api.Coordination.V1.Lease;

namespace Keelson.Server.Tables.Kinds;

/// <summary>How what keeps the cluster itself going is shown: certificates, leases, components, migrations.</summary>
internal static class ControlColumns
{
    public static ColumnSet<CertificateSigningRequest> SigningRequests { get; } = new(
        [Column.Name, Column.Age, Column.Text("SignerName"), Column.Text("Requestor"), Column.Text("RequestedDuration"), Column.Text("Condition")],
        (value, now) => TableCells.Of(
            value.Metadata.Name, Age.Of(value.Metadata.CreationTimestamp, now), Text.OrNone(value.Spec.SignerName), value.Spec.Username,
            value.Spec.ExpirationSeconds is { } seconds ? Age.Of(TimeSpan.FromSeconds(seconds)) : Text.None, State(value)));

    public static ColumnSet<ClusterTrustBundle> TrustBundles { get; } = new(
        [Column.Name, Column.Text("SignerName")],
        (value, _) => TableCells.Of(value.Metadata.Name, Text.OrNone(value.Spec.SignerName)));

    public static ColumnSet<PodCertificateRequest> PodCertificates { get; } = new(
        [Column.Name, Column.Text("PodName"), Column.Text("ServiceAccountName"), Column.Text("NodeName"), Column.Text("SignerName"), Column.Text("State")],
        (value, _) => TableCells.Of(
            value.Metadata.Name, value.Spec.PodName, value.Spec.ServiceAccountName, value.Spec.NodeName, value.Spec.SignerName,
            value.Status.Conditions.FirstOrDefault(condition => condition.Type is "Issued" or "Denied" or "Failed")?.Type ?? "Pending"));

    public static ColumnSet<Lease> Leases { get; } = new(
        [Column.Name, Column.Text("Holder"), Column.Age],
        (value, now) => TableCells.Of(value.Metadata.Name, value.Spec.HolderIdentity ?? "", Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<LeaseCandidate> Candidates { get; } = new(
        [Column.Name, Column.Text("LeaseName"), Column.Text("BinaryVersion"), Column.Text("EmulationVersion"), Column.Age],
        (value, now) => TableCells.Of(
            value.Metadata.Name, value.Spec.LeaseName, value.Spec.BinaryVersion, value.Spec.EmulationVersion, Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<ComponentStatus> Components { get; } = new(
        [Column.Name, Column.Text("Status"), Column.Text("Message"), Column.Text("Error")],
        (value, _) =>
        {
            var healthy = value.Conditions.FirstOrDefault(condition => condition.Type == ComponentConditionType.Healthy);
            return TableCells.Of(
                value.Metadata.Name, healthy switch { null => "Unknown", { Status: "True" } => "Healthy", _ => "Unhealthy" }, healthy?.Message ?? "", healthy?.Error ?? "");
        });

    public static ColumnSet<RuntimeClass> RuntimeClasses { get; } = new(
        [Column.Name, Column.Text("Handler"), Column.Age],
        (value, now) => TableCells.Of(value.Metadata.Name, value.Handler, Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<StorageVersionMigration> Migrations { get; } = new(
        [Column.Name with { Format = "" }, Column.Text("Resource")],
        (value, _) => TableCells.Of(value.Metadata.Name, Text.Qualified(value.Spec.Resource.Resource, value.Spec.Resource.Group)));

    private static string State(CertificateSigningRequest request)
    {
        bool Has(string type) => request.Status.Conditions.Any(condition => condition.Type == type);
        var state = Has(RequestConditionType.Denied) ? "Denied" : Has(RequestConditionType.Approved) ? "Approved" : "Pending";
        if (Has(RequestConditionType.Failed)) state += ",Failed";
        return request.Status.Certificate.Length > 0 ? state + ",Issued" : state;
    }
}
