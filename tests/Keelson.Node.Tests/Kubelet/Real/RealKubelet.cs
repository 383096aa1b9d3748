using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using Keelson.Api;
using Keelson.Api.Authentication.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client;
using Keelson.Client.Resources;
using Keelson.Node.Network;
using Keelson.Node.Kubelet;
using Keelson.Node.Kubelet.Probes;
using Keelson.Node.Runtime.Cri;
using Keelson.Node.Tests.Runtime.Containerd;
using Keelson.Server.Serving;
using Keelson.Storage.Memory;

namespace Keelson.Node.Tests.Kubelet.Real;

/// <summary>The tests with real pods share one API server, one containerd and one kubelet, and run one after the other.</summary>
[CollectionDefinition(nameof(RealKubelet), DisableParallelization = true)]
public sealed class RealKubeletCollection : ICollectionFixture<RealKubelet>;

/// <summary>An API server in this process and a kubelet whose pods are real containers of a containerd of its own.</summary>
public sealed class RealKubelet : IAsyncLifetime
{
    internal const string Image = "docker.io/library/busybox:real";
    internal const string UserImage = "docker.io/library/busybox:nobody";
    internal const string NamedUserImage = "docker.io/library/busybox:named";

    internal static readonly (string Name, string User)[] Images = [(Image, ""), (UserImage, "65534"), (NamedUserImage, "nobody")];

    /// <summary>How long a test waits for what takes a second on an idle machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeProvider Time = TimeProvider.System;

    private readonly RealContainerd _containerd = new();
    private MemoryStore _store = null!;
    private ApiServer _server = null!;
    private HttpMessageHandler _handler = null!;
    private HttpMessageHandler _kubeletHandler = null!;
    private ApiClient _kubeletClient = null!;
    private NetworkProbes _probes = null!;
    private CancellationTokenSource? _stop;
    private Task? _running;

    internal RealContainerd Containerd => _containerd;

    internal ApiClient Client { get; private set; } = null!;

    internal CriRuntime Runtime => _containerd.Runtime;

    internal ConcurrentQueue<Exception> Errors { get; } = [];

    internal string RootDirectory => _containerd.Path("kubelet");

    internal string LogDirectory => _containerd.Path("podlogs");

    internal string CgroupRoot { get; } = $"keelson-test-{Environment.ProcessId}";

    internal ResourceClient<Pod> Pods => Client.Resource<Pod>().In("default");

    internal KubeletOptions Options => new()
    {
        NodeName = "real",
        Runtime = Runtime,
        Time = Time,
        RootDirectory = RootDirectory,
        LogDirectory = LogDirectory,
        CgroupRoot = CgroupRoot,
        NodeAddress = "10.99.0.1",
        ClusterDns = ["10.96.0.10"],
        VolumeRefreshPeriod = TimeSpan.FromMilliseconds(500),
        LogCheckPeriod = TimeSpan.FromSeconds(1),
        VolumeLimitPeriod = TimeSpan.FromSeconds(1),
        LogFileLimit = 64 * 1024,
        LogFileCount = 3,
        ProbeNetwork = _probes,
        OnError = Errors.Enqueue,
    };

    public async ValueTask InitializeAsync()
    {
        await _containerd.InitializeAsync();
        if (_containerd.Missing is not null) return;
        try
        {
            foreach (var (name, user) in Images) await _containerd.ImportAsync(RealContainerd.BusyboxArchive(name, user));
            _store = new MemoryStore(Time);
            // A class that is not there is for the kubelet to tell of, as one can be taken away after a pod was made.
            string[] disabled = [.. ApiServerOptions.PluginsThatNeedControllers, "RuntimeClass"];
            _server = new ApiServer(new ApiServerOptions { DisabledAdmissionPlugins = disabled, Store = _store, Time = Time, Random = new Random(1) });
            await _server.StartAsync();
            _handler = _server.CreateHandler();
            Client = new ApiClient(new ApiClientOptions { Handler = _handler, Time = Time });
            _kubeletHandler = _server.CreateHandler(new UserInfo { Username = "system:node:real", Groups = ["system:nodes", "system:authenticated"] });
            _kubeletClient = new ApiClient(new ApiClientOptions { Handler = _kubeletHandler, Time = Time });
            _probes = new NetworkProbes(Time, DialAsync);
            if (await Client.Resource<Namespace>().FindAsync("kube-node-lease") is null)
            {
                await Client.Resource<Namespace>().CreateAsync(new Namespace { Metadata = new ObjectMeta { Name = "kube-node-lease" } });
            }

            var accounts = Client.Resource<ServiceAccount>().In("default");
            if (await accounts.FindAsync("default") is null) await accounts.CreateAsync(new ServiceAccount { Metadata = new ObjectMeta { Name = "default" } });
            StartKubelet();
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    // From the node's network, as a kubelet in it would.
    private async ValueTask<Stream> DialAsync(string host, int port, CancellationToken cancel)
    {
        var socket = NetworkNamespace.At(_containerd.NamespacePath).CreateSocket(SocketType.Stream);
        try
        {
            await socket.ConnectAsync(host, port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Begins a test: skips it where there is no containerd.</summary>
    internal void Require() => Assert.SkipWhen(_containerd.Missing is not null, _containerd.Missing ?? "");

    internal void StartKubelet(KubeletOptions? options = null)
    {
        var stop = _stop = new CancellationTokenSource();
        var agent = new NodeAgent(_kubeletClient, options ?? Options);
        _running = Task.Run(() => agent.RunAsync(stop.Token));
    }

    /// <summary>Ends the kubelet and leaves what runs as it is.</summary>
    internal async Task StopKubeletAsync()
    {
        if (_stop is null) return;
        await _stop.CancelAsync();
        try
        {
            await _running!.WaitAsync(TimeSpan.FromSeconds(60));
        }
        catch (OperationCanceledException)
        {
            // That is how it ends.
        }

        _stop.Dispose();
        _stop = null;
    }

    /// <summary>Creates a pod on the node; the text is the inside of its spec in JSON, IMAGE in it is busybox.</summary>
    internal Task<Pod> CreateAsync(string name, string spec, string metadata = "")
    {
        var grace = spec.Contains("terminationGracePeriodSeconds", StringComparison.Ordinal) ? "" : "\"terminationGracePeriodSeconds\":1,";
        var json = $$"""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{name}}","namespace":"default"{{metadata}} },"spec":{"nodeName":"real","automountServiceAccountToken":false,{{grace}}{{spec}} } }""";
        return Pods.CreateAsync(ApiJson.Decode<Pod>(Encoding.UTF8.GetBytes(json.Replace("IMAGE", Image, StringComparison.Ordinal))));
    }

    /// <summary>Creates a pod with one container that runs a script; more of the container and of the spec in JSON, each with a leading comma.</summary>
    internal Task<Pod> RunAsync(string name, string script, string container = "", string spec = "", string metadata = "")
    {
        var words = System.Text.Json.JsonSerializer.Serialize(new[] { "/bin/sh", "-c", script });
        return CreateAsync(name, $$""" "containers":[{"name":"c","image":"IMAGE","command":{{words}}{{container}} }]{{spec}} """, metadata);
    }

    internal async Task<Pod> UntilAsync(string name, Func<Pod, bool> condition)
    {
        Pod? last = null;
        try
        {
            await UntilAsync(async () => (last = await Pods.FindAsync(name)) is { } pod && condition(pod));
        }
        catch (TimeoutException timeout)
        {
            var events = last is null ? [] : await EventsAsync(name);
            throw new TimeoutException($"{timeout.Message}\n{(last is null ? "no pod" : Encoding.UTF8.GetString(ApiJson.Encode(last with { Metadata = last.Metadata with { ManagedFields = default } })))}\n{string.Join('\n', events)}", timeout);
        }

        return last!;
    }

    internal async Task UntilAsync(Func<Task<bool>> condition)
    {
        var begin = Time.GetTimestamp();
        while (!await condition())
        {
            if (Time.GetElapsedTime(begin) > Patience) throw new TimeoutException($"not within {Patience}\n{string.Join('\n', Errors.TakeLast(5))}");
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    internal Task<Pod> UntilReadyAsync(string name) => UntilAsync(name, pod => pod.IsReady());

    internal Task<Pod> UntilSucceededAsync(string name) => UntilAsync(name, pod => pod.Status.Phase == PodPhase.Succeeded);

    internal Task UntilGoneAsync(string name) => UntilAsync(async () => await Pods.FindAsync(name) is null);

    internal async Task UntilEventAsync(string name, string text) => await UntilAsync(async () => (await EventsAsync(name)).Contains(text));

    internal async Task<List<string>> EventsAsync(string name) =>
        [.. (await Client.Resource<Event>().In("default").ListAsync()).Items.Where(item => item.InvolvedObject.Name == name).Select(item => $"{item.Type} {item.Reason} {item.Message}")];

    /// <summary>Runs a pod with this script to its end and answers with what it wrote.</summary>
    internal async Task<string> OutputAsync(string name, string script, string container = "", string spec = "")
    {
        await RunAsync(name, script, container, ""","restartPolicy":"Never" """ + spec);
        var pod = await UntilAsync(name, pod => pod.Status.Phase is PodPhase.Succeeded or PodPhase.Failed);
        return Log(pod);
    }

    internal string LogFolder(Pod pod) => Path.Combine(LogDirectory, $"{pod.Metadata.Namespace}_{pod.Metadata.Name}_{pod.Metadata.Uid}");

    /// <summary>What a container wrote, without the times that stand before its lines.</summary>
    internal string Log(Pod pod, string container = "c", int attempt = 0)
    {
        var file = Path.Combine(LogFolder(pod), container, $"{attempt}.log");
        return File.Exists(file) ? string.Join('\n', File.ReadAllLines(file).Select(line => line.Split(' ', 4)[3])) : "";
    }

    /// <summary>Runs a command in a running container.</summary>
    internal async Task<string> ExecAsync(Pod pod, string script, string container = "c")
    {
        var id = (await Pods.GetAsync(pod.Metadata.Name)).Container(container).ContainerID.Split("//")[1];
        var result = await Runtime.ExecuteAsync(id, ["/bin/sh", "-c", script], TimeSpan.FromSeconds(30), CancellationToken.None);
        return Encoding.UTF8.GetString(result.Stdout.Span).TrimEnd('\n') + Encoding.UTF8.GetString(result.Stderr.Span).TrimEnd('\n');
    }

    /// <summary>Deletes a pod and waits until nothing of it is left.</summary>
    internal async Task DeleteAsync(string name)
    {
        await Pods.DeleteAsync(name);
        await UntilGoneAsync(name);
    }

    public async ValueTask DisposeAsync()
    {
        if (_containerd.Missing is null)
        {
            await StopKubeletAsync();
            Client?.Dispose();
            _kubeletClient?.Dispose();
            _kubeletHandler?.Dispose();
            _handler?.Dispose();
            _probes?.Dispose();
            if (_server is not null) await _server.DisposeAsync();
            if (_store is not null) await _store.DisposeAsync();
            // First what runs, then what it ran in.
            if (_containerd.Supervisor is not null) await _containerd.Supervisor.DeleteAsync(CancellationToken.None);
            await NodeLeftovers.RemoveAsync(RootDirectory, CgroupRoot, Time, CancellationToken.None);
        }

        await _containerd.DisposeAsync();
    }
}
