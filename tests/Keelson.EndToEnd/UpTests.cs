using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Keelson.Api;
using Keelson.Api.Apps.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client;
using Keelson.Client.Configuration;

namespace Keelson.EndToEnd;

/// <summary>"keelson up" and the commands around it, with simulated nodes: what the readme promises of the first command.</summary>
public sealed class UpTests : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("keelson-up-");

    private string Data => Path.Combine(_folder.FullName, "data");

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(Data, "cluster.json"))) await RunAsync("down", "--data-dir", Data, "--delete");
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task It_says_how_it_goes_on_and_what_to_try()
    {
        var output = await UpAsync();
        Assert.Contains("API server answers on https://127.0.0.1:", output, StringComparison.Ordinal);
        Assert.Contains("1 node is ready", output, StringComparison.Ordinal);
        Assert.Contains($"export KUBECONFIG={Data}/kubeconfig", output, StringComparison.Ordinal);
        Assert.Contains("kubectl create deployment", output, StringComparison.Ordinal);

        var (code, status) = await RunAsync("status", "--data-dir", Data);
        Assert.Equal(0, code);
        Assert.Matches(@"cluster +ready, process \d+", status);
        Assert.Contains("1 of 1 ready", status, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Down_stops_it_and_up_goes_on_with_what_there_was_on_the_same_port()
    {
        await UpAsync("--nodes", "3");
        var before = Server();
        await CreateAsync("kept");

        var (code, output) = await RunAsync("down", "--data-dir", Data);
        Assert.Equal(0, code);
        Assert.Contains("Stopped.", output, StringComparison.Ordinal);
        var (stopped, why) = await RunAsync("status", "--data-dir", Data);
        Assert.Equal(1, stopped);
        Assert.Contains("does not run", why, StringComparison.Ordinal);

        Assert.Contains("3 nodes are ready", await UpAsync(), StringComparison.Ordinal);
        Assert.Equal(before, Server());
        Assert.NotNull(await FindAsync("kept"));
    }

    [Fact]
    public async Task What_was_acknowledged_is_there_after_a_kill()
    {
        await UpAsync();
        await CreateAsync("kept");
        using (var process = System.Diagnostics.Process.GetProcessById(ProcessId()))
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        await UpAsync();

        Assert.NotNull(await FindAsync("kept"));
    }

    [Fact]
    public async Task Simulated_pods_have_the_logs_and_answers_that_they_declare()
    {
        Assert.SkipWhen(ApiServer.Kubectl.Installed.Count == 0, ApiServer.Kubectl.WhyNot);
        await UpAsync();
        using var home = new Store.TemporaryFolder();
        foreach (var program in new[] { ApiServer.Kubectl.Installed[0], ApiServer.Kubectl.Installed[^1] })
        {
            var kubectl = new ApiServer.Kubectl(program, home, Path.Combine(Data, "kubeconfig"));
            await kubectl.DoAsync("run talks --image=any --annotations=keelson.dev/log=hello --annotations=keelson.dev/exec-stdout=answer --annotations=keelson.dev/exec-exit-code=3");
            await kubectl.DoAsync("run plain --image=any");
            await kubectl.DoAsync("wait --for=condition=Ready pod/talks pod/plain --timeout=50s");

            Assert.Equal("hello\n", await kubectl.DoAsync("logs talks"));
            Assert.Equal("plain started\n", await kubectl.DoAsync("logs plain"));
            var answer = await kubectl.RunAsync("exec talks -- anything");
            Assert.Equal((3, "answer"), (answer.Code, answer.Output));
            var refused = await kubectl.RunAsync("exec plain -- anything");
            Assert.NotEqual(0, refused.Code);
            Assert.Contains("simulated containers run no commands", refused.Error, StringComparison.Ordinal);
            Assert.Contains("no ports to forward", (await kubectl.RunAsync("port-forward talks 0:80")).Error, StringComparison.Ordinal);
            await kubectl.DoAsync("delete pod talks plain --now");
        }
    }

    [Fact]
    public async Task A_second_one_on_the_same_data_is_refused_and_the_first_runs_on()
    {
        await UpAsync();

        var (code, output) = await RunAsync("up", "--data-dir", Data, "--runtime", "simulated");

        Assert.Equal(1, code);
        Assert.Contains($"runs already (process {ProcessId()})", output, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("status", "--data-dir", Data)).Code);
    }

    [Fact]
    public async Task Two_clusters_live_side_by_side()
    {
        await UpAsync();
        var other = Path.Combine(_folder.FullName, "other");
        var (code, output) = await RunAsync("up", "--data-dir", other, "--runtime", "simulated", "--api-port", "0");
        try
        {
            Assert.True(code == 0, output);
            Assert.Equal(0, (await RunAsync("status", "--data-dir", Data)).Code);
        }
        finally
        {
            await RunAsync("down", "--data-dir", other, "--delete");
        }
    }

    [Fact]
    public async Task A_port_that_is_in_use_is_named()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        var (code, output) = await RunAsync("up", "--data-dir", Data, "--runtime", "simulated", "--api-port", port);

        Assert.Equal(1, code);
        Assert.Contains($"Port {port} of 127.0.0.1 is in use.", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--nodes", "0", "--nodes 0 is not between 1 and")]
    [InlineData("--runtime", "docker", "--runtime docker is none of auto, containerd, simulated")]
    [InlineData("--api-port", "70000", "--api-port 70000 is no port")]
    [InlineData("--registry-mirror", "docker.io", "is not of the form HOST=URL")]
    public async Task An_option_that_makes_no_sense_is_refused(string option, string value, string why)
    {
        var (code, output) = await RunAsync("up", "--data-dir", Data, option, value);
        Assert.Equal(1, code);
        Assert.Contains(why, output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Data, "cluster.json")));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_named()
    {
        var file = Path.Combine(_folder.FullName, "file");
        await File.WriteAllTextAsync(file, "in the way");

        var (code, output) = await RunAsync("up", "--data-dir", Path.Combine(file, "data"), "--runtime", "simulated");

        Assert.Equal(1, code);
        Assert.Contains($"The folder {file}/data cannot be made", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_is_said_to_be_full()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "A small disk is mounted by root, on Linux.");
        var small = Directory.CreateDirectory(Path.Combine(_folder.FullName, "small")).FullName;
        await DoAsync("mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", small);
        try
        {
            var data = Path.Combine(small, "data");
            var (code, output) = await RunAsync("up", "--data-dir", data, "--runtime", "simulated", "--api-port", "0");
            Assert.Equal(1, code);
            Assert.Contains($"The disk that holds {data} is full.", output, StringComparison.Ordinal);
        }
        finally
        {
            await DoAsync("umount", "--lazy", small);
        }
    }

    [Fact]
    public async Task An_ordinary_user_gets_a_hundred_simulated_nodes_that_run_a_thousand_pods()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Another user is taken on by root, on Linux.");
        const string Nobody = "65534";
        var home = Directory.CreateDirectory(Path.Combine(_folder.FullName, "home"));
        await DoAsync("chmod", "755", _folder.FullName);
        await DoAsync("chown", Nobody, home.FullName);
        string[] user = ["setpriv", "--reuid", Nobody, "--regid", Nobody, "--clear-groups", "env", $"HOME={home.FullName}", "XDG_DATA_HOME=", "dotnet", Path.Combine(AppContext.BaseDirectory, "keelson.dll")];
        await using (var probe = RunningProgram.Start(user[0], [.. user[1..], "--version"])) Assert.SkipWhen(await probe.WaitForExitAsync() != 0, "Other users cannot read this checkout.");

        await using var up = RunningProgram.Start(user[0], [.. user[1..], "up", "--nodes", "100", "--api-port", "0"]);
        try
        {
            Assert.True(await up.WaitForExitAsync() == 0, up.Output);
            Assert.Contains("Containers are simulated: they need root.", up.Output, StringComparison.Ordinal);
            Assert.Contains("100 nodes are ready", up.Output, StringComparison.Ordinal);
            await DeployAsync(Path.Combine(home.FullName, ".local", "share", "keelson", "kubeconfig"), 1000);
        }
        finally
        {
            await using var down = RunningProgram.Start(user[0], [.. user[1..], "down", "--delete"]);
            Assert.True(await down.WaitForExitAsync() == 0, down.Output);
        }
    }

    [Fact]
    public async Task Down_and_delete_leaves_no_process_and_no_file()
    {
        await UpAsync();
        var process = ProcessId();

        Assert.Equal(0, (await RunAsync("down", "--data-dir", Data, "--delete")).Code);

        Assert.False(Directory.Exists(Data));
        // One that has ended may wait there to be noticed, without a command line.
        var commandLine = $"/proc/{process}/cmdline";
        Assert.Equal("", File.Exists(commandLine) ? await File.ReadAllTextAsync(commandLine) : "");
    }

    [Fact]
    public async Task Down_touches_nothing_in_a_folder_without_a_cluster()
    {
        var file = Path.Combine(_folder.FullName, "precious");
        await File.WriteAllTextAsync(file, "mine");

        var (code, output) = await RunAsync("down", "--data-dir", _folder.FullName, "--delete");

        Assert.Equal(1, code);
        Assert.Contains("There is no cluster in", output, StringComparison.Ordinal);
        Assert.True(File.Exists(file));
    }

    [Fact]
    public async Task In_the_foreground_it_runs_until_it_is_interrupted()
    {
        await using var program = RunningProgram.Keelson("up", "--data-dir", Data, "--runtime", "simulated", "--api-port", "0", "--foreground");
        program.WaitForLine("Ctrl-C stops it.");
        await CreateAsync("here");

        Assert.Equal(0, await program.InterruptAsync());

        Assert.Contains("Stopped.", program.Output, StringComparison.Ordinal);
        Assert.Equal(1, (await RunAsync("status", "--data-dir", Data)).Code);
    }

    [Fact]
    public async Task The_kubeconfig_is_put_beside_what_another_file_has()
    {
        var mine = Path.Combine(_folder.FullName, "mine");
        await File.WriteAllTextAsync(mine, """
            apiVersion: v1
            kind: Config
            current-context: work
            clusters: [{name: work, cluster: {server: "https://192.0.2.1"}}]
            users: [{name: work, user: {token: secret}}]
            contexts: [{name: work, context: {cluster: work, user: work}}]
            """);

        await UpAsync("--kubeconfig", mine);

        var merged = new ConfigurationLoader { Path = mine }.LoadKubeconfig();
        Assert.Equal(2, merged.Contexts.Count);
        Assert.Contains("work", merged.Contexts);
        Assert.StartsWith("keelson-", merged.CurrentContext, StringComparison.Ordinal);
        using var client = new ApiClient(new ConfigurationLoader { Path = mine }.Load());
        Assert.NotEmpty((await client.Resource<Namespace>().ListAsync()).Items);
    }

    private async Task<string> UpAsync(params string[] more)
    {
        string[] port = File.Exists(Path.Combine(Data, "cluster.json")) ? [] : ["--api-port", "0"];
        var (code, output) = await RunAsync(["up", "--data-dir", Data, "--runtime", "simulated", .. port, .. more]);
        Assert.True(code == 0, output);
        return output;
    }

    private static async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        await using var program = RunningProgram.Keelson(arguments);
        var code = await program.WaitForExitAsync();
        return (code, program.Output);
    }

    private static async Task DeployAsync(string kubeconfig, int replicas)
    {
        using var client = new ApiClient(new ConfigurationLoader { Path = kubeconfig }.Load());
        var labels = ApiMap<string>.From(("app", "web"));
        await client.Resource<Deployment>().CreateAsync(new Deployment
        {
            Metadata = new ObjectMeta { Name = "web", Namespace = "default" },
            Spec = new DeploymentSpec
            {
                Replicas = replicas,
                Selector = new LabelSelector { MatchLabels = labels },
                Template = new PodTemplateSpec { Metadata = new ObjectMeta { Labels = labels }, Spec = new PodSpec { Containers = [new Container { Name = "main", Image = "any" }] } },
            },
        });
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await foreach (var change in client.Resource<Deployment>().In("default").WatchAsync(cancel: patience.Token))
        {
            if (change.Object.Status.ReadyReplicas == replicas) return;
        }

        Assert.Fail("the watch ended before the deployment was ready");
    }

    private static async Task DoAsync(string program, params string[] arguments)
    {
        await using var running = RunningProgram.Start(program, arguments);
        Assert.True(await running.WaitForExitAsync() == 0, running.Output);
    }

    private ApiClient Connect() => new(new ConfigurationLoader { Path = Path.Combine(Data, "kubeconfig") }.Load());

    private Uri Server() => new ConfigurationLoader { Path = Path.Combine(Data, "kubeconfig") }.Load().Server;

    private async Task CreateAsync(string name)
    {
        using var client = Connect();
        await client.Resource<ConfigMap>().CreateAsync(new ConfigMap { Metadata = new ObjectMeta { Name = name, Namespace = "default" } });
    }

    private async Task<ConfigMap?> FindAsync(string name)
    {
        using var client = Connect();
        return await client.Resource<ConfigMap>().In("default").FindAsync(name);
    }

    private int ProcessId()
    {
        using var state = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Data, "state.json")));
        return state.RootElement.GetProperty("processId").GetInt32();
    }
}
