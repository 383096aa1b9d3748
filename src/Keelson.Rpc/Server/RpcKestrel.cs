using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Keelson.Rpc.Server;

/// <summary>What a server for long calls needs set otherwise than one for web pages.</summary>
public static class RpcKestrel
{
    /// <summary>The most calls at once on one connection: a client keeps all of its calls on one.</summary>
    public const int MaxCallsPerConnection = 10_000;

    private const int ConnectionWindowBytes = 4 * 1024 * 1024;
    private const int StreamWindowBytes = 1024 * 1024;

    public static void ForRpc(this KestrelServerLimits limits)
    {
        // A stream may be silent for days, in both directions, and its reader may be slow.
        limits.MinRequestBodyDataRate = null;
        limits.MinResponseDataRate = null;
        limits.MaxRequestBodySize = null;
        limits.Http2.MaxStreamsPerConnection = MaxCallsPerConnection;
        limits.Http2.InitialConnectionWindowSize = ConnectionWindowBytes;
        limits.Http2.InitialStreamWindowSize = StreamWindowBytes;

        // A client that has vanished without a word is noticed after 30 s and the time that an answer may take.
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
    }
}
