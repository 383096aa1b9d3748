namespace Keelson.Node.Kubelet.Volumes;

/// <summary>Modes of files, where the system has them.</summary>
internal static class UnixModes
{
    private const int All = 0xFFF;

    public static void Set(string path, int mode)
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, (UnixFileMode)(mode & All));
    }

    public static bool Has(string path, int mode) => OperatingSystem.IsWindows() || (int)File.GetUnixFileMode(path) == (mode & All);
}
