using Keelson.Api.Certificates.V1;

namespace Keelson.Control.Controllers.Certificates;

/// <summary>What the cluster's own signers sign, and for whom.</summary>
internal static class KnownSigners
{
    public const string Client = "kubernetes.io/kube-apiserver-client";
    public const string KubeletClient = "kubernetes.io/kube-apiserver-client-kubelet";
    public const string KubeletServing = "kubernetes.io/kubelet-serving";

    private const string NodePrefix = "system:node:";
    private const string NodeGroup = "system:nodes";
    private const string MastersGroup = "system:masters";

    private static readonly string[] ClientUsages = [KeyUsage.UsageDigitalSignature, KeyUsage.UsageKeyEncipherment, KeyUsage.UsageClientAuth];
    private static readonly string[] ServerUsages = [KeyUsage.UsageDigitalSignature, KeyUsage.UsageKeyEncipherment, KeyUsage.UsageServerAuth];

    /// <summary>Why a signer does not sign a request; null where it does.</summary>
    public static string? Refusal(CertificateSigningRequest request, RequestContent content) => request.Spec.SignerName switch
    {
        Client => CheckUsages(request, ClientUsages, KeyUsage.UsageClientAuth, signs: false) ?? (content.Groups.Contains(MastersGroup) ? "subject organization may not be system:masters" : null),
        KubeletClient => KubeletClientRefusal(request, content),
        KubeletServing => KubeletServingRefusal(request, content),
        _ => "the signer is not one of the cluster's own",
    };

    public static string? KubeletClientRefusal(CertificateSigningRequest request, RequestContent content)
    {
        if (CheckNode(content) is { } wrong) return wrong;
        if (content.HasAlternativeNames) return "subjectAltNames are not allowed";
        return CheckUsages(request, ClientUsages, KeyUsage.UsageClientAuth);
    }

    private static string? KubeletServingRefusal(CertificateSigningRequest request, RequestContent content)
    {
        if (CheckNode(content) is { } wrong) return wrong;
        if (content.CommonName != request.Spec.Username) return "subject common name is not the user that asks";
        if (!content.HasHostNames) return "at least one of DNS or IP subjectAltName is required";
        if (content.HasOtherNames) return "subjectAltNames other than DNS and IP are not allowed";
        return CheckUsages(request, ServerUsages, KeyUsage.UsageServerAuth);
    }

    private static string? CheckNode(RequestContent content)
    {
        if (content.Groups is not [NodeGroup]) return "subject organization is not system:nodes";
        return content.CommonName.StartsWith(NodePrefix, StringComparison.Ordinal) && content.CommonName.Length > NodePrefix.Length ? null : "subject common name does not begin with system:node:";
    }

    // Key encipherment is for RSA keys, so it may be missing; people may leave the digital signature out, too, nodes may not.
    private static string? CheckUsages(CertificateSigningRequest request, string[] allowed, string needed, bool signs = true)
    {
        if (request.Spec.Usages.Any(usage => !allowed.Contains(usage))) return "usages did not match " + string.Join(", ", allowed);
        return request.Spec.Usages.Contains(needed) && (!signs || request.Spec.Usages.Contains(KeyUsage.UsageDigitalSignature)) ? null : "usages did not match " + string.Join(", ", allowed);
    }
}
