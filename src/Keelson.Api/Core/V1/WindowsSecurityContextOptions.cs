namespace Keelson.Api.Core.V1;

/// <summary>Privileges and identity on Windows, for a pod or one container.</summary>
[ApiType]
public sealed partial record WindowsSecurityContextOptions
{
    /// <summary>Name of the GMSA credential spec object to use.</summary>
    [Field(1)] public string? GmsaCredentialSpecName { get; init; }

    /// <summary>Content of the GMSA credential spec; normally filled in by an admission webhook from its name.</summary>
    [Field(2)] public string? GmsaCredentialSpec { get; init; }

    /// <summary>Windows user that runs the process; that of the image when unset.</summary>
    [Field(3)] public string? RunAsUserName { get; init; }

    /// <summary>
    /// Run as a host process container with access to the node; all containers of the pod must agree, and hostNetwork must be true.
    /// </summary>
    [Field(4)] public bool? HostProcess { get; init; }
}
