using System.Net;
using System.Security.Cryptography.X509Certificates;
using Keelson.Client;
using Keelson.Client.Election;

namespace Keelson.Control;

/// <summary>How the controllers run. The defaults are upstream's.</summary>
public sealed record ControlPlaneOptions
{
    /// <summary>The controllers to run, by name; all of <see cref="ControlPlane.Names"/> when null.</summary>
    public IReadOnlyCollection<string>? Names { get; init; }

    /// <summary>The certificate of the cluster's authority in PEM, which every namespace gets as kube-root-ca.crt; none when null.</summary>
    public string? RootCertificate { get; init; }

    /// <summary>Objects that one controller works on at once; default 5.</summary>
    public int Workers { get; init; } = 5;

    /// <summary>How often the garbage collector and the namespace controller ask what the server serves; default 30 s.</summary>
    public TimeSpan DiscoveryPeriod { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often nodes are looked at; default 5 s.</summary>
    public TimeSpan NodeMonitorPeriod { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a node may be silent before it counts as unreachable; default 50 s.</summary>
    public TimeSpan NodeMonitorGracePeriod { get; init; } = TimeSpan.FromSeconds(50);

    /// <summary>The cluster's authority with its key, which signs approved requests for certificates; nothing is signed when null. The caller disposes it.</summary>
    public X509Certificate2? SigningAuthority { get; init; }

    /// <summary>The addresses of all pods, of which every node gets a part; default 10.244.0.0/16.</summary>
    public IPNetwork PodRange { get; init; } = IPNetwork.Parse("10.244.0.0/16");

    /// <summary>The length of the prefix of a node's part, at most 16 bits more than the whole; default 24.</summary>
    public int NodeRangePrefix { get; init; } = 24;

    /// <summary>How many ended pods may lie around before the oldest are removed; default 12,500, none are removed for their number at zero.</summary>
    public int TerminatedPodThreshold { get; init; } = 12_500;

    /// <summary>Lets one of several processes lead; all controllers run at once when null.</summary>
    public LeaderElectionOptions? Election { get; init; }

    /// <summary>Where chance comes from.</summary>
    public int Seed { get; init; }

    /// <summary>Takes what went wrong; the controllers go on by themselves.</summary>
    public Action<ControllerFailure>? OnError { get; init; }
}

/// <summary>A reconciliation that failed and will be tried again.</summary>
/// <param name="Attempt">How often it failed in a row; zero where it is not counted.</param>
public sealed record ControllerFailure(string Controller, ObjectKey Key, int Attempt, Exception Failure);
