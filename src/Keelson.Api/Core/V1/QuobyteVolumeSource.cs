namespace Keelson.Api.Core.V1;

/// <summary>A Quobyte mount; its driver has been removed.</summary>
[ApiType]
public sealed partial record QuobyteVolumeSource
{
    /// <summary>Addresses of the Quobyte registry as host:port, separated by commas.</summary>
    [Field(1, Emit = Emit.Always)] public string Registry { get; init; } = "";

    /// <summary>Name of an existing Quobyte volume.</summary>
    [Field(2, Emit = Emit.Always)] public string Volume { get; init; } = "";

    /// <summary>Mount without write access; false by default.</summary>
    [Field(3)] public bool ReadOnly { get; init; }

    /// <summary>User to whom access is mapped; the service account by default.</summary>
    [Field(4)] public string User { get; init; } = "";

    /// <summary>Group to which access is mapped; none by default.</summary>
    [Field(5)] public string Group { get; init; } = "";

    /// <summary>Owning tenant, set by the plugin for provisioned volumes.</summary>
    [Field(6)] public string Tenant { get; init; } = "";
}
