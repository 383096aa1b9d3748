using System.Net;
using System.Net.Sockets;
using Keelson.Client.Informers;

namespace Keelson.Node.Dns;

/// <summary>Where the cluster's DNS server listens, and whom it asks about the rest of the world.</summary>
public sealed record ClusterDnsOptions
{
    /// <summary>Addresses to listen on, over UDP and TCP.</summary>
    public IReadOnlyList<IPEndPoint> Listen { get; init; } = [];

    /// <summary>Sockets to answer on: bound datagram sockets and listening stream sockets. The server closes them.</summary>
    public IReadOnlyList<Socket> Sockets { get; init; } = [];

    public string ClusterDomain { get; init; } = "cluster.local";

    /// <summary>The addresses that the zone gives for its server; upstream has the DNS service's there.</summary>
    public IReadOnlyList<IPAddress> ServerAddresses { get; init; } = [];

    /// <summary>For how long answers may be kept; default 30 s, as kubeadm has it. The same bounds what is kept of others' answers.</summary>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Servers that are asked about every other name, in order; without one such questions are refused at once.</summary>
    public IReadOnlyList<IPEndPoint> Upstreams { get; init; } = [];

    /// <summary>How long one of them may take; default 2 s, as upstream.</summary>
    public TimeSpan UpstreamTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Questions that are with other servers at once; default 1000. One more is answered with a failure.</summary>
    public int ForwardLimit { get; init; } = 1000;

    /// <summary>Answers of others that are kept; default 10,000 and 8 MiB. Zero keeps none.</summary>
    public int CacheEntries { get; init; } = 10_000;

    /// <summary>Connections over TCP at once; default 256. More wait to be accepted.</summary>
    public int ConnectionLimit { get; init; } = 256;

    /// <summary>How long a connection may be idle; default 10 s.</summary>
    public TimeSpan ConnectionTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Loops that read from one datagram socket; default one for each processor, at most 8.</summary>
    public int Readers { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 8);

    /// <summary>Informers of this process that somebody else runs; the server has its own when null.</summary>
    public InformerFactory? Informers { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Takes what went wrong; the server goes on.</summary>
    public Action<Exception>? OnError { get; init; }
}
