using System.Net;

namespace Keelson.Node.Network;

/// <summary>How a node's part of the pods' network is made.</summary>
public sealed record NodeNetworkOptions
{
    public required string NodeName { get; init; }

    /// <summary>Where the runtime looks for its CNI configuration.</summary>
    public required string CniConfigurationDirectory { get; init; }

    /// <summary>Where host-local keeps which addresses are taken. No two nodes of a machine share it.</summary>
    public required string IpamDirectory { get; init; }

    /// <summary>The addresses of all pods of the cluster.</summary>
    public IPNetwork PodRange { get; init; } = IPNetwork.Parse("10.244.0.0/16");

    /// <summary>The bridge that the node's pods are on.</summary>
    public string Bridge { get; init; } = "cni0";

    /// <summary>The node's namespace; the process's own unless set.</summary>
    public NetworkNamespace Namespace { get; init; } = NetworkNamespace.Own;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How long changes of nodes are collected before they are applied together; default 20 ms.</summary>
    public TimeSpan BatchWindow { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>How often what others may have changed is looked at though no node changed; default one minute.</summary>
    public TimeSpan RepairPeriod { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Takes what went wrong; it is tried again.</summary>
    public Action<Exception>? OnError { get; init; }
}
