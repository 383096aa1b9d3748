using Keelson.Api.Meta.V1;

namespace Keelson.Api.Certificates.V1Beta1;

/// <summary>
/// Publishes trusted root certificates to the whole cluster, for pods that mount them through a projected volume. Bundles tied
/// to a signer are written by that signer; the others by administrators.
/// </summary>
[Resource("certificates.k8s.io", "v1beta1", "clustertrustbundles", Scope.Cluster)]
public sealed partial record ClusterTrustBundle
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>The signer and its trust anchors.</summary>
    [Field(2, Emit = Emit.Always)] public ClusterTrustBundleSpec Spec { get; init; } = ClusterTrustBundleSpec.Empty;
}

/// <summary>Contents of a trust bundle.</summary>
[ApiType]
public sealed partial record ClusterTrustBundleSpec
{
    /// <summary>
    /// Signer the anchors belong to; the object's name must then start with it, colons in place of slashes. Empty means no
    /// particular signer. Immutable.
    /// </summary>
    [Field(1)] public string SignerName { get; init; } = "";

    /// <summary>Root certificates as PEM CERTIFICATE blocks without headers; duplicates are refused and order has no meaning.</summary>
    [Field(2, Emit = Emit.Always)] public string TrustBundle { get; init; } = "";
}
