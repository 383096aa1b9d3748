namespace Keelson.Api.Meta.V1;

/// <summary>Answer of the /api path: the versions of the core group.</summary>
[Kind("", "v1")]
public sealed partial record APIVersions
{
    /// <summary>Versions that the server offers, the preferred one first.</summary>
    [Field(1, Emit = Emit.Always), Atomic] public ApiList<string> Versions { get; init; }

    /// <summary>Server addresses by client network; the first matching range applies.</summary>
    [Field(2, Emit = Emit.Always), Atomic] public ApiList<ServerAddressByClientCIDR> ServerAddressByClientCIDRs { get; init; }
}
