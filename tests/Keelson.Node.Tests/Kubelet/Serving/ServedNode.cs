using System.Collections.Concurrent;
using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;
using Keelson.Api.Authentication.V1;
using Keelson.Client;
using Keelson.EndToEnd.ApiServer;
using Keelson.EndToEnd.Store;
using Keelson.Node.Kubelet;
using Keelson.Node.Kubelet.Serving;
using Keelson.Node.Network;
using Keelson.Node.Runtime.Containerd;
using Keelson.Node.Runtime.Images;
using Keelson.Node.Tests.Runtime.Containerd;
using Keelson.Server.Nodes;
using Keelson.Server.Serving;
using Keelson.Storage.Memory;

namespace Keelson.Node.Tests.Kubelet.Serving;

/// <summary>An API server on a port of this machine, and a node whose kubelet runs real containers.</summary>
public sealed class ServedNode(RealContainerd containerd) : IAsyncLifetime
{
    private const string Image = "docker.io/library/busybox:served";

    private const string Web = """
        apiVersion: v1
        kind: Pod
        metadata: {name: web, labels: {app: web}}
        spec:
          nodeName: node-1
          terminationGracePeriodSeconds: 0
          containers:
          - name: main
            image: docker.io/library/busybox:served
            ports: [{containerPort: 8080}]
            readinessProbe: {exec: {command: [cat, /www/ready]}, periodSeconds: 1}
            command: [sh, -c]
            args:
            - |
              echo started; sleep 0.2; echo oops >&2
              mkdir -p /www/folder; echo hello > /www/index.html; dd if=/dev/zero of=/www/big bs=1M count=8 2>/dev/null
              httpd -p 8080 -h /www
              nc -ll -p 9000 -e cat &
              sleep 0.2; echo > /www/ready
              while true; do sleep 1; done
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}]}
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly CancellationTokenSource _stop = new();
    private MemoryStore? _store;
    private CertificateAuthority? _authority;
    private ApiServer? _server;
    private X509Certificate2? _certificate;
    private HttpMessageHandler? _handler;
    private HttpMessageHandler? _kubeletHandler;
    private ApiClient? _kubeletClient;
    private KubeletOptions? _options;
    private Task? _running;

    public string? Missing => containerd.Missing ?? (Kubectl.Installed.Count == 0 ? Kubectl.WhyNot : null);

    internal ApiClient Client { get; private set; } = null!;

    internal ConcurrentQueue<Exception> Errors { get; } = [];

    internal CertificateAuthority Authority => _authority!;

    internal string Kubeconfig => _folder["kubeconfig"];

    internal string this[string file] => _folder[file];

    public async ValueTask InitializeAsync()
    {
        if (Missing is not null) return;
        await File.WriteAllBytesAsync(_folder["image.tar"], ImageArchive());
        await using (var images = containerd.Supervisor.CreateImages()) await images.ImportAsync(_folder["image.tar"], new ImportOptions(), CancellationToken.None);
        _store = new MemoryStore(TimeProvider.System);
        _authority = CertificateAuthority.Create(TimeProvider.System);
        _server = new ApiServer(new ApiServerOptions
        {
            DisabledAdmissionPlugins = ApiServerOptions.PluginsThatNeedControllers,
            Store = _store,
            Time = TimeProvider.System,
            Random = new Random(1),
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            Authority = _authority,
            Nodes = new NodeAccess { Dial = DialAsync },
        });
        await _server.StartAsync();
        SecretFile.Write(Kubeconfig, _server.CreateAdminKubeconfig());
        _certificate = _authority.IssueServer("node-1", ["node-1"], [IPAddress.Loopback], TimeProvider.System);
        _handler = _server.CreateHandler();
        Client = new ApiClient(_handler);
        _kubeletHandler = _server.CreateHandler(new UserInfo { Username = "system:node:node-1", Groups = ["system:nodes", "system:authenticated"] });
        _kubeletClient = new ApiClient(_kubeletHandler);
        _options = new KubeletOptions
        {
            NodeName = "node-1",
            Runtime = containerd.Runtime,
            Time = TimeProvider.System,
            RootDirectory = _folder["root"],
            LogDirectory = _folder["logs"],
            CgroupRoot = $"keelson-test-served-{Environment.ProcessId}",
            OnError = Errors.Enqueue,
            Server = new KubeletServerOptions
            {
                Listen = new IPEndPoint(IPAddress.Loopback, 0),
                Certificate = _certificate,
                ClientAuthorities = [X509CertificateLoader.LoadCertificate(_authority.Certificate.RawData)],
            },
        };
        _running = new NodeAgent(_kubeletClient, _options).RunAsync(_stop.Token);
        await ApplyAsync(Web, "web");
    }

    /// <summary>Makes what the documents say, and waits for a pod of them to be ready.</summary>
    internal async Task ApplyAsync(string documents, string pod)
    {
        await Newest.DoAsync("apply -f -", documents);
        var run = await Newest.RunAsync($"wait --for=condition=Ready pod/{pod} --timeout=60s");
        if (run.Code == 0) return;
        var described = await Newest.RunAsync($"get pod {pod} -o yaml");
        Assert.Fail($"{run}\n{described.Output}\n{string.Join('\n', Errors.Take(5))}");
    }

    internal Kubectl Newest => With(Kubectl.Installed[^1]);

    /// <summary>The program's runs know where the cluster is.</summary>
    internal Kubectl With(string program) => new(program, _folder, Kubeconfig);

    public async ValueTask DisposeAsync()
    {
        if (_running is not null)
        {
            await Newest.RunAsync("delete pods --all --force --grace-period=0 --timeout=30s");
            await WaitForSandboxesToGoAsync();
            await _stop.CancelAsync();
            await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await NodeLeftovers.RemoveAsync(_options!.RootDirectory!, _options.CgroupRoot!, TimeProvider.System, CancellationToken.None);
        }

        Client?.Dispose();
        _kubeletClient?.Dispose();
        _kubeletHandler?.Dispose();
        _handler?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        if (_store is not null) await _store.DisposeAsync();
        _authority?.Dispose();
        _certificate?.Dispose();
        _stop.Dispose();
        _folder.Dispose();
    }

    private async Task WaitForSandboxesToGoAsync()
    {
        for (var i = 0; i < 300; i++)
        {
            var left = await containerd.Runtime.ListSandboxesAsync(Node.Runtime.SandboxFilter.All, CancellationToken.None);
            if (left.All(sandbox => sandbox.Namespace != "default")) return;
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
    }

    // Pods are in the runtime's network namespace, the kubelet's server is in this process's own.
    private ValueTask<Stream> DialAsync(string host, int port, CancellationToken cancel) =>
        new((IPAddress.IsLoopback(IPAddress.Parse(host)) ? NetworkNamespace.Own : NetworkNamespace.At(containerd.Options.NetworkNamespace!)).DialAsync(host, port, cancel));

    private static byte[] ImageArchive()
    {
        const UnixFileMode Executable = (UnixFileMode)0b111_101_101;
        string[] commands = ["sh", "sleep", "echo", "cat", "true", "tar", "dd", "httpd", "nc", "mkdir", "tty", "stty", "md5sum", "ls", "wc", "head", "seq", "tr"];
        List<LayerFile> files =
        [
            new("bin", default, Executable) { IsDirectory = true },
            new("tmp", default, (UnixFileMode)0b111_111_111) { IsDirectory = true },
            new("bin/busybox", File.ReadAllBytes(File.Exists("/bin/busybox") ? "/bin/busybox" : "/usr/bin/busybox"), Executable),
            .. commands.Select(command => new LayerFile($"bin/{command}", default, Executable) { LinkTarget = "busybox" }),
        ];
        return new ImageBuilder(Image, RuntimeInformation.OSArchitecture) { Layers = [files], Command = ["/bin/sh"], Environment = ["PATH=/bin"] }.Build();
    }
}
