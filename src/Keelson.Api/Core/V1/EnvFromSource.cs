namespace Keelson.Api.Core.V1;

/// <summary>A config map or secret whose keys all become environment variables.</summary>
[ApiType]
public sealed partial record EnvFromSource
{
    /// <summary>Text put before every key to form the variable name.</summary>
    [Field(1)] public string Prefix { get; init; } = "";

    /// <summary>Config map in the pod's namespace to import.</summary>
    [Field(2)] public ConfigMapEnvSource? ConfigMapRef { get; init; }

    /// <summary>Secret in the pod's namespace to import.</summary>
    [Field(3)] public SecretEnvSource? SecretRef { get; init; }
}

/// <summary>Imports every key of a config map as an environment variable.</summary>
[ApiType]
public sealed partial record ConfigMapEnvSource
{
    [Field(1), Inline] public LocalObjectReference LocalObjectReference { get; init; } = LocalObjectReference.Empty;

    /// <summary>Whether the container may start when the config map is missing; false by default.</summary>
    [Field(2)] public bool? Optional { get; init; }
}

/// <summary>Imports every key of a secret as an environment variable.</summary>
[ApiType]
public sealed partial record SecretEnvSource
{
    [Field(1), Inline] public LocalObjectReference LocalObjectReference { get; init; } = LocalObjectReference.Empty;

    /// <summary>Whether the container may start when the secret is missing; false by default.</summary>
    [Field(2)] public bool? Optional { get; init; }
}
