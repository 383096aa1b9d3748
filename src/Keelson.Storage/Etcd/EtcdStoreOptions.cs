using Keelson.Rpc.Client;

namespace Keelson.Storage.Etcd;

/// <summary>Which etcd cluster holds the state, and how it is reached.</summary>
public sealed record EtcdStoreOptions
{
    /// <summary>The members' client addresses: "http://host:port", "https://host:port" or "unix:/path".</summary>
    public required IReadOnlyList<string> Endpoints { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Spreads clients over members, and their coming back after a failure.</summary>
    public required Random Random { get; init; }

    public RpcTls? Tls { get; init; }

    /// <summary>How long one request may take, with everything that is tried again; 30 s unless set.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The largest answer that is accepted; 512 MiB unless set, since a range without limit comes as one message.</summary>
    public int MaxReceiveBytes { get; init; } = 512 * 1024 * 1024;

    /// <summary>The largest request that is sent; 64 MiB unless set. etcd's own limit, 1.5 MiB unless configured, comes first.</summary>
    public int MaxSendBytes { get; init; } = 64 * 1024 * 1024;
}
