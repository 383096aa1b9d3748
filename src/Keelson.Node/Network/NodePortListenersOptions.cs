using System.Net;

namespace Keelson.Node.Network;

/// <summary>Where node ports are opened on the host, and where they lead.</summary>
public sealed record NodePortListenersOptions
{
    /// <summary>The addresses of the nodes, tried in order; asked for with every connection.</summary>
    public required Func<IReadOnlyList<IPAddress>> NodeAddresses { get; init; }

    /// <summary>The namespace in which nodes can be dialled: the cluster's.</summary>
    public required NetworkNamespace DialIn { get; init; }

    /// <summary>The address to listen on; default 127.0.0.1, which nobody but this machine reaches.</summary>
    public IPAddress BindAddress { get; init; } = IPAddress.Loopback;

    /// <summary>The namespace to listen in; the process's own unless set.</summary>
    public NetworkNamespace ListenIn { get; init; } = NetworkNamespace.Own;

    /// <summary>Connections at once through one port; default 1024.</summary>
    public int MaxConnectionsPerPort { get; init; } = 1024;

    /// <summary>How often a port that another program has is tried again; default 5 s.</summary>
    public TimeSpan RetryPeriod { get; init; } = TimeSpan.FromSeconds(5);

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Takes what went wrong, such as a port in use; it is tried again.</summary>
    public Action<Exception>? OnError { get; init; }
}
