using System.Net;
using System.Net.Sockets;

namespace Keelson.Node.Network;

/// <summary>Lets nodes and pods resolve outside names with the resolvers that the host has, also those that listen on its loopback only.</summary>
/// <remarks>
/// A resolver with an address of its own is reached as anything outside is. For one on the host's loopback, such as
/// systemd-resolved, this process forwards: from the same address inside each node's namespace, so that what the host's
/// resolv.conf says holds there too, and from the cluster's address, for pods.
/// </remarks>
public sealed class NameServers
{
    public const string DefaultFile = "/etc/resolv.conf";
    private const int Port = 53;

    /// <summary>What resolvers are taken from a file; further ones no resolver library asks either.</summary>
    private const int MaxServers = 3;

    private readonly ClusterNetwork _network;
    private readonly IReadOnlyList<IPAddress> _host;

    private NameServers(ClusterNetwork network, IReadOnlyList<IPAddress> host)
    {
        _network = network;
        _host = host;
        Outside = network.Options.IsIsolated ? [] : [.. host.Select(server => IPAddress.IsLoopback(server) ? network.Address : server).Distinct()];
    }

    /// <summary>The resolvers that pods and the cluster's DNS may ask; none in an isolated cluster.</summary>
    public IReadOnlyList<IPAddress> Outside { get; }

    /// <summary>Whether somebody has to forward.</summary>
    public bool NeedsForwarding => !_network.Options.IsIsolated && _host.Any(IPAddress.IsLoopback);

    public Action<Exception>? OnError { get; init; }

    /// <summary>Reads which resolvers the host has.</summary>
    public static NameServers Read(ClusterNetwork network, string file = DefaultFile, Action<Exception>? onError = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        return new NameServers(network, Parse(File.Exists(file) ? File.ReadAllText(file) : "")) { OnError = onError };
    }

    /// <summary>Forwards for these nodes until it is cancelled; returns at once where nothing is to be forwarded.</summary>
    public async Task RunAsync(IEnumerable<ClusterNode> nodes, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        if (!NeedsForwarding) return;
        var forwarders = new List<PortForwarder>();
        try
        {
            var loopback = _host.Where(IPAddress.IsLoopback).ToList();
            Open(forwarders, _network.Namespace, _network.Address, loopback);
            foreach (var node in nodes)
            {
                foreach (var server in loopback) Open(forwarders, node.Namespace, server, [server]);
            }

            await Task.WhenAll(forwarders.Select(forwarder => forwarder.RunAsync(cancel))).ConfigureAwait(false);
        }
        finally
        {
            foreach (var forwarder in forwarders) forwarder.Dispose();
        }
    }

    /// <summary>The IPv4 resolvers that a resolv.conf names.</summary>
    internal static IReadOnlyList<IPAddress> Parse(string text)
    {
        var servers = new List<IPAddress>();
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words is not ["nameserver", var server, ..] || !IPAddress.TryParse(server, out var address) || address.AddressFamily != AddressFamily.InterNetwork) continue;
            if (servers.Count < MaxServers && !servers.Contains(address)) servers.Add(address);
        }

        return servers;
    }

    private void Open(List<PortForwarder> forwarders, NetworkNamespace place, IPAddress address, List<IPAddress> servers)
    {
        foreach (var protocol in new[] { ProtocolType.Udp, ProtocolType.Tcp })
        {
            try
            {
                forwarders.Add(PortForwarder.Open(new PortForwarderOptions
                {
                    Listen = new IPEndPoint(address, Port),
                    Targets = () => [.. servers.Select(server => new IPEndPoint(server, Port))],
                    ListenIn = place,
                    DialIn = _network.Options.Host,
                    Protocol = protocol,
                    OnError = OnError,
                }));
            }
            catch (SocketException taken)
            {
                // The others are of use without it.
                OnError?.Invoke(new NetworkException($"Names cannot be forwarded from {address} in {place}: {taken.Message}", taken));
            }
        }
    }
}
