using System.Net.WebSockets;
using System.Text;
using Keelson.Node.Runtime;
using Keelson.Node.Runtime.Containerd;
using Keelson.Node.Runtime.Images;
using Keelson.Node.Runtime.SandboxImage;

namespace Keelson.Node.Tests.Runtime.Containerd;

[Collection(nameof(RealContainerd))]
public sealed class ContainerdSupervisorTests(RealContainerd containerd)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly CancellationToken Cancel = CancellationToken.None;

    [Fact]
    public async Task Containers_run_on_and_are_found_again_after_containerd_was_killed()
    {
        var harness = Harness();
        var pod = harness.Pod();
        var sandbox = await containerd.Runtime.RunSandboxAsync(pod, Cancel);
        var id = await containerd.Runtime.CreateContainerAsync(sandbox, harness.Patient(), pod, Cancel);
        await containerd.Runtime.StartContainerAsync(id, Cancel);
        var before = await containerd.Runtime.GetContainerAsync(id, Cancel);
        var process = containerd.Supervisor.ProcessId!.Value;
        var restarts = containerd.Supervisor.Restarts;

        Assert.True(Machine.Signal(process, Machine.SignalKill));
        await UntilAsync(() => Task.FromResult(containerd.Supervisor.Restarts > restarts), "It is not started again.");
        await UntilAsync(AnswersAsync, "It does not answer again.");

        Assert.NotEqual(process, containerd.Supervisor.ProcessId);
        var after = await containerd.Runtime.GetContainerAsync(id, Cancel);
        Assert.Equal((ContainerState.Running, before!.StartedAt), (after!.State, after.StartedAt));
        Assert.Equal(SandboxState.Ready, (await containerd.Runtime.GetSandboxAsync(sandbox, Cancel))!.State);
        var result = await containerd.Runtime.ExecuteAsync(id, ["/bin/echo", "still here"], TimeSpan.FromSeconds(10), Cancel);
        Assert.Equal("still here\n", Encoding.UTF8.GetString(result.Stdout.Span));
        Assert.Contains("started again", containerd.Reports, StringComparison.Ordinal);
        await containerd.Runtime.RemoveSandboxAsync(sandbox, Cancel);

        async Task<bool> AnswersAsync()
        {
            try
            {
                return (await containerd.Runtime.GetHealthAsync(Cancel)).RuntimeReady;
            }
            catch (RuntimeException)
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task The_sandbox_image_is_ours_and_pinned()
    {
        Harness();
        var image = await containerd.Runtime.GetImageAsync(SandboxImageArchive.Name, Cancel);
        Assert.True(image!.Pinned);
        Assert.InRange(image.SizeBytes, 1u, 10_000u);
    }

    [Fact]
    public async Task The_first_process_of_a_shared_process_namespace_reaps_orphans()
    {
        var harness = Harness();
        var shared = new NamespaceOptions { Pid = NamespaceMode.Pod };
        var pod = harness.Pod() with { Security = new() { Namespaces = shared } };
        var sandbox = await containerd.Runtime.RunSandboxAsync(pod, Cancel);
        var config = harness.Patient() with { Security = new() { Namespaces = shared } };
        var id = await containerd.Runtime.CreateContainerAsync(sandbox, config, pod, Cancel);
        await containerd.Runtime.StartContainerAsync(id, Cancel);
        // The middle shell ends at once, so its child becomes one of the sandbox's first process and then ends, too.
        await ExecuteAsync(id, "(sleep 0.1 &) ; exit 0");
        await UntilAsync(async () => !(await ExecuteAsync(id, "ps")).Contains("sleep 0.1", StringComparison.Ordinal), "The orphan is not reaped.");
        var processes = await ExecuteAsync(id, "ps");
        Assert.Contains("/pause", processes, StringComparison.Ordinal);
        Assert.DoesNotContain("Z ", processes, StringComparison.Ordinal);

        var started = TimeProvider.System.GetTimestamp();
        await containerd.Runtime.StopContainerAsync(id, TimeSpan.FromSeconds(5), Cancel);
        await containerd.Runtime.StopSandboxAsync(sandbox, Cancel);
        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(10));
        await containerd.Runtime.RemoveSandboxAsync(sandbox, Cancel);
    }

    [Fact]
    public async Task Streaming_URLs_are_reached_inside_of_the_nodes_network_namespace()
    {
        var harness = Harness();
        var pod = harness.Pod();
        var sandbox = await containerd.Runtime.RunSandboxAsync(pod, Cancel);
        var id = await containerd.Runtime.CreateContainerAsync(sandbox, harness.Patient(), pod, Cancel);
        await containerd.Runtime.StartContainerAsync(id, Cancel);
        var streams = new StreamingOptions(Stdin: false, Stdout: true, Stderr: true, Tty: false);
        var url = await containerd.Runtime.PrepareExecAsync(id, ["/bin/echo", "through the socket"], streams, Cancel);
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler { ConnectCallback = (_, cancel) => containerd.Runtime.DialAsync(url, cancel), UseProxy = false });
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("v4.channel.k8s.io");
        using var limit = new CancellationTokenSource(Deadline);
        await socket.ConnectAsync(new UriBuilder(url) { Scheme = "ws" }.Uri, invoker, limit.Token);
        var output = new StringBuilder();
        var buffer = new byte[4096];
        while (await socket.ReceiveAsync(buffer.AsMemory(), limit.Token) is { MessageType: not WebSocketMessageType.Close } frame)
        {
            // The first byte names the stream; 1 is what the command wrote.
            if (frame.Count > 1 && buffer[0] == 1) output.Append(Encoding.UTF8.GetString(buffer, 1, frame.Count - 1));
        }

        Assert.Equal("through the socket\n", output.ToString());
        Assert.Equal("127.0.0.1", (await containerd.Runtime.PrepareAttachAsync(id, streams, Cancel)).Host);
        Assert.Equal("127.0.0.1", (await containerd.Runtime.PreparePortForwardAsync(sandbox, [80], Cancel)).Host);
        await containerd.Runtime.RemoveSandboxAsync(sandbox, Cancel);
    }

    [Fact]
    public async Task Pods_have_network_resources_and_the_nodes_files()
    {
        var harness = Harness();
        var pod = harness.Pod() with { Dns = new() { Servers = ["10.99.0.10"], Searches = ["contract.svc.cluster.local"], Options = ["ndots:5"] } };
        var sandbox = await containerd.Runtime.RunSandboxAsync(pod, Cancel);
        var shared = containerd.Path("shared");
        Directory.CreateDirectory(shared);
        await File.WriteAllTextAsync(Path.Combine(shared, "file"), "from the node", Cancel);
        var config = harness.Patient() with
        {
            Environment = [new("GREETING", "hello = 1"), new("EMPTY", "")],
            Mounts = [new("/shared", shared) { ReadOnly = true }],
            Resources = new() { MemoryLimitBytes = 64 * 1024 * 1024, CpuShares = 128, CpuPeriodMicroseconds = 100_000, CpuQuotaMicroseconds = 50_000, OutOfMemoryScore = 900 },
            Security = new() { RunAsUser = 1234, RunAsGroup = 2345 },
        };
        var id = await containerd.Runtime.CreateContainerAsync(sandbox, config, pod, Cancel);
        await containerd.Runtime.StartContainerAsync(id, Cancel);
        var status = await containerd.Runtime.GetSandboxAsync(sandbox, Cancel);
        var said = await ExecuteAsync(id, "echo \"$GREETING|$EMPTY|\"; cat /shared/file /etc/resolv.conf; id; ip -4 addr show eth0; cat /proc/self/oom_score_adj; echo x >/shared/new");
        Assert.Contains("hello = 1||", said, StringComparison.Ordinal);
        Assert.Contains("from the node", said, StringComparison.Ordinal);
        Assert.Contains("nameserver 10.99.0.10", said, StringComparison.Ordinal);
        Assert.Contains("search contract.svc.cluster.local", said, StringComparison.Ordinal);
        Assert.Contains("uid=1234 gid=2345", said, StringComparison.Ordinal);
        Assert.Contains(status!.Addresses[0], said, StringComparison.Ordinal);
        Assert.Contains("900", said, StringComparison.Ordinal);
        Assert.Contains("Read-only file system", said, StringComparison.Ordinal);
        var resources = (await containerd.Runtime.GetContainerAsync(id, Cancel))!.Resources;
        if (resources is not null) Assert.Equal(64 * 1024 * 1024, resources.MemoryLimitBytes);
        await containerd.Runtime.UpdateContainerResourcesAsync(id, new() { MemoryLimitBytes = 32 * 1024 * 1024 }, Cancel);
        await containerd.Runtime.RemoveSandboxAsync(sandbox, Cancel);
    }

    [Fact]
    public async Task An_imported_image_is_replaced_by_a_second_import_and_removed()
    {
        Harness();
        const string Name = "example.test/replaced:1";
        await using var images = containerd.Supervisor.CreateImages();
        var ids = new List<string>();
        foreach (var text in new[] { "first", "second", "second" })
        {
            var archive = new ImageBuilder(Name, System.Runtime.InteropServices.RuntimeInformation.OSArchitecture) { Layers = [[new("file", Encoding.UTF8.GetBytes(text), UnixFileMode.UserRead)]] };
            await File.WriteAllBytesAsync(containerd.Path("replaced.tar"), archive.Build(), Cancel);
            Assert.Equal([Name], await images.ImportAsync(containerd.Path("replaced.tar"), new ImportOptions(), Cancel));
            var before = ids.LastOrDefault();
            if (ids.Count == 1) await UntilAsync(async () => (await containerd.Runtime.GetImageAsync(Name, Cancel))!.Id != before, "The name still means the first image.");
            ids.Add((await containerd.Runtime.GetImageAsync(Name, Cancel))!.Id);
        }

        Assert.NotEqual(ids[0], ids[1]);
        Assert.Equal(ids[1], ids[2]);
        await containerd.Runtime.RemoveImageAsync(Name, Cancel);
        Assert.Null(await containerd.Runtime.GetImageAsync(Name, Cancel));
        await containerd.Runtime.RemoveImageAsync(Name, Cancel);
    }

    [Fact]
    public async Task Images_come_from_the_mirror_of_their_registry_with_the_credential_it_wants()
    {
        Harness();
        const string Open = "docker.io/library/pulled:1";
        const string Private = "docker.io/private/pulled:1";
        containerd.Registry.Add("library/pulled", new ImageBuilder(Open, System.Runtime.InteropServices.RuntimeInformation.OSArchitecture) { Layers = [[new("file", "open"u8.ToArray(), UnixFileMode.UserRead)]] }.Build());
        containerd.Registry.Add("private/pulled", new ImageBuilder(Private, System.Runtime.InteropServices.RuntimeInformation.OSArchitecture) { Layers = [[new("file", "private"u8.ToArray(), UnixFileMode.UserRead)]] }.Build());

        var reference = await containerd.Runtime.PullImageAsync("pulled:1", null, null, Cancel);
        Assert.Equal(reference, (await containerd.Runtime.GetImageAsync(Open, Cancel))!.Id);

        await Assert.ThrowsAsync<RuntimeException>(() => containerd.Runtime.PullImageAsync(Private, null, null, Cancel));
        await containerd.Runtime.PullImageAsync(Private, SmallRegistry.Credential, null, Cancel);
        Assert.NotNull(await containerd.Runtime.GetImageAsync(Private, Cancel));
        var missing = await Assert.ThrowsAsync<RuntimeException>(() => containerd.Runtime.PullImageAsync("docker.io/library/not-there:1", null, null, Cancel));
        Assert.Contains("not-there:1", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_takes_too_long_times_out()
    {
        var harness = Harness();
        var pod = harness.Pod();
        var sandbox = await containerd.Runtime.RunSandboxAsync(pod, Cancel);
        var id = await containerd.Runtime.CreateContainerAsync(sandbox, harness.Patient(), pod, Cancel);
        await containerd.Runtime.StartContainerAsync(id, Cancel);
        var error = await Assert.ThrowsAsync<RuntimeException>(() => containerd.Runtime.ExecuteAsync(id, ["/bin/sleep", "20"], TimeSpan.FromMilliseconds(500), Cancel));
        Assert.Equal(RuntimeError.TimedOut, error.Error);
        await containerd.Runtime.RemoveSandboxAsync(sandbox, Cancel);
    }

    [Fact]
    public async Task Ctr_agrees_that_imported_images_are_complete()
    {
        Harness();
        Assert.SkipWhen(Machine.TryFindProgram("ctr") is null, "ctr is not installed.");
        var listed = await RealContainerd.RunAsync("ctr", "--address", containerd.Options.SocketPath, "-n", "k8s.io", "images", "check");
        var line = listed.Split('\n').Single(line => line.StartsWith(RealContainerd.Busybox, StringComparison.Ordinal));
        Assert.Contains(" complete ", line, StringComparison.Ordinal);
    }

    private ContainerdHarness Harness()
    {
        Assert.SkipWhen(containerd.Missing is not null, containerd.Missing ?? "");
        return new(containerd);
    }

    private async Task<string> ExecuteAsync(string id, string script)
    {
        var result = await containerd.Runtime.ExecuteAsync(id, ["/bin/sh", "-c", script], TimeSpan.FromSeconds(10), Cancel);
        return Encoding.UTF8.GetString(result.Stdout.Span) + Encoding.UTF8.GetString(result.Stderr.Span);
    }

    private static async Task UntilAsync(Func<Task<bool>> condition, string complaint)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Deadline, complaint);
            await Task.Delay(10, Cancel);
        }
    }
}
