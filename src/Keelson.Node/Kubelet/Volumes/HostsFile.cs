using System.Text;
using Keelson.Node.Kubelet.Pods;

namespace Keelson.Node.Kubelet.Volumes;

/// <summary>The hosts file of a pod.</summary>
internal static class HostsFile
{
    private const string OfNode = "/etc/hosts";

    public static string Write(string podFolder, PodView view, KubeletOptions options)
    {
        var text = new StringBuilder();
        if (view.Pod.Spec.HostNetwork)
        {
            // In the node's network, names are what they are for the node.
            text.Append("# Kubernetes-managed hosts file (host network).\n");
            if (File.Exists(OfNode)) text.Append(File.ReadAllText(OfNode));
        }
        else
        {
            text.Append("# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n")
                .Append("fe00::0\tip6-localnet\nfe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n");
            var name = SandboxRecipe.Hostname(view.Pod);
            var whole = view.Pod.Spec.Subdomain.Length > 0 ? $"{SandboxRecipe.FullName(view.Pod, options)}\t{name}" : name;
            foreach (var address in view.Sandbox?.Addresses ?? []) text.Append(address).Append('\t').Append(whole).Append('\n');
        }

        if (!view.Pod.Spec.HostAliases.IsEmpty) text.Append("\n# Entries added by HostAliases.\n");
        foreach (var alias in view.Pod.Spec.HostAliases) text.Append(alias.Ip).Append('\t').Append(string.Join('\t', alias.Hostnames)).Append('\n');
        var file = Path.Combine(podFolder, "etc-hosts");
        File.WriteAllText(file, text.ToString());
        UnixModes.Set(file, 0x1A4);
        return file;
    }
}
