using Keelson.Server.Admission.PodSecurity;
using Keelson.Server.Admission.Policies;
using Keelson.Server.Admission.Quotas;
using Keelson.Server.Webhooks;

namespace Keelson.Server.Admission;

/// <summary>Which plugins there are, in upstream's order: one line each.</summary>
internal static class AdmissionPlugins
{
    private static readonly Line[] Lines =
    [
        new("NamespaceLifecycle", true, setup => new NamespaceLifecycle(setup.Lookup.Objects, setup.Lookup.Registry)),
        new("LimitRanger", true, setup => new LimitRanger(setup.Lookup)),
        new("ServiceAccount", true, setup => new ServiceAccounts(setup.Lookup, setup.NewName)),
        new("NodeRestriction", true, setup => new NodeRestriction(setup.Lookup, setup.Authorizer)),
        new("TaintNodesByCondition", true, _ => new TaintNodesByCondition()),
        new("PodSecurity", true, setup => new PodSecurityPlugin(setup.Lookup)),
        new("Priority", true, setup => new Priority(setup.Lookup)),
        new("DefaultTolerationSeconds", true, _ => new DefaultTolerationSeconds()),
        new("ExtendedResourceToleration", false, _ => new ExtendedResourceToleration()),
        new("DefaultStorageClass", true, setup => new DefaultStorageClass(setup.Lookup)),
        new("StorageObjectInUseProtection", true, _ => new StorageObjectInUseProtection()),
        new("PersistentVolumeClaimResize", true, setup => new PersistentVolumeClaimResize(setup.Lookup)),
        new("RuntimeClass", true, setup => new RuntimeClasses(setup.Lookup)),
        new("CertificateRequester", true, _ => new CertificateRequester()),
        new("CertificateApproval", true, setup => new CertificateApproval(setup.Authorizer)),
        new("CertificateSigning", true, setup => new CertificateSigning(setup.Authorizer)),
        new("CertificateSubjectRestriction", true, _ => new CertificateSubjectRestriction()),
        new("DefaultIngressClass", true, setup => new DefaultIngressClass(setup.Lookup)),
        new("PodTopologyLabels", true, setup => new PodTopologyLabels(setup.Lookup)),

        // Those that count and those that others bring go last.
        new("MutatingAdmissionPolicy", true, setup => new MutatingPolicies(setup.Lookup, setup.Authorizer, setup.Time)),
        new("MutatingAdmissionWebhook", true, setup => new MutatingWebhooks(setup.Webhooks)),
        new("ValidatingAdmissionPolicy", true, setup => new ValidatingPolicies(setup.Lookup, setup.Authorizer)),
        new("ValidatingAdmissionWebhook", true, setup => new ValidatingWebhooks(setup.Webhooks)),
        new("ResourceQuota", true, setup => new ResourceQuotas(setup.Lookup, setup.Time)),
    ];

    /// <summary>The plugins that run: those that are on from the start, without the ones taken out and with the ones added.</summary>
    /// <exception cref="ArgumentException">A name is none of a plugin.</exception>
    public static IReadOnlyList<IAdmissionPlugin> Chosen(AdmissionSetup setup, IReadOnlyList<string> enabled, IReadOnlyList<string> disabled)
    {
        foreach (var name in enabled.Concat(disabled))
        {
            if (!Lines.Any(line => line.Name == name)) throw new ArgumentException($"there is no admission plugin \"{name}\"", nameof(enabled));
        }

        return [.. Lines.Where(line => (line.IsOn || enabled.Contains(line.Name)) && !disabled.Contains(line.Name)).Select(line => line.Make(setup))];
    }

    private sealed record Line(string Name, bool IsOn, Func<AdmissionSetup, IAdmissionPlugin> Make);
}
