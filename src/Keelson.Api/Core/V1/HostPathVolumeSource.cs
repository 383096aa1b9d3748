namespace Keelson.Api.Core.V1;

/// <summary>A file or directory of the node, mounted into the pod; powerful and dangerous for most workloads.</summary>
[ApiType]
public sealed partial record HostPathVolumeSource
{
    /// <summary>Path on the node; symbolic links are followed.</summary>
    [Field(1, Emit = Emit.Always)] public string Path { get; init; } = "";

    /// <summary>
    /// What to check or create first: empty (no check, default), DirectoryOrCreate, Directory, FileOrCreate, File, Socket,
    /// CharDevice or BlockDevice.
    /// </summary>
    [Field(2), KnownValues(typeof(HostPathType))] public string? Type { get; init; }
}

/// <summary>The values of HostPathType that are known.</summary>
[Closed]
public static class HostPathType
{
    public const string BlockDevice = "BlockDevice";
    public const string CharDevice = "CharDevice";
    public const string Directory = "Directory";
    public const string DirectoryOrCreate = "DirectoryOrCreate";
    public const string File = "File";
    public const string FileOrCreate = "FileOrCreate";
    public const string Socket = "Socket";
    public const string Unset = "";
}
