using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Keelson.Node.Network;

/// <summary>The network of a cluster on one machine: a namespace with a bridge, and a namespace a node on it.</summary>
/// <remarks>
/// Everything is found again by its name, so whoever comes after a process that was killed calls the same methods, and
/// what is there is used and what is missing made.
/// </remarks>
public sealed partial class ClusterNetwork
{
    public const string BridgeName = "keelson0";
    public const string NodeLinkName = "eth0";

    /// <summary>How often something is tried again that the kernel was still taking down.</summary>
    private const int Attempts = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(30);

    private static readonly (string, string)[] Settings =
    [
        ("net/ipv4/ip_forward", "1"),
        // Loose: packets of a service's clients may come back another way, but not from nowhere.
        ("net/ipv4/conf/all/rp_filter", "2"),
        ("net/ipv4/conf/default/rp_filter", "2"),
        ("net/ipv4/conf/all/send_redirects", "0"),
        ("net/ipv4/conf/default/send_redirects", "0"),
        // What only crosses a bridge is none of the packet filter's business; see ADR 0009.
        ("net/bridge/bridge-nf-call-iptables?", "0"),
        ("net/bridge/bridge-nf-call-ip6tables?", "0"),
        ("net/bridge/bridge-nf-call-arptables?", "0"),
    ];

    private readonly ClusterNetworkOptions _options;

    private ClusterNetwork(ClusterNetworkOptions options)
    {
        _options = options;
        Namespace = NetworkNamespace.Named(options.ClusterId);
        Address = AddressAt(options.Subnet, 1);
    }

    /// <summary>The cluster's own namespace, which sees all nodes.</summary>
    public NetworkNamespace Namespace { get; }

    /// <summary>The cluster's own address, on which the API server is to be found by nodes and pods.</summary>
    public IPAddress Address { get; }

    public ClusterNetworkOptions Options => _options;

    /// <summary>What on the host may keep the cluster from reaching the outside, in words for a person.</summary>
    public IReadOnlyList<string> Warnings { get; private set; } = [];

    /// <summary>Makes the cluster's namespace, its bridge and, unless isolated, its way out; what is there already is used.</summary>
    public static async Task<ClusterNetwork> CreateAsync(ClusterNetworkOptions options, CancellationToken cancel)
    {
        var network = new ClusterNetwork(Checked(options));
        NetworkNamespace.Create(network.Namespace.Name).Set(Settings);
        List<string> lines =
        [
            "link set lo up",
            $"address replace {network.Address}/{options.Subnet.PrefixLength} dev {BridgeName}",
            $"link set {BridgeName} up",
            // An address that no node has must not look for its owner outside.
            $"route replace unreachable {options.PodRange}",
            $"route replace unreachable {options.ServiceRange}",
        ];
        if (!network.Namespace.Links().Contains(BridgeName))
        {
            lines.Insert(0, $"link add {BridgeName} address {HardwareAddress(network.Address)} type bridge forward_delay 0 stp_state 0 mcast_snooping 0");
        }

        await NetworkTool.IpAsync(network.Namespace, lines, cancel).ConfigureAwait(false);
        var uplink = new HostUplink(options, network.Namespace);
        if (!options.IsIsolated) network.Warnings = await uplink.EnsureAsync(cancel).ConfigureAwait(false);
        else await uplink.RemoveAsync(cancel).ConfigureAwait(false);
        return network;
    }

    /// <summary>Removes whatever there is of a cluster's network, however little was made of it; processes inside have to be gone before.</summary>
    public static async Task RemoveAsync(ClusterNetworkOptions options, CancellationToken cancel)
    {
        var network = new ClusterNetwork(Checked(options));
        await new HostUplink(options, network.Namespace).RemoveAsync(cancel).ConfigureAwait(false);
        if (network.Namespace.Exists)
        {
            // The kernel takes a namespace down some time after its name; the links go now.
            var links = network.Namespace.Links().Where(IsPort).Append(BridgeName).Where(network.Namespace.Links().Contains).ToList();
            if (links.Count > 0) await NetworkTool.IpAsync(network.Namespace, links.Select(link => $"link delete {link}"), cancel, goOn: true).ConfigureAwait(false);
        }

        foreach (var name in NetworkNamespace.Names().Where(name => name.StartsWith(options.ClusterId + "-", StringComparison.Ordinal))) NetworkNamespace.Named(name).Delete();
        network.Namespace.Delete();
    }

    /// <inheritdoc cref="RemoveAsync(ClusterNetworkOptions, CancellationToken)"/>
    public Task RemoveAsync(CancellationToken cancel) => RemoveAsync(_options, cancel);

    /// <summary>The namespace of a node, whether it is there or not.</summary>
    public NetworkNamespace NamespaceOf(string node) => NetworkNamespace.Named($"{_options.ClusterId}-{node}");

    /// <summary>The address of the node with an index.</summary>
    public IPAddress AddressOf(int index) => AddressAt(_options.Subnet, 1 + index);

    /// <summary>Makes a node's namespace and joins it to the bridge; what is there already is used. Nodes may be added side by side.</summary>
    /// <param name="index">From 1, another for each node.</param>
    public async Task<ClusterNode> AddNodeAsync(string name, int index, CancellationToken cancel)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(index, 1);
        // The last address is the broadcast.
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index + 2, 1L << (32 - _options.Subnet.PrefixLength), nameof(index));
        var place = NamespaceOf(name);
        var node = new ClusterNode(name, index, NetworkNamespace.Create(place.Name), AddressOf(index));
        node.Namespace.Set(Settings);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await JoinAsync(node, cancel).ConfigureAwait(false);
                return node;
            }
            catch (NetworkException) when (attempt < Attempts)
            {
                // A namespace that was deleted a moment ago takes its links with it when the kernel gets to it.
                await Task.Delay(Pause * attempt, cancel).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Removes a node's namespace and its link; what is gone already is no error.</summary>
    public async Task RemoveNodeAsync(string name, int index, CancellationToken cancel)
    {
        if (Namespace.Exists && Namespace.Links().Contains(PortOf(index))) await NetworkTool.IpAsync(Namespace, [$"link delete {PortOf(index)}"], cancel, goOn: true).ConfigureAwait(false);
        NamespaceOf(name).Delete();
    }

    private async Task JoinAsync(ClusterNode node, CancellationToken cancel)
    {
        var port = PortOf(node.Index);
        var isInside = node.Namespace.Links().Contains(NodeLinkName);
        var isOutside = Namespace.Links().Contains(port);
        List<string> lines =
        [
            "link set lo up",
            $"address replace {node.Address}/{_options.Subnet.PrefixLength} dev {NodeLinkName}",
            $"link set {NodeLinkName} up",
            $"route replace default via {Address}",
        ];
        if (!isInside || !isOutside)
        {
            // Half a pair is of no use: the other half is gone, or leads somewhere else.
            if (isInside) lines.Insert(0, $"link delete {NodeLinkName}");
            else if (isOutside) await NetworkTool.IpAsync(Namespace, [$"link delete {port}"], cancel).ConfigureAwait(false);
            lines.Insert(isInside ? 1 : 0, $"link add {NodeLinkName} address {HardwareAddress(node.Address)} type veth peer name {port} netns {Namespace.Name}");
        }

        await NetworkTool.IpAsync(node.Namespace, lines, cancel).ConfigureAwait(false);
        await NetworkTool.IpAsync(Namespace, [$"link set {port} master {BridgeName}", $"link set {port} up"], cancel).ConfigureAwait(false);
    }

    private static string PortOf(int index) => string.Create(CultureInfo.InvariantCulture, $"node{index}");

    private static bool IsPort(string link) => link.StartsWith("node", StringComparison.Ordinal);

    /// <summary>A locally administered address that follows from the other one, so that nobody remembers a wrong one after a repair.</summary>
    internal static string HardwareAddress(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        return $"0a:58:{bytes[0]:x2}:{bytes[1]:x2}:{bytes[2]:x2}:{bytes[3]:x2}";
    }

    internal static IPAddress AddressAt(IPNetwork subnet, int offset)
    {
        Span<byte> bytes = stackalloc byte[4];
        subnet.BaseAddress.TryWriteBytes(bytes, out _);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes, System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes) + (uint)offset);
        return new IPAddress(bytes);
    }

    private static ClusterNetworkOptions Checked(ClusterNetworkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        // The form keeps one cluster's id from being the beginning of another's, as names of nodes are appended to it.
        if (!ClusterIdForm().IsMatch(options.ClusterId)) throw new ArgumentException($"\"{options.ClusterId}\" is not a cluster id: a word of at most 20 letters, a dash and eight hexadecimal digits.", nameof(options));
        foreach (var range in new[] { options.Subnet, options.PodRange, options.ServiceRange })
        {
            if (range.BaseAddress.AddressFamily != AddressFamily.InterNetwork || range.PrefixLength is < 8 or > 28) throw new ArgumentException($"{range} is not an IPv4 range with a prefix of 8 to 28 bits.", nameof(options));
        }

        if (!options.IsIsolated && !Path.IsPathRooted(options.HostNotesDirectory)) throw new ArgumentException("The directory for notes about the host needs a full path.", nameof(options));
        return options;
    }

    [GeneratedRegex("^[a-z]{1,20}-[0-9a-f]{8}$")]
    private static partial Regex ClusterIdForm();
}
