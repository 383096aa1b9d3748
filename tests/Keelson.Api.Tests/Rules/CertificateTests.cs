using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Keelson.Api.Certificates.V1Beta1;

namespace Keelson.Api.Tests.Rules;

/// <summary>Pods that ask for certificates, and what the cluster trusts.</summary>
public sealed class CertificateTests
{
    private const string Uid = "0f2b5a5e-1111-2222-3333-444455556666";
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_request_with_a_key_and_its_proof_is_taken_and_lasts_a_day() => Assert.Multiple(
        () => Assert.Empty(Asking().Create()),
        () => Assert.Equal(86_400, Asking().With().Spec.MaxExpirationSeconds));

    [Fact]
    public void A_proof_by_another_key_is_refused()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        Assert.Equal(["spec.proofOfPossession: Invalid value: could not verify proof-of-possession signature"], Asking(prover: other).Create());
    }

    [Theory]
    [InlineData("{spec: {podUID: ''}}", "spec.podUID: Invalid value: \"\": must not be empty")]
    [InlineData("{spec: {signerName: x}}", "spec.signerName: Invalid value: \"x\": must be a fully qualified domain and path of the form 'example.com/signer-name'")]
    [InlineData("{spec: {maxExpirationSeconds: 60}}", "spec.maxExpirationSeconds: Invalid value: 60: must be in the range [3600, 7862400]")]
    [InlineData("{spec: {signerName: kubernetes.io/kube-apiserver-client-pod, maxExpirationSeconds: 90000}}", "spec.maxExpirationSeconds: Invalid value: 90000: must be in the range [3600, 86400]")]
    [InlineData("{spec: {nodeName: A}}", "spec.nodeName: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of")]
    [InlineData("{spec: {pkixPublicKey: AAAA}}", "spec.pkixPublicKey: Invalid value: \"AAAA\": must be a valid PKIX-serialized public key")]
    public void A_request_is_refused(string change, string expected) => Assert.StartsWith(expected, Assert.Single(Asking().Create(change), error => !error.Contains("could not verify", StringComparison.Ordinal)), StringComparison.Ordinal);

    [Fact]
    public void A_weak_key_is_refused()
    {
        using var weak = RSA.Create(2048);
        var proof = Convert.ToBase64String(weak.SignData(Encoding.UTF8.GetBytes(Uid), HashAlgorithmName.SHA256, RSASignaturePadding.Pss));

        Assert.Equal(
            ["spec.pkixPublicKey: Invalid value: \"2048-bit modulus\": RSA keys must have modulus size 3072 or 4096"],
            Asking().Create($"{{spec: {{pkixPublicKey: '{Convert.ToBase64String(weak.ExportSubjectPublicKeyInfo())}', proofOfPossession: '{proof}'}}}}"));
    }

    [Fact]
    public void A_request_says_what_it_said_for_ever() => Assert.Contains("field is immutable", Assert.Single(Asking().Update("{spec: {podName: other}}")), StringComparison.Ordinal);

    [Theory]
    [InlineData("{status: {conditions: [{type: Perhaps, status: 'True', reason: R, message: m, lastTransitionTime: '2030-01-01T00:00:00Z'}]}}", "status.conditions[0].type: Unsupported value: \"Perhaps\": supported values: \"Issued\", \"Denied\", \"Failed\"")]
    [InlineData("{status: {conditions: [{type: Denied, status: 'False', reason: R, message: m, lastTransitionTime: '2030-01-01T00:00:00Z'}]}}", "status.conditions[0].status: Unsupported value: \"False\": supported values: \"True\"")]
    [InlineData("{status: {conditions: [{type: Denied, status: 'True', message: m, lastTransitionTime: '2030-01-01T00:00:00Z'}]}}", "status.conditions[0].reason: Required value: must be set")]
    [InlineData("{status: {certificateChain: x}}", "status: Invalid value: status is immutable unless transitioning to \"Issued\", \"Denied\", or \"Failed\"")]
    [InlineData(
        "{status: {certificateChain: x, conditions: [{type: Denied, status: 'True', reason: R, message: m, lastTransitionTime: '2030-01-01T00:00:00Z'}]}}",
        "status: Invalid value: non-condition status fields must be empty when denying or failing the PodCertificateRequest")]
    public void A_verdict_is_refused(string status, string expected) => Assert.Equal([expected], Asking().UpdateStatus(status));

    [Fact]
    public void A_certificate_for_the_key_is_taken_and_one_for_another_is_not()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        Assert.Empty(Asking(key).UpdateStatus(Answer(key, "2030-01-01T12:00:00Z")));
        Assert.EndsWith("leaf certificate was not issued to the requested public key", Assert.Single(Asking(key).UpdateStatus(Answer(other, "2030-01-01T12:00:00Z"))), StringComparison.Ordinal);
        Assert.EndsWith("must be at least 10 minutes after status.notBefore", Assert.Single(Asking(key).UpdateStatus(Answer(key, "2030-01-01T00:05:00Z"))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_bundle_holds_authorities_each_once()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (authority, leaf) = (Pem(key, isAuthority: true), Pem(key, isAuthority: false));

        Assert.Empty(Bundle(authority).Create());
        Assert.Equal(["spec.trustBundle: Invalid value: \"<value omitted>\": entry 0 does not have the CA bit set"], Bundle(leaf).Create());
        Assert.Equal(["spec.trustBundle: Invalid value: \"<value omitted>\": duplicate trust anchor (indices [0 1])"], Bundle(authority + authority).Create());
        Assert.Equal(["spec.trustBundle: Invalid value: \"<value omitted>\": at least one trust anchor must be provided"], Bundle("none\n").Create());
        Assert.Equal(
            ["metadata.name: Invalid value: \"b\": ClusterTrustBundle for signerName a.example/s must be named with prefix a.example:s:"], Bundle(authority).Create("{spec: {signerName: a.example/s}}"));
    }

    private static Specimen<PodCertificateRequest> Asking(ECDsa? key = null, ECDsa? prover = null)
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var used = key ?? own;
        var proof = (prover ?? used).SignData(Encoding.UTF8.GetBytes(Uid), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return new Specimen<PodCertificateRequest>($"""
            metadata: {"{name: r, namespace: default}"}
            spec:
              signerName: a.example/s
              podName: p
              podUID: {Uid}
              serviceAccountName: default
              serviceAccountUID: u
              nodeName: node
              nodeUID: u
              pkixPublicKey: {Convert.ToBase64String(used.ExportSubjectPublicKeyInfo())}
              proofOfPossession: {Convert.ToBase64String(proof)}
            """);
    }

    private static string Answer(ECDsa key, string refresh)
    {
        var chain = Pem(key, isAuthority: false).Replace("\n", "\\n", StringComparison.Ordinal);
        return $$"""
            {status: {certificateChain: "{{chain}}", notBefore: '2030-01-01T00:00:00Z', notAfter: '2030-01-01T20:00:00Z', beginRefreshAt: '{{refresh}}',
              conditions: [{type: Issued, status: 'True', reason: R, message: m, lastTransitionTime: '2030-01-01T00:00:00Z'}]} }
            """;
    }

    private static Specimen<ClusterTrustBundle> Bundle(string pem) => new($"metadata: {{name: b}}\nspec:\n  trustBundle: |\n    {pem.Replace("\n", "\n    ", StringComparison.Ordinal)}\n");

    private static string Pem(ECDsa key, bool isAuthority)
    {
        var request = new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256);
        if (isAuthority) request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var certificate = request.CreateSelfSigned(Start, Start.AddHours(20));
        return certificate.ExportCertificatePem() + "\n";
    }
}
