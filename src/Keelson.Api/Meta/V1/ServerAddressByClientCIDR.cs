namespace Keelson.Api.Meta.V1;

/// <summary>The server address that clients of one network should use.</summary>
[ApiType]
public sealed partial record ServerAddressByClientCIDR
{
    /// <summary>Network of the clients, as a CIDR.</summary>
    [Field(1, Emit = Emit.Always)] public string ClientCIDR { get; init; } = "";

    /// <summary>Address of the server, as a host name, IP or either with a port.</summary>
    [Field(2, Emit = Emit.Always)] public string ServerAddress { get; init; } = "";
}
