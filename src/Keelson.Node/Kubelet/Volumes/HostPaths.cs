using Keelson.Api.Core.V1;
using Keelson.Node.Kubelet.Pods;

namespace Keelson.Node.Kubelet.Volumes;

/// <summary>Paths of the node that pods mount.</summary>
internal static class HostPaths
{
    private const int FolderMode = 0x1ED;
    private const int FileMode = 0x1A4;

    /// <summary>Sees that what the volume asks for is there, and makes it where it says so.</summary>
    public static void Check(HostPathVolumeSource host)
    {
        var path = host.Path;
        switch (host.Type ?? "")
        {
            case "DirectoryOrCreate":
                if (!Path.Exists(path))
                {
                    Directory.CreateDirectory(path);
                    UnixModes.Set(path, FolderMode);
                }

                Require(path, SystemFiles.FileKind.Directory, "a directory");
                return;
            case "FileOrCreate":
                if (!Path.Exists(path))
                {
                    File.Create(path).Dispose();
                    UnixModes.Set(path, FileMode);
                }

                Require(path, SystemFiles.FileKind.File, "a file");
                return;
            case "Directory":
                Require(path, SystemFiles.FileKind.Directory, "a directory");
                return;
            case "File":
                Require(path, SystemFiles.FileKind.File, "a file");
                return;
            case "Socket":
                Require(path, SystemFiles.FileKind.Socket, "a socket file");
                return;
            case "CharDevice":
                Require(path, SystemFiles.FileKind.CharacterDevice, "a character device");
                return;
            case "BlockDevice":
                Require(path, SystemFiles.FileKind.BlockDevice, "a block device");
                return;
        }
    }

    private static void Require(string path, SystemFiles.FileKind kind, string name)
    {
        if (SystemFiles.Kind(path) != kind) throw new StartException("ContainerCreating", $"hostPath type check failed: {path} is not {name}");
    }
}
