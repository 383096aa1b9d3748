using System.CommandLine;
using System.Net;
using Keelson.Client;
using Keelson.Client.Configuration;
using Keelson.Node.Proxy;

namespace Keelson.Commands.Proxy;

/// <summary>"keelson proxy": services on one node, against any Kubernetes API server, in the network namespace it is started in.</summary>
internal static class ProxyCommand
{
    private const string Nftables = "nftables";

    private static readonly Option<FileInfo?> Kubeconfig = new("--kubeconfig") { Description = "How to reach the API server." };
    private static readonly Option<string?> NodeName = new("--node-name") { Description = "The node's name; this machine's unless set." };
    private static readonly Option<string> Mode = new("--proxy-mode") { Description = "How packets find their way; only nftables so far.", DefaultValueFactory = _ => Nftables };
    private static readonly Option<string?> ClusterCidr = new("--cluster-cidr") { Description = "Where pods are, one network or two with a comma; traffic from elsewhere to cluster addresses is given the node's address." };
    private static readonly Option<bool> CleanUp = new("--cleanup") { Description = "Take all rules away and end." };
    private static readonly Option<string> HealthAddress = new("--healthz-bind-address") { Description = "Where /healthz is answered; nowhere when empty.", DefaultValueFactory = _ => "0.0.0.0:10256" };
    private static readonly Option<string> MetricsAddress = new("--metrics-bind-address") { Description = "Where /metrics is answered; nowhere when empty.", DefaultValueFactory = _ => "127.0.0.1:10249" };
    private static readonly Option<BridgedPackets> Bridged = new("--bridged-packets") { Description = "How packets between pods on one bridge pass the rules: expected (somebody saw to it), enabled (turn on the kernel's setting for the whole network namespace) or routed (pods share no bridge, or the node routes between them).", DefaultValueFactory = _ => BridgedPackets.Expected };

    public static Command Create()
    {
        var command = new Command("proxy", "Bring services' addresses to their endpoints on a node.") { Kubeconfig, NodeName, Mode, ClusterCidr, CleanUp, HealthAddress, MetricsAddress, Bridged };
        command.SetAction((arguments, cancel) => ClusterOptions.RunAsync(arguments, cancel, () => RunAsync(arguments, arguments.InvocationConfiguration.Error, cancel)));
        return command;
    }

    private static async Task RunAsync(ParseResult arguments, TextWriter error, CancellationToken cancel)
    {
        var mode = arguments.GetRequiredValue(Mode);
        if (mode is "iptables" or "ipvs" or "userspace") throw new ArgumentException($"--proxy-mode {mode} does not exist yet; nftables does");
        if (mode != Nftables) throw new ArgumentException($"--proxy-mode {mode} is not known; nftables is");
        var options = new ProxyOptions
        {
            NodeName = arguments.GetValue(NodeName) ?? Environment.MachineName.ToLowerInvariant(),
            Time = TimeProvider.System,
            ClusterNetworks = Networks(arguments.GetValue(ClusterCidr)),
            HealthEndpoint = Endpoint("--healthz-bind-address", arguments.GetRequiredValue(HealthAddress)),
            MetricsEndpoint = Endpoint("--metrics-bind-address", arguments.GetRequiredValue(MetricsAddress)),
            BridgedPackets = arguments.GetValue(Bridged),
            OnError = Report,
        };
        if (arguments.GetValue(CleanUp))
        {
            await ServiceProxy.CleanUpAsync(options, cancel);
            return;
        }

        var kubeconfig = arguments.GetValue(Kubeconfig) ?? throw new ArgumentException("--kubeconfig says how to reach the API server, and is missing");
        using var client = new ApiClient(new ConfigurationLoader { Path = kubeconfig.FullName }.Load());
        await arguments.InvocationConfiguration.Output.WriteLineAsync($"proxy: {options.NodeName}, mode {mode}");
        await new ServiceProxy(client, options).RunAsync(cancel);

        void Report(Exception failure)
        {
            lock (error) error.WriteLine($"keelson proxy: {failure.Message}");
        }
    }

    private static List<IPNetwork> Networks(string? text)
    {
        var networks = new List<IPNetwork>();
        foreach (var part in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            networks.Add(IPNetwork.TryParse(part, out var network) ? network : throw new ArgumentException($"--cluster-cidr {part} is not a network such as 10.244.0.0/16"));
        }

        return networks;
    }

    private static IPEndPoint? Endpoint(string option, string text)
    {
        if (text.Length == 0) return null;
        return IPEndPoint.TryParse(text, out var endpoint) ? endpoint : throw new ArgumentException($"{option} {text} is not an address and a port");
    }
}
