using Keelson.Api.Meta.V1;

namespace Keelson.Api.Certificates.V1;

/// <summary>
/// Lets a client obtain a certificate from one of the cluster's signers, as kubelets do when joining. An approver, human or
/// automatic, approves or denies it; the signer then puts the certificate into the status. Old requests are removed by
/// themselves.
/// </summary>
[Resource("certificates.k8s.io", "v1", "certificatesigningrequests", Scope.Cluster, ShortNames = ["csr"], Subresources = ["approval", "status"])]
public sealed partial record CertificateSigningRequest
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>The request; immutable apart from what the server fills in.</summary>
    [Field(2, Emit = Emit.Always)] public CertificateSigningRequestSpec Spec { get; init; } = CertificateSigningRequestSpec.Empty;

    /// <summary>Approval or denial, and the issued certificate.</summary>
    [Field(3)] public CertificateSigningRequestStatus Status { get; init; } = CertificateSigningRequestStatus.Empty;
}

/// <summary>Contents of a signing request.</summary>
[ApiType]
public sealed partial record CertificateSigningRequestSpec
{
    /// <summary>PEM block of type CERTIFICATE REQUEST with the PKCS#10 request.</summary>
    [Field(1, Emit = Emit.Always)] public Bytes Request { get; init; }

    /// <summary>Signer asked to issue the certificate, such as kubernetes.io/kube-apiserver-client; each has its own rules.</summary>
    [Field(7, Emit = Emit.Always)] public string SignerName { get; init; } = "";

    /// <summary>Wanted lifetime in seconds, at least 600. The signer may shorten it or ignore it; unset leaves it to the signer.</summary>
    [Field(8)] public int? ExpirationSeconds { get; init; }

    /// <summary>Key usages wanted in the certificate, such as digital signature, key encipherment, client auth or server auth.</summary>
    [Field(5), KnownValues(typeof(KeyUsage)), Atomic] public ApiList<string> Usages { get; init; }

    /// <summary>Who made the request; set by the server.</summary>
    [Field(2)] public string Username { get; init; } = "";

    /// <summary>UID of who made the request; set by the server.</summary>
    [Field(3)] public string Uid { get; init; } = "";

    /// <summary>Groups of who made the request; set by the server.</summary>
    [Field(4), Atomic] public ApiList<string> Groups { get; init; }

    /// <summary>Further attributes of who made the request; set by the server.</summary>
    [Field(6)] public ApiMap<ApiList<string>> Extra { get; init; }
}

/// <summary>The values of KeyUsage that are known.</summary>
[Closed]
public static class KeyUsage
{
    public const string Any = "any";
    public const string UsageCRLSign = "crl sign";
    public const string UsageCertSign = "cert sign";
    public const string UsageClientAuth = "client auth";
    public const string UsageCodeSigning = "code signing";
    public const string UsageContentCommitment = "content commitment";
    public const string UsageDataEncipherment = "data encipherment";
    public const string UsageDecipherOnly = "decipher only";
    public const string UsageDigitalSignature = "digital signature";
    public const string UsageEmailProtection = "email protection";
    public const string UsageEncipherOnly = "encipher only";
    public const string UsageIPsecEndSystem = "ipsec end system";
    public const string UsageIPsecTunnel = "ipsec tunnel";
    public const string UsageIPsecUser = "ipsec user";
    public const string UsageKeyAgreement = "key agreement";
    public const string UsageKeyEncipherment = "key encipherment";
    public const string UsageMicrosoftSGC = "microsoft sgc";
    public const string UsageNetscapeSGC = "netscape sgc";
    public const string UsageOCSPSigning = "ocsp signing";
    public const string UsageSMIME = "s/mime";
    public const string UsageServerAuth = "server auth";
    public const string Signing = "signing";
    public const string Timestamping = "timestamping";
}

/// <summary>Outcome of a signing request.</summary>
[ApiType]
public sealed partial record CertificateSigningRequestStatus
{
    /// <summary>Decisions so far; the signer acts only once there is Approved.</summary>
    [Field(1), ListMap("type")] public ApiList<CertificateSigningRequestCondition> Conditions { get; init; }

    /// <summary>The issued certificate with any intermediates, as PEM CERTIFICATE blocks. Once set, it cannot change.</summary>
    [Field(2)] public Bytes Certificate { get; init; }
}

/// <summary>One aspect of the state of a signing request.</summary>
[ApiType]
public sealed partial record CertificateSigningRequestCondition
{
    /// <summary>Approved, Denied or Failed. The first two exclude each other, and none of them may be removed.</summary>
    [Field(1, Emit = Emit.Always), KnownValues(typeof(RequestConditionType))] public string Type { get; init; } = "";

    /// <summary>True for Approved, Denied and Failed; False and Unknown are not allowed for these.</summary>
    [Field(6, Emit = Emit.Always), KnownValues(typeof(ConditionStatus))] public string Status { get; init; } = "";

    /// <summary>One CamelCase word explaining the decision.</summary>
    [Field(2)] public string Reason { get; init; } = "";

    /// <summary>Explanation for human readers.</summary>
    [Field(3)] public string Message { get; init; } = "";

    /// <summary>When the condition was last written.</summary>
    [Field(4)] public Time LastUpdateTime { get; init; }

    /// <summary>When status last changed; filled by the server if left out.</summary>
    [Field(5)] public Time LastTransitionTime { get; init; }
}

/// <summary>The values of RequestConditionType that are known.</summary>
public static class RequestConditionType
{
    public const string Approved = "Approved";
    public const string Denied = "Denied";
    public const string Failed = "Failed";
}
