namespace Keelson.Rpc.Server;

/// <summary>The bounds of a server's methods.</summary>
public sealed record RpcServerOptions
{
    /// <summary>What deadlines are counted with.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>The largest message that is accepted; 4 MiB unless set.</summary>
    public int MaxReceiveBytes { get; init; } = RpcLimits.DefaultMessageBytes;

    /// <summary>The largest message that is sent; as large as the format allows unless set.</summary>
    public int MaxSendBytes { get; init; } = int.MaxValue;

    /// <summary>Ends every call when the server stops.</summary>
    public CancellationToken Stopping { get; init; }
}
