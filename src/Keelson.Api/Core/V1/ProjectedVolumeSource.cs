using Keelson.Api.Meta.V1;

namespace Keelson.Api.Core.V1;

/// <summary>A volume that gathers files from several sources in one directory.</summary>
[ApiType]
public sealed partial record ProjectedVolumeSource
{
    /// <summary>The sources; their paths must not collide.</summary>
    [Field(1, Emit = Emit.Always), Optional, Atomic] public ApiList<VolumeProjection> Sources { get; init; }

    /// <summary>Permission bits of the files, 0 to 0777 (JSON takes decimal); 0644 by default. An item's mode overrides it.</summary>
    [Field(2)] public int? DefaultMode { get; init; }
}

/// <summary>One source of a projected volume; exactly one member is set.</summary>
[ApiType]
public sealed partial record VolumeProjection
{
    /// <summary>Keys of a secret, written as files.</summary>
    [Field(1)] public SecretProjection? Secret { get; init; }

    /// <summary>Facts about the pod, written as files.</summary>
    [Field(2)] public DownwardAPIProjection? DownwardAPI { get; init; }

    /// <summary>Keys of a config map, written as files.</summary>
    [Field(3)] public ConfigMapProjection? ConfigMap { get; init; }

    /// <summary>A token of the pod's service account.</summary>
    [Field(4)] public ServiceAccountTokenProjection? ServiceAccountToken { get; init; }

    /// <summary>Trust anchors from ClusterTrustBundle objects, gathered in one file.</summary>
    [Field(5)] public ClusterTrustBundleProjection? ClusterTrustBundle { get; init; }

    /// <summary>A private key and certificate issued for the pod.</summary>
    [Field(6)] public PodCertificateProjection? PodCertificate { get; init; }
}

/// <summary>Writes the trust anchors of selected ClusterTrustBundle objects into a file and keeps it current.</summary>
[ApiType]
public sealed partial record ClusterTrustBundleProjection
{
    /// <summary>Name of the single bundle to read; excludes signerName and labelSelector.</summary>
    [Field(1)] public string? Name { get; init; }

    /// <summary>Merge all bundles of this signer that labelSelector admits; excludes name.</summary>
    [Field(2)] public string? SignerName { get; init; }

    /// <summary>Narrows the bundles of signerName; unset matches none and an empty selector matches all.</summary>
    [Field(3)] public LabelSelector? LabelSelector { get; init; }

    /// <summary>Let the pod start when no bundle is found, with an empty file; false by default, which holds the start until one exists.</summary>
    [Field(5)] public bool? Optional { get; init; }

    /// <summary>File to write, relative to the root of the volume.</summary>
    [Field(4, Emit = Emit.Always)] public string Path { get; init; } = "";
}

/// <summary>Places keys of a config map as files into a projected volume.</summary>
[ApiType]
public sealed partial record ConfigMapProjection
{
    [Field(1), Inline] public LocalObjectReference LocalObjectReference { get; init; } = LocalObjectReference.Empty;

    /// <summary>Which keys to write and where; every key becomes a file named after it when unset.</summary>
    [Field(2), Atomic] public ApiList<KeyToPath> Items { get; init; }

    /// <summary>Whether the config map or its listed keys may be missing; false by default.</summary>
    [Field(4)] public bool? Optional { get; init; }
}

/// <summary>Places facts about the pod as files into a projected volume.</summary>
[ApiType]
public sealed partial record DownwardAPIProjection
{
    /// <summary>Files to write, each with one fact about the pod.</summary>
    [Field(1), Atomic] public ApiList<DownwardAPIVolumeFile> Items { get; init; }
}

/// <summary>Obtains a private key and an X.509 certificate for the pod, writes them to files and renews them.</summary>
[ApiType]
public sealed partial record PodCertificateProjection
{
    /// <summary>Name of the signer that issues the certificate, with a domain prefix.</summary>
    [Field(1), Required] public string SignerName { get; init; } = "";

    /// <summary>Kind of key to generate: RSA3072, RSA4096, ECDSAP256, ECDSAP384, ECDSAP521 or ED25519.</summary>
    [Field(2), Required] public string KeyType { get; init; } = "";

    /// <summary>
    /// Longest acceptable lifetime in seconds, 3600 to 7862400 (91 days); 86400 (one day) by default. Signers may issue shorter
    /// ones.
    /// </summary>
    [Field(3)] public int? MaxExpirationSeconds { get; init; }

    /// <summary>File that receives the PEM private key followed by the certificate chain, updated atomically; preferred over two files.</summary>
    [Field(4)] public string CredentialBundlePath { get; init; } = "";

    /// <summary>File that receives only the private key; may briefly disagree with the chain during renewal.</summary>
    [Field(5)] public string KeyPath { get; init; } = "";

    /// <summary>File that receives only the certificate chain; may briefly disagree with the key during renewal.</summary>
    [Field(6)] public string CertificateChainPath { get; init; } = "";

    /// <summary>Extra information for the signer, copied into the certificate request; keys need a domain prefix.</summary>
    [Field(7)] public ApiMap<string> UserAnnotations { get; init; }
}

/// <summary>Places keys of a secret as files into a projected volume.</summary>
[ApiType]
public sealed partial record SecretProjection
{
    [Field(1), Inline] public LocalObjectReference LocalObjectReference { get; init; } = LocalObjectReference.Empty;

    /// <summary>Which keys to write and where; every key becomes a file named after it when unset.</summary>
    [Field(2), Atomic] public ApiList<KeyToPath> Items { get; init; }

    /// <summary>Whether the secret or its listed keys may be missing; false by default.</summary>
    [Field(4)] public bool? Optional { get; init; }
}

/// <summary>Writes a token of the pod's service account to a file and renews it before it expires.</summary>
[ApiType]
public sealed partial record ServiceAccountTokenProjection
{
    /// <summary>Intended recipient of the token, who must refuse others; the API server by default.</summary>
    [Field(1)] public string Audience { get; init; } = "";

    /// <summary>
    /// Lifetime asked for in seconds, at least 600; 3600 (one hour) by default. Renewal begins at four fifths of it or after a day.
    /// </summary>
    [Field(2)] public long? ExpirationSeconds { get; init; }

    /// <summary>File to write, relative to the root of the volume.</summary>
    [Field(3, Emit = Emit.Always)] public string Path { get; init; } = "";
}
