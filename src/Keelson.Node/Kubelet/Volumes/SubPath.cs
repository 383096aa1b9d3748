using Keelson.Node.Kubelet.Pods;

namespace Keelson.Node.Kubelet.Volumes;

/// <summary>A path inside a volume that stays inside.</summary>
internal static class SubPath
{
    /// <summary>The path; where nothing is there yet, a folder is made.</summary>
    public static string Resolve(string root, string below)
    {
        if (Path.IsPathRooted(below) || below.Split('/').Contains("..")) throw Refuse(below);
        var whole = root;
        foreach (var part in below.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            whole = Path.Combine(whole, part);
            var info = new FileInfo(whole);
            // A link that a container made could lead anywhere on the node; those of the kubelet's own files stay inside.
            if (info.LinkTarget is null) continue;
            var target = Path.GetFullPath(info.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? whole);
            var realRoot = Path.GetFullPath(root);
            if (!target.StartsWith(realRoot + "/", StringComparison.Ordinal)) throw Refuse(below);
            whole = target;
        }

        if (!File.Exists(whole) && !Directory.Exists(whole)) Directory.CreateDirectory(whole);
        return whole;
    }

    private static StartException Refuse(string below) => new("CreateContainerConfigError", $"failed to prepare subPath for volumeMount: \"{below}\" leads out of its volume");
}
