using System.Globalization;
using System.Text;
using Keelson.Node.Runtime;
using Keelson.Node.Runtime.Simulated;

namespace Keelson.Node.Tests.Runtime;

/// <summary>What every runtime behind the seam does, as far as the kubelet relies on it.</summary>
public abstract class RuntimeContract
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly CancellationToken Cancel = CancellationToken.None;

    private protected abstract RuntimeHarness Harness { get; }

    private IContainerRuntime Runtime => Harness.Runtime;

    [Fact]
    public async Task The_runtime_says_who_it_is_and_that_it_is_ready()
    {
        var version = await Runtime.GetVersionAsync(Cancel);
        Assert.NotEmpty(version.Name);
        Assert.NotEmpty(version.Version);
        Assert.Equal("v1", version.ApiVersion);
        var health = await Runtime.GetHealthAsync(Cancel);
        Assert.True(health.RuntimeReady);
        Assert.True(health.NetworkReady);
    }

    [Fact]
    public async Task A_sandbox_has_an_address_until_it_is_stopped_and_is_gone_when_removed()
    {
        var config = Harness.Pod();
        var id = await Runtime.RunSandboxAsync(config, Cancel);
        var running = await Runtime.GetSandboxAsync(id, Cancel);
        Assert.NotNull(running);
        Assert.Equal((config.Name, config.Namespace, config.Uid, SandboxState.Ready), (running.Name, running.Namespace, running.Uid, running.State));
        Assert.NotEmpty(running.Addresses);
        Assert.Equal(config.Labels.OrderBy(label => label.Key), running.Labels.OrderBy(label => label.Key));
        Assert.True(running.CreatedAt > DateTimeOffset.UnixEpoch);

        await Runtime.StopSandboxAsync(id, Cancel);
        Assert.Equal(SandboxState.NotReady, (await Runtime.GetSandboxAsync(id, Cancel))!.State);
        await Runtime.RemoveSandboxAsync(id, Cancel);
        Assert.Null(await Runtime.GetSandboxAsync(id, Cancel));
    }

    [Fact]
    public async Task Stopping_and_removing_what_is_not_there_succeeds()
    {
        await Runtime.StopSandboxAsync("0123456789abcdef", Cancel);
        await Runtime.RemoveSandboxAsync("0123456789abcdef", Cancel);
        await Runtime.StopContainerAsync("0123456789abcdef", TimeSpan.FromSeconds(1), Cancel);
        await Runtime.RemoveContainerAsync("0123456789abcdef", Cancel);
        Assert.Null(await Runtime.GetSandboxAsync("0123456789abcdef", Cancel));
        Assert.Null(await Runtime.GetContainerAsync("0123456789abcdef", Cancel));
        Assert.Null(await Runtime.GetContainerStatsAsync("0123456789abcdef", Cancel));
    }

    [Fact]
    public async Task What_needs_a_container_that_is_not_there_is_not_found()
    {
        Task[] attempts =
        [
            Run(() => Runtime.StartContainerAsync("0123456789abcdef", Cancel)),
            Run(() => Runtime.ExecuteAsync("0123456789abcdef", ["true"], null, Cancel)),
            Run(() => Runtime.ReopenLogAsync("0123456789abcdef", Cancel)),
        ];
        foreach (var attempt in attempts) Assert.Equal(RuntimeError.NotFound, (await Assert.ThrowsAsync<RuntimeException>(() => attempt)).Error);

        static async Task Run(Func<Task> action) => await action();
    }

    [Fact]
    public async Task A_container_is_created_runs_and_ends_when_it_is_stopped()
    {
        await WithPodAsync(Harness.Pod(), async (pod, sandbox) =>
        {
            var config = Harness.Patient();
            var id = await Runtime.CreateContainerAsync(sandbox, config, pod, Cancel);
            var created = await Runtime.GetContainerAsync(id, Cancel);
            Assert.Equal(ContainerState.Created, created!.State);
            Assert.Null(created.StartedAt);
            await Runtime.StartContainerAsync(id, Cancel);
            var running = await Runtime.GetContainerAsync(id, Cancel);
            Assert.Equal(ContainerState.Running, running!.State);
            Assert.NotNull(running.StartedAt);
            Assert.Null(running.FinishedAt);
            Assert.Equal(Path.Combine(pod.LogDirectory, "main/0.log"), running.LogPath);
            await UntilLoggedAsync(running.LogPath, "ready");

            await Runtime.StopContainerAsync(id, TimeSpan.FromSeconds(20), Cancel);
            var ended = await Runtime.GetContainerAsync(id, Cancel);
            Assert.Equal((ContainerState.Exited, 0, "Completed"), (ended!.State, ended.ExitCode, ended.Reason));
            Assert.True(ended.FinishedAt >= ended.StartedAt);
            await Runtime.RemoveContainerAsync(id, Cancel);
            Assert.Null(await Runtime.GetContainerAsync(id, Cancel));
        });
    }

    [Fact]
    public async Task A_container_that_does_not_listen_is_killed_after_its_grace_period()
    {
        await WithPodAsync(Harness.Pod(), async (pod, sandbox) =>
        {
            var deaf = Harness.Container("trap '' TERM; echo ready; while true; do sleep 0.05; done", (SimulatedBehavior.LogKey, "ready"), (SimulatedBehavior.StopAfterKey, "1h"));
            var id = await StartAsync(pod, sandbox, deaf);
            await UntilLoggedAsync(Path.Combine(pod.LogDirectory, "main/0.log"), "ready");
            var started = TimeProvider.System.GetTimestamp();
            await Runtime.StopContainerAsync(id, TimeSpan.FromSeconds(1), Cancel);
            Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 0.9, 15);
            var ended = await Runtime.GetContainerAsync(id, Cancel);
            Assert.Equal((ContainerState.Exited, 137), (ended!.State, ended.ExitCode));
        });
    }

    [Fact]
    public async Task A_container_that_ends_by_itself_leaves_its_exit_code()
    {
        await WithPodAsync(Harness.Pod(), async (pod, sandbox) =>
        {
            var id = await StartAsync(pod, sandbox, Harness.Container("exit 3", (SimulatedBehavior.ExitAfterKey, "10ms"), (SimulatedBehavior.ExitCodeKey, "3")));
            var ended = await UntilAsync(id, ContainerState.Exited);
            Assert.Equal((3, "Error"), (ended.ExitCode, ended.Reason));
            await Assert.ThrowsAsync<RuntimeException>(async () => await Runtime.StartContainerAsync(id, Cancel));
        });
    }

    [Fact]
    public async Task A_command_in_a_container_gives_its_exit_code_and_what_it_wrote()
    {
        await WithPodAsync(Harness.Pod(), async (pod, sandbox) =>
        {
            var config = Harness.Patient() with
            {
                Annotations = new Dictionary<string, string>
                {
                    [SimulatedBehavior.ExecExitCodeKey] = "7",
                    [SimulatedBehavior.ExecStdoutKey] = "to out\n",
                    [SimulatedBehavior.ExecStderrKey] = "to err\n",
                },
            };
            var id = await StartAsync(pod, sandbox, config);
            var result = await Runtime.ExecuteAsync(id, ["/bin/sh", "-c", "echo to out; echo to err >&2; exit 7"], TimeSpan.FromSeconds(10), Cancel);
            Assert.Equal((7, "to out\n", "to err\n"), (result.ExitCode, Encoding.UTF8.GetString(result.Stdout.Span), Encoding.UTF8.GetString(result.Stderr.Span)));
        });
    }

    [Fact]
    public async Task The_log_on_disk_has_the_form_of_CRI()
    {
        await WithPodAsync(Harness.Pod(), async (pod, sandbox) =>
        {
            var config = Harness.Container("echo one; echo two", (SimulatedBehavior.LogKey, "one\ntwo"), (SimulatedBehavior.ExitAfterKey, "0"));
            await UntilAsync(await StartAsync(pod, sandbox, config), ContainerState.Exited);
            var lines = await UntilLoggedAsync(Path.Combine(pod.LogDirectory, "main/0.log"), "two");
            foreach (var (line, text) in lines.Zip(["one", "two"]))
            {
                var parts = line.Split(' ', 4);
                Assert.True(DateTimeOffset.TryParse(parts[0], CultureInfo.InvariantCulture, out _), line);
                Assert.Equal(["stdout", "F", text], parts[1..]);
            }
        });
    }

    [Fact]
    public async Task Attempts_of_a_container_live_beside_each_other()
    {
        await WithPodAsync(Harness.Pod(), async (pod, sandbox) =>
        {
            var ending = Harness.Container("exit 1", (SimulatedBehavior.ExitAfterKey, "0"), (SimulatedBehavior.ExitCodeKey, "1"));
            for (var attempt = 0u; attempt < 3; attempt++)
            {
                await UntilAsync(await StartAsync(pod, sandbox, ending with { Attempt = attempt, LogPath = $"main/{attempt}.log" }), ContainerState.Exited);
            }

            var all = await Runtime.ListContainersAsync(new ContainerFilter { SandboxId = sandbox }, Cancel);
            Assert.Equal([0u, 1u, 2u], all.Select(container => container.Attempt).Order());
            var again = await Assert.ThrowsAsync<RuntimeException>(async () => await Runtime.CreateContainerAsync(sandbox, ending, pod, Cancel));
            Assert.NotEqual(RuntimeError.NotFound, again.Error);
        });
    }

    [Fact]
    public async Task Lists_are_filtered_by_id_state_sandbox_and_labels()
    {
        var other = Harness.Pod();
        await WithPodAsync(Harness.Pod(), (pod, sandbox) => WithPodAsync(other, async (_, otherSandbox) =>
        {
            var running = await StartAsync(pod, sandbox, Harness.Patient());
            var created = await Runtime.CreateContainerAsync(sandbox, Harness.Patient() with { Name = "second", LogPath = "second/0.log", Labels = new Dictionary<string, string> { ["container"] = "second" } }, pod, Cancel);
            var elsewhere = await Runtime.CreateContainerAsync(otherSandbox, Harness.Patient(), other, Cancel);

            Assert.Equal([running, created], await Ids(new() { SandboxId = sandbox }));
            Assert.Equal([running], await Ids(new() { SandboxId = sandbox, State = ContainerState.Running }));
            Assert.Equal([created], await Ids(new() { SandboxId = sandbox, Labels = new Dictionary<string, string> { ["container"] = "second" } }));
            Assert.Equal([elsewhere], await Ids(new() { Id = elsewhere }));
            var labels = new Dictionary<string, string> { ["pod"] = pod.Labels["pod"] };
            Assert.Equal([sandbox], (await Runtime.ListSandboxesAsync(new() { Labels = labels }, Cancel)).Select(each => each.Id));
            Assert.Equal([otherSandbox], (await Runtime.ListSandboxesAsync(new() { Id = otherSandbox, State = SandboxState.Ready }, Cancel)).Select(each => each.Id));
            Assert.Empty(await Runtime.ListSandboxesAsync(new() { Id = sandbox, State = SandboxState.NotReady }, Cancel));

            async Task<List<string>> Ids(ContainerFilter filter) =>
                [.. (await Runtime.ListContainersAsync(filter, Cancel)).OrderBy(container => container.CreatedAt).ThenBy(container => container.Id).Select(container => container.Id)];
        }));
    }

    [Fact]
    public async Task Statistics_name_the_container_and_what_it_uses()
    {
        await WithPodAsync(Harness.Pod(), async (pod, sandbox) =>
        {
            var id = await StartAsync(pod, sandbox, Harness.Patient());
            var stats = await Runtime.GetContainerStatsAsync(id, Cancel);
            Assert.Equal((id, "main"), (stats!.ContainerId, stats.Name));
            Assert.True(stats.MemoryWorkingSetBytes > 0);
            Assert.NotNull(stats.CpuNanoseconds);
            Assert.Equal([id], (await Runtime.ListContainerStatsAsync(new() { SandboxId = sandbox }, Cancel)).Select(each => each.ContainerId));
        });
    }

    [Fact]
    public async Task A_log_that_was_moved_away_is_begun_again()
    {
        await WithPodAsync(Harness.Pod(), async (pod, sandbox) =>
        {
            var id = await StartAsync(pod, sandbox, Harness.Patient());
            var path = Path.Combine(pod.LogDirectory, "main/0.log");
            await UntilLoggedAsync(path, "ready");
            File.Move(path, path + ".1");
            await Runtime.ReopenLogAsync(id, Cancel);
            Assert.True(File.Exists(path));
        });
    }

    [Fact]
    public async Task Events_tell_of_a_container_from_its_creation_to_its_removal()
    {
        if (!await Runtime.OffersEventsAsync(Cancel)) Assert.Skip("This runtime offers no events.");
        using var limit = new CancellationTokenSource(Deadline);
        await WithPodAsync(Harness.Pod(), async (pod, sandbox) =>
        {
            var seen = new List<(string Id, ContainerEventKind Kind)>();
            var watching = WatchAsync(seen, limit.Token);
            // A watcher hears only of what comes after it; containers are made until it has heard of one.
            var id = "";
            for (var attempt = 0u; !Seen(id, ContainerEventKind.Created); attempt++)
            {
                limit.Token.ThrowIfCancellationRequested();
                id = await Runtime.CreateContainerAsync(sandbox, Harness.Patient() with { Attempt = attempt }, pod, Cancel);
                await Task.WhenAny(watching, Task.Delay(100, Cancel));
            }

            await Runtime.StartContainerAsync(id, Cancel);
            await UntilSeenAsync(id, ContainerEventKind.Started);
            await Runtime.StopContainerAsync(id, TimeSpan.Zero, Cancel);
            await UntilSeenAsync(id, ContainerEventKind.Stopped);
            Assert.Equal(ContainerState.Exited, (await Runtime.GetContainerAsync(id, Cancel))!.State);
            await Runtime.RemoveContainerAsync(id, Cancel);
            await UntilSeenAsync(id, ContainerEventKind.Deleted);
            await limit.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching);

            bool Seen(string wanted, ContainerEventKind kind)
            {
                lock (seen) return seen.Contains((wanted, kind));
            }

            async Task UntilSeenAsync(string wanted, ContainerEventKind kind)
            {
                while (!Seen(wanted, kind)) await Task.Delay(10, limit.Token);
            }
        });

        async Task WatchAsync(List<(string Id, ContainerEventKind Kind)> seen, CancellationToken cancel)
        {
            await foreach (var item in Runtime.WatchAsync(cancel))
            {
                lock (seen) seen.Add((item.ContainerId, item.Kind));
            }
        }
    }

    [Fact]
    public async Task Images_are_found_by_every_name_they_have()
    {
        var image = await Runtime.GetImageAsync(Harness.Image, Cancel);
        Assert.NotNull(image);
        Assert.StartsWith("sha256:", image.Id, StringComparison.Ordinal);
        Assert.True(image.SizeBytes > 0);
        Assert.Contains(await Runtime.ListImagesAsync(Cancel), each => each.Id == image.Id);
        Assert.Equal(image.Id, (await Runtime.GetImageAsync(image.Id, Cancel))!.Id);
        Assert.Null(await Runtime.GetImageAsync("docker.io/library/not-there:1", Cancel));
        Assert.NotEmpty(await Runtime.GetImageFilesystemsAsync(Cancel));
    }

    [Fact]
    public async Task A_container_of_an_unknown_image_is_refused()
    {
        await WithPodAsync(Harness.Pod(), async (pod, sandbox) =>
        {
            var error = await Assert.ThrowsAsync<RuntimeException>(async () => await Runtime.CreateContainerAsync(sandbox, Harness.Patient() with { Image = "docker.io/library/not-there:1" }, pod, Cancel));
            Assert.Equal(RuntimeError.NotFound, error.Error);
        });
    }

    private protected async Task<string> StartAsync(SandboxConfig pod, string sandbox, ContainerConfig config)
    {
        var id = await Runtime.CreateContainerAsync(sandbox, config, pod, Cancel);
        await Runtime.StartContainerAsync(id, Cancel);
        return id;
    }

    private protected async Task WithPodAsync(SandboxConfig pod, Func<SandboxConfig, string, Task> body)
    {
        var sandbox = await Runtime.RunSandboxAsync(pod, Cancel);
        try
        {
            await body(pod, sandbox);
        }
        finally
        {
            await Runtime.StopSandboxAsync(sandbox, Cancel);
            await Runtime.RemoveSandboxAsync(sandbox, Cancel);
        }
    }

    private protected async Task<ContainerStatus> UntilAsync(string id, ContainerState state)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var status = await Runtime.GetContainerAsync(id, Cancel);
            if (status?.State == state) return status;
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Deadline, $"The container is {status?.State} and not {state}.");
            await Task.Delay(10, Cancel);
        }
    }

    private protected static async Task<string[]> UntilLoggedAsync(string path, string text)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var lines = File.Exists(path) ? await File.ReadAllLinesAsync(path, Cancel) : [];
            if (lines.Any(line => line.EndsWith(text, StringComparison.Ordinal))) return lines;
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Deadline, $"{path} does not say \"{text}\".");
            await Task.Delay(10, Cancel);
        }
    }
}
