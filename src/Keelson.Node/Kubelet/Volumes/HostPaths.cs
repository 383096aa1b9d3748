using Keelson.Api.Core.V1;
using Keelson.Node.Kubelet.Pods;

namespace Keelson.Node.Kubelet.Volumes;

/// <summary>Paths of the node that pods mount.</summary>
internal static class HostPaths
{
    /// <summary>Sees that what the volume asks for is there, and makes it where it says so.</summary>
    public static void Check(HostPathVolumeSource host)
    {
        var path = host.Path;
        switch (host.Type ?? "")
        {
            case "":
                return;
            case "DirectoryOrCreate":
                Directory.CreateDirectory(path);
                return;
            case "FileOrCreate":
                if (!File.Exists(path)) File.Create(path).Dispose();
                return;
            case "Directory":
                if (!Directory.Exists(path)) throw Wrong($"hostPath type check failed: {path} is not a directory");
                return;
            case "File":
                if (!File.Exists(path)) throw Wrong($"hostPath type check failed: {path} is not a file");
                return;
            default:
                if (!Path.Exists(path)) throw Wrong($"hostPath type check failed: {path} does not exist");
                return;
        }
    }

    private static StartException Wrong(string message) => new("ContainerCreating", message);
}
