namespace Keelson.Node.Kubelet.Probes;

/// <summary>How probes reach pods over the network.</summary>
public interface IProbeNetwork
{
    /// <summary>Whether something accepts connections there.</summary>
    Task<ProbeResult> ConnectAsync(string host, int port, TimeSpan timeout, CancellationToken cancel);

    /// <summary>Asks a service for its health in gRPC's own protocol; an empty name is the server as a whole.</summary>
    Task<ProbeResult> CheckHealthAsync(string host, int port, string service, TimeSpan timeout, CancellationToken cancel);

    Task<ProbeResult> GetAsync(Uri url, IReadOnlyList<KeyValuePair<string, string>> headers, TimeSpan timeout, CancellationToken cancel);
}

/// <summary>What a probe found.</summary>
public readonly record struct ProbeResult(bool Succeeded, string Output = "");
