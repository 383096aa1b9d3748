using System.Security.Cryptography.X509Certificates;

namespace Keelson.Rpc.Client;

/// <summary>How a channel reaches its servers.</summary>
public sealed record RpcChannelOptions
{
    /// <summary>Where equal servers listen: "http://host:port", "https://host:port" or "unix:/path".</summary>
    public required IReadOnlyList<string> Endpoints { get; init; }

    /// <summary>What deadlines and back-off are counted with.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Spreads the first choice and the back-off, so that many clients do not come back at the same moment.</summary>
    public required Random Random { get; init; }

    /// <summary>Whom to trust and who this is, for endpoints with TLS.</summary>
    public RpcTls? Tls { get; init; }

    /// <summary>The largest message that is accepted; 4 MiB unless set.</summary>
    public int MaxReceiveBytes { get; init; } = RpcLimits.DefaultMessageBytes;

    /// <summary>The largest message that is sent; 4 MiB unless set.</summary>
    public int MaxSendBytes { get; init; } = RpcLimits.DefaultMessageBytes;

    /// <summary>Whether messages are compressed before they are sent.</summary>
    public bool SendGzip { get; init; }

    /// <summary>How long a connection may take to come about; 5 s unless set.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>After how much silence a used connection is probed; 30 s unless set.</summary>
    public TimeSpan KeepAliveDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the probe may stay unanswered; 10 s unless set.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The first pause after a failure of an endpoint, doubled with each further one; 50 ms unless set.</summary>
    public TimeSpan BackoffBase { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest pause; 5 s unless set.</summary>
    public TimeSpan BackoffMax { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many times one call is sent at most, where that is safe; 4 unless set.</summary>
    public int MaxAttempts { get; init; } = 4;
}

/// <summary>Whom a client trusts, and who it is.</summary>
public sealed record RpcTls
{
    /// <summary>The only roots that are trusted; null for those of the machine.</summary>
    public X509Certificate2Collection? TrustedRoots { get; init; }

    /// <summary>The client's certificate with its private key.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>The name that the server's certificate must bear, where it is not the endpoint's host.</summary>
    public string? ServerName { get; init; }
}

/// <summary>What one call asks for beside its message.</summary>
public sealed record RpcCallOptions
{
    public static RpcCallOptions None { get; } = new();

    /// <summary>How long the whole call may take; null for no limit.</summary>
    public TimeSpan? Timeout { get; init; }

    public RpcMetadata? Metadata { get; init; }
}
