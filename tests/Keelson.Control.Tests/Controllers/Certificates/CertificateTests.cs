using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Keelson.Api;
using Keelson.Api.Certificates.V1;
using Keelson.Api.Meta.V1;
using Keelson.Control.Controllers.Certificates;
using Keelson.Control.Tests.Cluster;

namespace Keelson.Control.Tests.Controllers.Certificates;

public sealed class CertificateTests
{
    private static readonly string[] Names = ["certificatesigningrequest-approving-controller", "certificatesigningrequest-signing-controller", "certificatesigningrequest-cleaner-controller"];

    [Fact]
    public async Task A_kubelet_s_request_is_approved_signed_and_cleaned_up()
    {
        using var authority = Authority();
        await using var cluster = await ControlCluster.StartAsync(new ControlPlaneOptions { Names = Names, SigningAuthority = authority });
        // The test's client may do everything, so it may also ask for a node.
        await cluster.CreateAsync(Request("node", KnownSigners.KubeletClient, "CN=system:node:one, O=system:nodes", "digital signature", "client auth"));
        await cluster.WaitForAsync(() => cluster.Find<CertificateSigningRequest>("node")?.Status.Certificate.IsEmpty == false);
        var signed = cluster.Find<CertificateSigningRequest>("node")!;
        Assert.Equal(("Approved", "AutoApproved"), (signed.Status.Conditions[0].Type, signed.Status.Conditions[0].Reason));
        using var certificate = X509Certificate2.CreateFromPem(signed.Status.Certificate.ToUtf8());
        Assert.Equal("CN=system:node:one, O=system:nodes", certificate.Subject);
        Assert.Equal(authority.Subject, certificate.Issuer);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = cluster.Clock.GetUtcNow().UtcDateTime;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.2"));
        Assert.True(chain.Build(certificate));
        cluster.Clock.AdvanceTo(cluster.Clock.GetUtcNow().AddHours(1));
        await cluster.WaitForAsync(() => cluster.Find<CertificateSigningRequest>("node") is null);
    }

    [Fact]
    public async Task What_a_user_asks_for_waits_for_somebody_to_approve_it()
    {
        using var authority = Authority();
        await using var cluster = await ControlCluster.StartAsync(new ControlPlaneOptions { Names = Names[..2], SigningAuthority = authority });
        await cluster.CreateAsync(Request("user", KnownSigners.Client, "CN=jane", "client auth"));
        await cluster.CreateAsync(Request("other", "example.com/mine", "CN=jane", "digital signature", "client auth"));
        await cluster.CreateAsync(Request("server", KnownSigners.KubeletServing, "CN=system:node:one, O=system:nodes", "digital signature", "server auth"));
        foreach (var name in (string[])["user", "other", "server"])
        {
            var request = await cluster.Client.Resource<CertificateSigningRequest>().GetAsync(name);
            Assert.Empty(request.Status.Conditions);
            var approved = new CertificateSigningRequestCondition { Type = "Approved", Status = "True", Reason = "Test", Message = "yes" };
            await cluster.Client.Resource<CertificateSigningRequest>().UpdateSubresourceAsync(request with { Status = request.Status with { Conditions = [approved] } }, "approval");
        }

        await cluster.WaitForAsync(() => cluster.Find<CertificateSigningRequest>("user")?.Status.Certificate.IsEmpty == false);
        await cluster.WaitForAsync(() => cluster.Find<CertificateSigningRequest>("server")?.Status.Conditions.Any(condition => condition is { Type: "Failed", Reason: "SignerValidationFailure" }) == true);
        Assert.True((await cluster.Client.Resource<CertificateSigningRequest>().GetAsync("other")).Status.Certificate.IsEmpty);
    }

    [Theory]
    [InlineData("CN=system:node:one, O=system:nodes", "digital signature,client auth", true)]
    [InlineData("CN=system:node:one, O=system:nodes", "digital signature,key encipherment,client auth", true)]
    [InlineData("CN=system:node:one, O=system:nodes", "digital signature,server auth", false)]
    [InlineData("CN=system:node:one, O=system:nodes, O=system:masters", "digital signature,client auth", false)]
    [InlineData("CN=system:node:, O=system:nodes", "digital signature,client auth", false)]
    [InlineData("CN=admin, O=system:nodes", "digital signature,client auth", false)]
    [InlineData("CN=system:node:one", "digital signature,client auth", false)]
    public void Only_what_is_a_node_s_is_approved_by_itself(string subject, string usages, bool expected)
    {
        var request = Request("n", KnownSigners.KubeletClient, subject, usages.Split(','));
        Assert.Equal(expected, KnownSigners.KubeletClientRefusal(request, RequestContent.Read(request)!) is null);
    }

    private static CertificateSigningRequest Request(string name, string signer, string subject, params string[] usages)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        return new CertificateSigningRequest
        {
            Metadata = new ObjectMeta { Name = name },
            Spec = new CertificateSigningRequestSpec { Request = Bytes.FromUtf8(request.CreateSigningRequestPem()), SignerName = signer, Usages = usages.ToApiList() },
        };
    }

    private static X509Certificate2 Authority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }
}
