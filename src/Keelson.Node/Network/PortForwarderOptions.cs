using System.Net;
using System.Net.Sockets;

namespace Keelson.Node.Network;

/// <summary>From where to where bytes are forwarded.</summary>
public sealed record PortForwarderOptions
{
    /// <summary>Where to listen; with port 0 the system chooses.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>Where to forward to; asked again for every connection, and tried in order until one answers.</summary>
    public required Func<IReadOnlyList<IPEndPoint>> Targets { get; init; }

    /// <summary>The namespace to listen in; the process's own unless set.</summary>
    public NetworkNamespace ListenIn { get; init; } = NetworkNamespace.Own;

    /// <summary>The namespace to dial in; the process's own unless set.</summary>
    public NetworkNamespace DialIn { get; init; } = NetworkNamespace.Own;

    /// <summary>Tcp or Udp.</summary>
    public ProtocolType Protocol { get; init; } = ProtocolType.Tcp;

    /// <summary>Connections, or for UDP clients, at once; default 1024. More TCP connections wait in the system's queue; the longest silent UDP client gives way.</summary>
    public int MaxConnections { get; init; } = 1024;

    /// <summary>How long one target may take to answer a connection; default 5 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>After how long without a packet a UDP client is forgotten; default one minute.</summary>
    public TimeSpan UdpIdleTimeout { get; init; } = TimeSpan.FromMinutes(1);

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Takes why a connection could not be forwarded.</summary>
    public Action<Exception>? OnError { get; init; }
}
