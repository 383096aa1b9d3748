namespace Keelson.Api.Core.V1;

/// <summary>Mounts a volume of the pod into a container.</summary>
[ApiType]
public sealed partial record VolumeMount
{
    /// <summary>Name of the volume of the pod to mount.</summary>
    [Field(1, Emit = Emit.Always)] public string Name { get; init; } = "";

    /// <summary>Mount without write access; false by default.</summary>
    [Field(2)] public bool ReadOnly { get; init; }

    /// <summary>
    /// Whether nested mounts become read-only too: Disabled (default), IfPossible or Enabled (fail where unsupported). Needs
    /// readOnly.
    /// </summary>
    [Field(7), KnownValues(typeof(RecursiveReadOnlyMode))] public string? RecursiveReadOnly { get; init; }

    /// <summary>Path inside the container at which the volume appears; must not contain ':'.</summary>
    [Field(3, Emit = Emit.Always)] public string MountPath { get; init; } = "";

    /// <summary>Path inside the volume to mount instead of its root; relative and without '..'.</summary>
    [Field(4)] public string SubPath { get; init; } = "";

    /// <summary>Whether later mounts are passed on: None (default), HostToContainer or Bidirectional (privileged containers only).</summary>
    [Field(5), KnownValues(typeof(MountPropagationMode))] public string? MountPropagation { get; init; }

    /// <summary>Like subPath, but $(NAME) expands from the environment; excludes subPath.</summary>
    [Field(6)] public string SubPathExpr { get; init; } = "";
}

/// <summary>The values of MountPropagationMode that are known.</summary>
[Closed]
public static class MountPropagationMode
{
    public const string Bidirectional = "Bidirectional";
    public const string HostToContainer = "HostToContainer";
    public const string None = "None";
}
