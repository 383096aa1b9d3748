using System.Net;
using System.Security.Cryptography.X509Certificates;
using Keelson.Client;
using Keelson.Client.Configuration;
using Keelson.Client.Informers;
using Keelson.Node.Dns;
using Keelson.Node.Dns.Upstream;
using Keelson.Node.Kubelet;
using Keelson.Node.Kubelet.Registration;
using Keelson.Node.Kubelet.Serving;
using Keelson.Node.Network;
using Keelson.Node.Proxy;
using Keelson.Node.Runtime;
using Keelson.Node.Runtime.Containerd;

namespace Keelson.Cluster;

/// <summary>What a node's process does: containerd, kubelet, the pods' network, proxy and DNS.</summary>
internal sealed class NodeServer(ClusterFolder folder, ClusterSettings settings, NodeFolder node, ClusterLog log, TimeProvider time)
{
    public const string DnsAddress = "10.96.0.10";

    private const int DnsPort = 53;
    private static readonly IPNetwork PodRange = IPNetwork.Parse("10.244.0.0/16");

    /// <summary>How long containers may take to end when the node is told to.</summary>
    private static readonly TimeSpan ContainerGrace = TimeSpan.FromSeconds(4);

    /// <summary>How long all of it may take before the rest is ended by force.</summary>
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(20);

    /// <summary>Runs until it is cancelled, and then ends the node's containers.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        await using var supervisor = new ContainerdSupervisor(NodeContainerd.Options(folder, settings, node, time, text => log.Write("containerd", text)));
        await using var runtime = supervisor.CreateRuntime();
        using var client = Connect(node.Kubeconfig, "kubelet");
        using var servicesClient = Connect(node.ProxyKubeconfig, "keelson-node");
        var address = Address();
        var informers = new InformerFactory(servicesClient, new InformerOptions { DropManagedFields = true, OnError = failure => log.Report("informers", failure) });
        var network = new NodeNetwork(informers.For<Api.Core.V1.Node>(), new NodeNetworkOptions
        {
            NodeName = node.Name,
            CniConfigurationDirectory = node.CniConfiguration,
            IpamDirectory = node.Ipam,
            Time = time,
            OnError = failure => log.Report("network", failure),
        });
        var proxy = new ProxyOptions
        {
            NodeName = node.Name,
            Time = time,
            Informers = informers,
            ClusterNetworks = [PodRange],
            // What pods of this node send to each other passes the node: the network sees to that.
            BridgedPackets = BridgedPackets.Routed,
            HealthEndpoint = new IPEndPoint(IPAddress.Any, ProxyOptions.HealthPort),
            MetricsEndpoint = new IPEndPoint(IPAddress.Loopback, ProxyOptions.MetricsPort),
            OnError = failure => log.Report("proxy", failure),
        };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        // These need no containerd, which takes a while.
        List<Task> parts =
        [
            Upkeep.RunAsync("informers", informers.RunAsync, log, time, stop.Token),
            Upkeep.RunAsync("network", network.RunAsync, log, time, stop.Token),
        ];
        try
        {
            await supervisor.StartAsync(cancel);
            parts.Add(Upkeep.RunAsync("kubelet", token => RunKubeletAsync(client, runtime, address, informers, token), log, time, stop.Token));
            parts.Add(Upkeep.RunAsync("proxy", token => new ServiceProxy(servicesClient, proxy).RunAsync(token), log, time, stop.Token));
            parts.Add(Upkeep.RunAsync("dns", token => RunDnsAsync(servicesClient, address, informers, token), log, time, stop.Token));
            await Task.WhenAll(parts);
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(parts);
            if (!File.Exists(folder.Removal)) await EndContainersAsync(runtime);
        }
    }

    private async Task RunKubeletAsync(ApiClient client, IContainerRuntime runtime, IPAddress address, InformerFactory informers, CancellationToken cancel)
    {
        using var certificate = X509Certificate2.CreateFromPemFile(node.ServingCertificate, node.ServingKey);
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(node.Authority);
        var server = new KubeletServerOptions { Listen = new IPEndPoint(address, KubeletServerOptions.UsualPort), Certificate = certificate, ClientAuthorities = authorities };
        await new NodeAgent(client, KubeletOptions(runtime, address) with { Server = server, Informers = informers }).RunAsync(cancel);
    }

    private KubeletOptions KubeletOptions(IContainerRuntime runtime, IPAddress address) => new()
    {
        NodeName = node.Name,
        Runtime = runtime,
        Time = time,
        NodeAddress = address.ToString(),
        Capacity = MachineCapacity.Read(),
        RootDirectory = node.Kubelet,
        LogDirectory = node.PodLogs,
        CgroupRoot = NodeContainerd.CgroupRoot(folder, node),
        ClusterDns = [DnsAddress],
        OnError = failure => log.Report("kubelet", failure),
    };

    private async Task RunDnsAsync(ApiClient client, IPAddress address, InformerFactory informers, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var dns = new ClusterDns(client, new ClusterDnsOptions
        {
            Listen = [new IPEndPoint(address, DnsPort)],
            Informers = informers,
            Upstreams = settings.IsIsolated ? [] : [.. ResolverFile.Read(NameServers.DefaultFile)],
            Time = time,
            OnError = failure => log.Report("dns", failure),
        });
        var publisher = new DnsPublisher(client, new DnsPublisherOptions { NodeName = node.Name, NodeAddress = address.ToString(), ClusterAddress = DnsAddress, Time = time, OnError = failure => log.Report("dns", failure) });
        await Task.WhenAll(dns.RunAsync(stop.Token), publisher.RunAsync(stop.Token));
    }

    private ApiClient Connect(string kubeconfig, string agent) => new(new ApiClientOptions
    {
        Configuration = new ConfigurationLoader { Path = kubeconfig }.Load(),
        UserAgent = agent,
        UseProtobuf = true,
        Time = time,
    });

    // The node is told its address by its network: that of the link that leads to the cluster.
    private static IPAddress Address() =>
        System.Net.NetworkInformation.NetworkInterface.GetAllNetworkInterfaces().First(link => link.Name == ClusterNetwork.NodeLinkName)
            .GetIPProperties().UnicastAddresses.Select(entry => entry.Address).First(address => address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork);

    private async Task EndContainersAsync(IContainerRuntime runtime)
    {
        try
        {
            using var limit = new CancellationTokenSource(EndLimit, time);
            var containers = await runtime.ListContainersAsync(ContainerFilter.All, limit.Token);
            await Task.WhenAll(containers.Select(container => runtime.StopContainerAsync(container.Id, ContainerGrace, limit.Token)));
            var sandboxes = await runtime.ListSandboxesAsync(SandboxFilter.All, limit.Token);
            await Task.WhenAll(sandboxes.Select(sandbox => runtime.StopSandboxAsync(sandbox.Id, limit.Token)));
        }
        catch (Exception failure) when (failure is RuntimeException or OperationCanceledException)
        {
            log.Write("containerd", $"not every container could be ended: {failure.Message}");
        }
    }
}
