using Keelson.Api.Meta.V1;

namespace Keelson.Api.Certificates.V1Beta1;

/// <summary>
/// Carries a kubelet's request for a certificate with which a pod can prove its identity. The addressed signer answers in the
/// status; users configure projected volumes instead of creating it themselves.
/// </summary>
[Resource("certificates.k8s.io", "v1beta1", "podcertificaterequests", Scope.Namespaced, ShortNames = ["pcr"], Subresources = ["status"])]
public sealed partial record PodCertificateRequest
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>The request. Immutable.</summary>
    [Field(2, Emit = Emit.Always)] public PodCertificateRequestSpec Spec { get; init; } = PodCertificateRequestSpec.Empty;

    /// <summary>The issued chain, or why there is none.</summary>
    [Field(3)] public PodCertificateRequestStatus Status { get; init; } = PodCertificateRequestStatus.Empty;
}

/// <summary>Contents of a pod certificate request; the server checks that the identities belong together.</summary>
[ApiType]
public sealed partial record PodCertificateRequestSpec
{
    /// <summary>Signer asked to issue the certificate.</summary>
    [Field(1, Emit = Emit.Always)] public string SignerName { get; init; } = "";

    /// <summary>Pod the certificate is for.</summary>
    [Field(2, Emit = Emit.Always)] public string PodName { get; init; } = "";

    /// <summary>UID of that pod.</summary>
    [Field(3, Emit = Emit.Always)] public string PodUID { get; init; } = "";

    /// <summary>Service account the pod runs as.</summary>
    [Field(4, Emit = Emit.Always)] public string ServiceAccountName { get; init; } = "";

    /// <summary>UID of that service account.</summary>
    [Field(5, Emit = Emit.Always)] public string ServiceAccountUID { get; init; } = "";

    /// <summary>Node the pod runs on.</summary>
    [Field(6, Emit = Emit.Always)] public string NodeName { get; init; } = "";

    /// <summary>UID of that node.</summary>
    [Field(7, Emit = Emit.Always)] public string NodeUID { get; init; } = "";

    /// <summary>Longest lifetime wanted, in seconds, 3600 to 7862400 (91 days). Defaults to 86400; signers may issue for less.</summary>
    [Field(8), Default("86400")] public int? MaxExpirationSeconds { get; init; }

    /// <summary>Public key in DER form, as SubjectPublicKeyInfo. Deprecated in favour of stubPKCS10Request.</summary>
    [Field(9, Emit = Emit.Always), Optional] public Bytes PkixPublicKey { get; init; }

    /// <summary>Signature over the pod's UID made with the private key. Deprecated in favour of stubPKCS10Request.</summary>
    [Field(10, Emit = Emit.Always), Optional] public Bytes ProofOfPossession { get; init; }

    /// <summary>
    /// DER PKCS#10 request made by the kubelet; it carries the public key and proves possession of the private one. Its other
    /// contents are to be ignored.
    /// </summary>
    [Field(12, Emit = Emit.Always)] public Bytes StubPKCS10Request { get; init; }

    /// <summary>Hints from the pod's projected volume for the signer, with domain-prefixed keys. Nobody has vouched for them.</summary>
    [Field(11)] public ApiMap<string> UnverifiedUserAnnotations { get; init; }
}

/// <summary>Outcome of a pod certificate request; once issued it cannot change.</summary>
[ApiType]
public sealed partial record PodCertificateRequestStatus
{
    /// <summary>Outcome: Issued, Denied or Failed, at most one of them.</summary>
    [Field(1), ListMap("type"), StrategicMerge("merge", Key = "type")] public ApiList<Condition> Conditions { get; init; }

    /// <summary>The issued certificate followed by its intermediates, as PEM CERTIFICATE blocks, leaf first.</summary>
    [Field(2)] public string CertificateChain { get; init; } = "";

    /// <summary>Start of validity, as in the leaf certificate.</summary>
    [Field(4)] public Time? NotBefore { get; init; }

    /// <summary>When the kubelet should begin to ask for a successor; lies between notBefore and notAfter.</summary>
    [Field(5)] public Time? BeginRefreshAt { get; init; }

    /// <summary>End of validity, as in the leaf certificate.</summary>
    [Field(6)] public Time? NotAfter { get; init; }
}
