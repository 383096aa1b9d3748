using System.CommandLine;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Keelson.Client;
using Keelson.Client.Configuration;
using Keelson.Node.Kubelet;
using Keelson.Node.Kubelet.Registration;
using Keelson.Node.Kubelet.Serving;
using Keelson.Node.Runtime;
using Keelson.Node.Runtime.Cri;
using Keelson.Node.Runtime.Simulated;

namespace Keelson.Commands.Kubelet;

/// <summary>"keelson kubelet": one node, or many simulated ones, against any Kubernetes API server.</summary>
internal static class KubeletCommand
{
    /// <summary>How many nodes one process simulates at most.</summary>
    private const int MostNodes = 10_000;

    private static readonly Option<FileInfo> Kubeconfig = new("--kubeconfig") { Description = "How to reach the API server.", Required = true };
    private static readonly Option<string?> NodeName = new("--node-name") { Description = "The node's name; this machine's unless set." };
    private static readonly Option<string> Runtime = new("--runtime") { Description = "What runs containers: cri or simulated.", DefaultValueFactory = _ => "cri" };
    private static readonly Option<string> Endpoint = new("--container-runtime-endpoint") { Description = "Where a CRI runtime listens.", DefaultValueFactory = _ => "unix:///run/containerd/containerd.sock" };
    private static readonly Option<int> Nodes = new("--nodes") { Description = "How many simulated nodes, named node-1 and so on; instead of --node-name.", DefaultValueFactory = _ => 0 };
    private static readonly Option<DirectoryInfo?> RootFolder = new("--root-dir") { Description = "Where volumes are kept; /var/lib/kubelet unless set, none for simulated containers." };
    private static readonly Option<DirectoryInfo?> LogFolder = new("--log-dir") { Description = "Where containers' logs go; /var/log/pods unless set." };
    private static readonly Option<string> NodeAddress = new("--node-ip") { Description = "The address under which other nodes reach this one.", DefaultValueFactory = _ => "127.0.0.1" };
    private static readonly Option<string[]> ClusterDns = new("--cluster-dns") { Description = "The servers that pods ask for names.", DefaultValueFactory = _ => [], AllowMultipleArgumentsPerToken = true };

    private static readonly Option<int?> Port = new("--port") { Description = "The port of the kubelet's own server, on the address of --node-ip; 10250 unless set, and no server for simulated containers. 0 lets the system choose." };
    private static readonly Option<FileInfo?> Certificate = new("--tls-cert-file") { Description = "The certificate of the kubelet's server; one that it signs itself unless set, which an API server that checks will not accept." };
    private static readonly Option<FileInfo?> PrivateKey = new("--tls-private-key-file") { Description = "The key that belongs to --tls-cert-file." };
    private static readonly Option<FileInfo?> ClientAuthority = new("--client-ca-file") { Description = "The authorities whose certificates tell the kubelet's server who a client is, the cluster's as a rule; nobody is known by a certificate unless set." };

    public static Command Create()
    {
        var command = new Command("kubelet", "Run the pods of a node.") { Kubeconfig, NodeName, Runtime, Endpoint, Nodes, RootFolder, LogFolder, NodeAddress, ClusterDns, Port, Certificate, PrivateKey, ClientAuthority };
        command.SetAction((arguments, cancel) => ClusterOptions.RunAsync(arguments, cancel, () => RunAsync(arguments, arguments.InvocationConfiguration.Error, cancel)));
        return command;
    }

    private static async Task RunAsync(ParseResult arguments, TextWriter error, CancellationToken cancel)
    {
        var count = arguments.GetValue(Nodes);
        var name = arguments.GetValue(NodeName);
        var kind = arguments.GetRequiredValue(Runtime);
        if (count is < 0 or > MostNodes) throw new ArgumentException($"--nodes {count} is not between 1 and {MostNodes}");
        if (count > 0 && name is not null) throw new ArgumentException("--nodes and --node-name exclude each other");
        if (kind is not ("cri" or "simulated")) throw new ArgumentException($"--runtime {kind} is neither cri nor simulated");
        if (count > 0 && kind != "simulated") throw new ArgumentException("--nodes needs --runtime simulated");
        using var client = new ApiClient(new ConfigurationLoader { Path = arguments.GetRequiredValue(Kubeconfig).FullName }.Load());
        await arguments.InvocationConfiguration.Output.WriteLineAsync($"kubelet: {(count > 0 ? $"{count} nodes" : name ?? Environment.MachineName)}, runtime {kind}");
        if (count > 0)
        {
            var names = Enumerable.Range(1, count).Select(number => $"node-{number}").ToList();
            await using var nodes = new SimulatedNodes(client, names, TimeProvider.System, options => options with { OnError = Report });
            await nodes.RunAsync(cancel);
            return;
        }

        await using IContainerRuntime runtime = kind == "simulated"
            ? new SimulatedRuntime(new SimulatedOptions { Time = TimeProvider.System })
            : new CriRuntime(new CriOptions { Endpoint = arguments.GetRequiredValue(Endpoint), Time = TimeProvider.System, Random = new Random(RandomNumberGenerator.GetInt32(int.MaxValue)) });
        await new NodeAgent(client, Options(arguments, runtime, kind == "simulated") with { NodeName = name ?? Environment.MachineName.ToLowerInvariant(), OnError = Report }).RunAsync(cancel);

        void Report(Exception failure)
        {
            lock (error) error.WriteLine($"keelson kubelet: {failure.Message}");
        }
    }

    private static KubeletOptions Options(ParseResult arguments, IContainerRuntime runtime, bool isSimulated)
    {
        var options = new KubeletOptions
        {
            NodeName = "",
            Runtime = runtime,
            Time = TimeProvider.System,
            NodeAddress = arguments.GetRequiredValue(NodeAddress),
            Server = Server(arguments, isSimulated),
            ClusterDns = arguments.GetRequiredValue(ClusterDns),
            RootDirectory = arguments.GetValue(RootFolder)?.FullName ?? (isSimulated ? null : "/var/lib/kubelet"),
            LogDirectory = arguments.GetValue(LogFolder)?.FullName ?? (isSimulated ? null : "/var/log/pods"),
        };
        return isSimulated ? options : options with { Capacity = MachineCapacity.Read() };
    }

    private static KubeletServerOptions? Server(ParseResult arguments, bool isSimulated)
    {
        var port = arguments.GetValue(Port);
        if (port is null && isSimulated) return null;
        if (port is < 0 or > ushort.MaxValue) throw new ArgumentException($"--port {port} is no port");
        if (!IPAddress.TryParse(arguments.GetRequiredValue(NodeAddress), out var address)) throw new ArgumentException($"--node-ip {arguments.GetRequiredValue(NodeAddress)} is no address");
        var (certificate, key) = (arguments.GetValue(Certificate), arguments.GetValue(PrivateKey));
        if (certificate is null != key is null) throw new ArgumentException("--tls-cert-file and --tls-private-key-file belong together");
        var authorities = new X509Certificate2Collection();
        if (arguments.GetValue(ClientAuthority) is { } file) authorities.ImportFromPemFile(file.FullName);
        return new KubeletServerOptions
        {
            Listen = new IPEndPoint(address, port ?? KubeletServerOptions.UsualPort),
            Certificate = certificate is null ? null : X509Certificate2.CreateFromPemFile(certificate.FullName, key!.FullName),
            ClientAuthorities = authorities,
        };
    }
}
