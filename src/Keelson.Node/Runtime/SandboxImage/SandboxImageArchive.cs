using System.Runtime.InteropServices;
using Keelson.Node.Runtime.Images;

namespace Keelson.Node.Runtime.SandboxImage;

/// <summary>The image of sandboxes' own container, which Keelson makes so that no registry is needed for it.</summary>
public static class SandboxImageArchive
{
    /// <summary>The image's name. The tag changes with its contents.</summary>
    public const string Name = "keelson.dev/sandbox:1";

    /// <summary>The image as an OCI archive; the same bytes every time.</summary>
    public static byte[] Build(Architecture architecture) => new ImageBuilder(Name, architecture)
    {
        Layers = [[new LayerFile("pause", PauseProgram.Build(architecture), UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute)]],
        EntryPoint = ["/pause"],
        User = "65535:65535",
    }.Build();
}
