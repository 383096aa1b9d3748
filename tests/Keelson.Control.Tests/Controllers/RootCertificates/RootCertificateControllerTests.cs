using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Control.Tests.Cluster;

namespace Keelson.Control.Tests.Controllers.RootCertificates;

public sealed class RootCertificateControllerTests
{
    [Fact]
    public async Task Every_namespace_has_the_root_certificate_and_changes_to_it_are_undone()
    {
        await using var cluster = await ControlCluster.StartAsync(new ControlPlaneOptions { Names = ["root-ca-certificate-publisher-controller"], RootCertificate = "PEM" });
        await cluster.WaitForAsync(() => cluster.Find<ConfigMap>("kube-root-ca.crt", "kube-system")?.Data.GetValueOrDefault("ca.crt") == "PEM" && cluster.Find<ConfigMap>("kube-root-ca.crt") is not null);
        await cluster.ChangeAsync<ConfigMap>("kube-root-ca.crt", map => map with { Data = ApiMap<string>.From(("ca.crt", "forged")) });
        await cluster.WaitForAsync(() => cluster.Find<ConfigMap>("kube-root-ca.crt")?.Data["ca.crt"] == "PEM");
    }
}
