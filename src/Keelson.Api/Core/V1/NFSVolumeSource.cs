namespace Keelson.Api.Core.V1;

/// <summary>A directory exported by an NFS server.</summary>
[ApiType]
public sealed partial record NFSVolumeSource
{
    /// <summary>Host name or address of the NFS server.</summary>
    [Field(1, Emit = Emit.Always)] public string Server { get; init; } = "";

    /// <summary>Absolute path of the directory that the server exports.</summary>
    [Field(2, Emit = Emit.Always)] public string Path { get; init; } = "";

    /// <summary>Mount without write access; false by default.</summary>
    [Field(3)] public bool ReadOnly { get; init; }
}
