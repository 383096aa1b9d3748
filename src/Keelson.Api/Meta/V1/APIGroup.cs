namespace Keelson.Api.Meta.V1;

/// <summary>Discovery record of one API group: its versions and which of them to prefer.</summary>
[Kind("", "v1")]
public sealed partial record APIGroup
{
    /// <summary>Name of the group, as it occurs in URLs below /apis.</summary>
    [Field(1, Emit = Emit.Always)] public string Name { get; init; } = "";

    /// <summary>Versions that the server offers, the preferred one first.</summary>
    [Field(2, Emit = Emit.Always), Atomic] public ApiList<GroupVersionForDiscovery> Versions { get; init; }

    /// <summary>Version a client should use when it has no preference; absent when the server has none.</summary>
    [Field(3)] public GroupVersionForDiscovery PreferredVersion { get; init; } = GroupVersionForDiscovery.Empty;

    /// <summary>Server addresses by client network; the first matching range applies.</summary>
    [Field(4), Atomic] public ApiList<ServerAddressByClientCIDR> ServerAddressByClientCIDRs { get; init; }
}

/// <summary>One version of an API group in discovery.</summary>
[ApiType]
public sealed partial record GroupVersionForDiscovery
{
    /// <summary>Group and version in one, as group/version.</summary>
    [Field(1, Emit = Emit.Always)] public string GroupVersion { get; init; } = "";

    /// <summary>The version alone, to save clients from splitting groupVersion.</summary>
    [Field(2, Emit = Emit.Always)] public string Version { get; init; } = "";
}
