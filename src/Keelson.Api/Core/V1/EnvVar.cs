namespace Keelson.Api.Core.V1;

/// <summary>One environment variable of a container.</summary>
[ApiType]
public sealed partial record EnvVar
{
    /// <summary>Name of the variable; any printable ASCII character except '='.</summary>
    [Field(1, Emit = Emit.Always)] public string Name { get; init; } = "";

    /// <summary>Literal value; $(NAME) expands variables defined before this one, $$(NAME) escapes it. Empty by default.</summary>
    [Field(2)] public string Value { get; init; } = "";

    /// <summary>Where to take the value from instead; excludes a non-empty value.</summary>
    [Field(3)] public EnvVarSource? ValueFrom { get; init; }
}

/// <summary>Origin of a variable's value; exactly one member is set.</summary>
[ApiType]
public sealed partial record EnvVarSource
{
    /// <summary>Field of the pod, such as metadata.name, metadata.labels['key'], spec.nodeName, status.hostIP or status.podIP.</summary>
    [Field(1)] public ObjectFieldSelector? FieldRef { get; init; }

    /// <summary>Resource limit or request of a container.</summary>
    [Field(2)] public ResourceFieldSelector? ResourceFieldRef { get; init; }

    /// <summary>Key of a config map in the pod's namespace.</summary>
    [Field(3)] public ConfigMapKeySelector? ConfigMapKeyRef { get; init; }

    /// <summary>Key of a secret in the pod's namespace.</summary>
    [Field(4)] public SecretKeySelector? SecretKeyRef { get; init; }

    /// <summary>Key of an environment file that an init container wrote into a volume.</summary>
    [Field(5)] public FileKeySelector? FileKeyRef { get; init; }
}

/// <summary>Points at one key of a config map in the same namespace.</summary>
[ApiType]
[Atomic]
public sealed partial record ConfigMapKeySelector
{
    [Field(1), Inline] public LocalObjectReference LocalObjectReference { get; init; } = LocalObjectReference.Empty;

    /// <summary>Key whose value is taken; it must exist unless optional is true.</summary>
    [Field(2, Emit = Emit.Always)] public string Key { get; init; } = "";

    /// <summary>Whether the config map or the key may be missing; false by default.</summary>
    [Field(3)] public bool? Optional { get; init; }
}

/// <summary>Points at one key of an environment file in a volume of the pod.</summary>
[ApiType]
[Atomic]
public sealed partial record FileKeySelector
{
    /// <summary>Volume of the pod that holds the file; it must be an emptyDir.</summary>
    [Field(1, Emit = Emit.Always)] public string VolumeName { get; init; } = "";

    /// <summary>File inside the volume, as a relative path without '..'.</summary>
    [Field(2, Emit = Emit.Always)] public string Path { get; init; } = "";

    /// <summary>Name of the variable inside the file.</summary>
    [Field(3, Emit = Emit.Always)] public string Key { get; init; } = "";

    /// <summary>
    /// Whether the file or the key may be missing, leaving the variable unset; false by default, which blocks the container's start.
    /// </summary>
    [Field(4), Default("false")] public bool? Optional { get; init; }
}

/// <summary>Points at one key of a secret in the same namespace.</summary>
[ApiType]
[Atomic]
public sealed partial record SecretKeySelector
{
    [Field(1), Inline] public LocalObjectReference LocalObjectReference { get; init; } = LocalObjectReference.Empty;

    /// <summary>Key whose value is taken; it must exist unless optional is true.</summary>
    [Field(2, Emit = Emit.Always)] public string Key { get; init; } = "";

    /// <summary>Whether the secret or the key may be missing; false by default.</summary>
    [Field(3)] public bool? Optional { get; init; }
}
