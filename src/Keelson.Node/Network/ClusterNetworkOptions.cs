using System.Net;

namespace Keelson.Node.Network;

/// <summary>What the network of a cluster on this machine is like.</summary>
public sealed record ClusterNetworkOptions
{
    /// <summary>A word, a dash and eight hexadecimal digits; no other cluster of this machine has the same.</summary>
    public required string ClusterId { get; init; }

    /// <summary>The nodes' addresses; the first is the cluster's own. It exists inside namespaces only.</summary>
    public IPNetwork Subnet { get; init; } = IPNetwork.Parse("10.89.0.0/16");

    /// <summary>The pods' addresses.</summary>
    public IPNetwork PodRange { get; init; } = IPNetwork.Parse("10.244.0.0/16");

    /// <summary>The services' addresses.</summary>
    public IPNetwork ServiceRange { get; init; } = IPNetwork.Parse("10.96.0.0/12");

    /// <summary>Whether the cluster has no way out, and the host's network stays as it is.</summary>
    public bool IsIsolated { get; init; }

    /// <summary>The namespace through which the cluster reaches the outside; the process's own unless set.</summary>
    public NetworkNamespace Host { get; init; } = NetworkNamespace.Own;

    /// <summary>Where it is noted what was changed on the host, so that the last cluster can put it back. It must not outlive a reboot.</summary>
    public string HostNotesDirectory { get; init; } = "/run/keelson";

    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>A node's place in the network of its cluster.</summary>
/// <param name="Index">From 1; it decides the address.</param>
public sealed record ClusterNode(string Name, int Index, NetworkNamespace Namespace, IPAddress Address);
