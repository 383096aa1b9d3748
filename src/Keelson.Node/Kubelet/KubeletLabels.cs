using System.Globalization;
using System.Text;
using Keelson.Api.Core.V1;

namespace Keelson.Node.Kubelet;

/// <summary>The labels and annotations by which a kubelet finds its sandboxes and containers again; the names are those of every kubelet.</summary>
internal static class KubeletLabels
{
    public const string PodName = "io.kubernetes.pod.name";
    public const string PodNamespace = "io.kubernetes.pod.namespace";
    public const string PodUid = "io.kubernetes.pod.uid";
    public const string ContainerName = "io.kubernetes.container.name";
    public const string ContainerHash = "io.kubernetes.container.hash";
    public const string RestartCount = "io.kubernetes.container.restartCount";
    public const string TerminationMessagePath = "io.kubernetes.container.terminationMessagePath";
    /// <summary>The amounts that the container was made with.</summary>
    public const string Amounts = "keelson.dev/amounts";

    public const string GracePeriod = "io.kubernetes.pod.terminationGracePeriod";

    public static Dictionary<string, string> OfPod(Pod pod) => new(StringComparer.Ordinal)
    {
        [PodName] = pod.Metadata.Name,
        [PodNamespace] = pod.Metadata.Namespace,
        [PodUid] = pod.Metadata.Uid,
    };

    /// <summary>Of what a running container cannot take on without being made anew: its name and image.</summary>
    public static string Hash(ApiContainer container)
    {
        var hash = 2166136261u;
        foreach (var value in Encoding.UTF8.GetBytes($"{container.Name}\n{container.Image}"))
        {
            hash = unchecked((hash ^ value) * 16777619u);
        }

        return hash.ToString("x", CultureInfo.InvariantCulture);
    }
}
