using Keelson.Node.Runtime;
using Keelson.Node.Runtime.Simulated;
using Keelson.Testing;

namespace Keelson.Node.Tests.Runtime.Simulated;

public sealed class SimulatedRuntimeTests : IAsyncDisposable
{
    private static readonly CancellationToken Cancel = CancellationToken.None;
    private readonly VirtualClock _clock = new();
    private readonly SimulatedRuntime _runtime;

    public SimulatedRuntimeTests() => _runtime = new(new SimulatedOptions { Time = _clock });

    public ValueTask DisposeAsync() => _runtime.DisposeAsync();

    [Fact]
    public async Task A_container_ends_after_its_declared_time_with_its_declared_code()
    {
        var id = await StartAsync((SimulatedBehavior.ExitAfterKey, "1.5m"), (SimulatedBehavior.ExitCodeKey, "42"));
        _clock.Advance(TimeSpan.FromSeconds(89.9));
        Assert.Equal(ContainerState.Running, (await _runtime.GetContainerAsync(id, Cancel))!.State);
        _clock.Advance(TimeSpan.FromSeconds(0.1));
        var ended = (await _runtime.GetContainerAsync(id, Cancel))!;
        Assert.Equal((ContainerState.Exited, 42, "Error"), (ended.State, ended.ExitCode, ended.Reason));
        Assert.Equal(TimeSpan.FromSeconds(90), ended.FinishedAt - ended.StartedAt);
    }

    [Fact]
    public async Task Starting_takes_the_declared_time()
    {
        var (sandbox, pod) = await SandboxAsync((SimulatedBehavior.StartDelayKey, "2s"));
        var id = await CreateAsync(sandbox, pod);
        var starting = _runtime.StartContainerAsync(id, Cancel);
        Assert.False(starting.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(2));
        await starting;
        Assert.Equal(_clock.GetUtcNow(), (await _runtime.GetContainerAsync(id, Cancel))!.StartedAt);
    }

    [Fact]
    public async Task Stopping_takes_what_the_container_needs_and_no_longer_than_its_grace()
    {
        var id = await StartAsync((SimulatedBehavior.StopAfterKey, "3s"));
        var stopping = _runtime.StopContainerAsync(id, TimeSpan.FromSeconds(30), Cancel);
        _clock.Advance(TimeSpan.FromSeconds(3));
        await stopping;
        Assert.Equal(0, (await _runtime.GetContainerAsync(id, Cancel))!.ExitCode);

        var stubborn = await StartAsync((SimulatedBehavior.StopAfterKey, "1h"));
        stopping = _runtime.StopContainerAsync(stubborn, TimeSpan.FromSeconds(30), Cancel);
        _clock.Advance(TimeSpan.FromSeconds(29));
        Assert.False(stopping.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await stopping;
        Assert.Equal(137, (await _runtime.GetContainerAsync(stubborn, Cancel))!.ExitCode);
    }

    [Fact]
    public async Task A_container_crashes_as_often_as_declared()
    {
        var (sandbox, pod) = await SandboxAsync((SimulatedBehavior.CrashKey, "2"));
        for (var attempt = 0u; attempt < 3; attempt++)
        {
            var id = await CreateAsync(sandbox, pod, attempt: attempt);
            await _runtime.StartContainerAsync(id, Cancel);
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            Assert.Equal(attempt < 2 ? ContainerState.Exited : ContainerState.Running, (await _runtime.GetContainerAsync(id, Cancel))!.State);
        }
    }

    [Fact]
    public async Task An_annotation_for_one_container_leaves_the_others_alone()
    {
        var (sandbox, pod) = await SandboxAsync((SimulatedBehavior.ExitAfterKey + ".side", "1s"));
        var main = await CreateAsync(sandbox, pod);
        var side = await CreateAsync(sandbox, pod, "side");
        await _runtime.StartContainerAsync(main, Cancel);
        await _runtime.StartContainerAsync(side, Cancel);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(ContainerState.Running, (await _runtime.GetContainerAsync(main, Cancel))!.State);
        Assert.Equal(ContainerState.Exited, (await _runtime.GetContainerAsync(side, Cancel))!.State);
    }

    [Fact]
    public async Task Health_is_what_was_declared()
    {
        var id = await StartAsync((SimulatedBehavior.UnreadyKey, "5s"), (SimulatedBehavior.UnhealthyAfterKey, "10s"));
        Assert.Equal((false, true), Health(id));
        Assert.Equal(1, (await _runtime.ExecuteAsync(id, ["check"], null, Cancel)).ExitCode);
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal((true, true), Health(id));
        Assert.Equal(0, (await _runtime.ExecuteAsync(id, ["check"], null, Cancel)).ExitCode);
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal((true, false), Health(id));
        Assert.Equal((false, true), Health(await StartAsync((SimulatedBehavior.UnreadyKey, "true"))));

        (bool Ready, bool Live) Health(string container) => (_runtime.IsHealthy(container, ProbePurpose.Readiness), _runtime.IsHealthy(container, ProbePurpose.Liveness));
    }

    [Theory]
    [InlineData(SimulatedBehavior.ExitAfterKey, "soon")]
    [InlineData(SimulatedBehavior.ExitAfterKey, "-1s")]
    [InlineData(SimulatedBehavior.ExitAfterKey, "1e300s")]
    [InlineData(SimulatedBehavior.ExitAfterKey, "")]
    [InlineData(SimulatedBehavior.ExitAfterKey, "5")]
    [InlineData(SimulatedBehavior.ExitCodeKey, "one")]
    [InlineData(SimulatedBehavior.CrashKey, "-1")]
    public async Task Nonsense_in_an_annotation_is_refused(string key, string value)
    {
        var error = await Assert.ThrowsAsync<RuntimeException>(() => StartAsync((key, value)));
        Assert.Equal(RuntimeError.InvalidRequest, error.Error);
        Assert.Contains(key, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Images_are_pulled_in_their_time_or_not_found()
    {
        await using var runtime = new SimulatedRuntime(new SimulatedOptions { Time = _clock, PullDelay = TimeSpan.FromSeconds(4), ImageExists = name => !name.Contains("missing", StringComparison.Ordinal) });
        var pulling = runtime.PullImageAsync("nginx", null, null, Cancel);
        Assert.Null(await runtime.GetImageAsync("nginx", Cancel));
        _clock.Advance(TimeSpan.FromSeconds(4));
        var reference = await pulling;
        Assert.Equal(reference, (await runtime.GetImageAsync("docker.io/library/nginx:latest", Cancel))!.Id);
        await runtime.RemoveImageAsync(reference, Cancel);
        Assert.Empty(await runtime.ListImagesAsync(Cancel));

        var missing = runtime.PullImageAsync("missing", null, null, Cancel);
        _clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(RuntimeError.NotFound, (await Assert.ThrowsAsync<RuntimeException>(() => missing)).Error);
    }

    [Fact]
    public async Task Addresses_come_from_the_subnet_and_are_given_again()
    {
        await _runtime.SetPodSubnetAsync("10.5.0.0/29", Cancel);
        var sandboxes = new List<string>();
        for (var number = 0; number < 5; number++) sandboxes.Add((await SandboxAsync()).Id);
        Assert.Equal(RuntimeError.OutOfResources, (await Assert.ThrowsAsync<RuntimeException>(async () => await SandboxAsync())).Error);
        Assert.Equal(["10.5.0.4"], (await _runtime.GetSandboxAsync(sandboxes[2], Cancel))!.Addresses);
        await _runtime.StopSandboxAsync(sandboxes[2], Cancel);
        Assert.Equal(["10.5.0.4"], (await _runtime.GetSandboxAsync((await SandboxAsync()).Id, Cancel))!.Addresses);
    }

    [Fact]
    public async Task A_hundred_thousand_containers_fit_and_end_in_order()
    {
        const int Count = 100_000;
        const int MostBytesEach = 1200;
        await _runtime.SetPodSubnetAsync("10.0.0.0/8", Cancel);
        _runtime.AddImage("app");
        var (labels, none) = (new Dictionary<string, string> { ["app"] = "many" }, new Dictionary<string, string>());
        var declared = new Dictionary<string, string> { [SimulatedBehavior.ExitAfterKey] = "1m" };
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var number = 0; number < Count; number++)
        {
            var pod = new SandboxConfig { Name = $"pod-{number}", Namespace = "many", Uid = $"{number}", Labels = labels, Annotations = number % 1000 == 0 ? declared : none };
            var sandbox = await _runtime.RunSandboxAsync(pod, Cancel);
            var id = await _runtime.CreateContainerAsync(sandbox, new ContainerConfig { Name = "main", Image = "app", Labels = labels }, pod, Cancel);
            await _runtime.StartContainerAsync(id, Cancel);
        }

        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / Count;
        TestContext.Current.TestOutputHelper?.WriteLine($"{each} bytes for a container with its sandbox and configuration");
        Assert.InRange(each, 1, MostBytesEach);
        Assert.Equal(1, _clock.TimerCount);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(Count / 1000, (await _runtime.ListContainersAsync(new() { State = ContainerState.Exited }, Cancel)).Count);
    }

    [Fact]
    public async Task The_same_calls_give_the_same_story()
    {
        var stories = new List<string>();
        for (var run = 0; run < 2; run++)
        {
            var clock = new VirtualClock();
            await using var runtime = new SimulatedRuntime(new SimulatedOptions { Time = clock, IdPrefix = "0a" });
            runtime.AddImage("app");
            var random = new Random(5);
            var story = new List<string>();
            for (var step = 0; step < 50; step++)
            {
                var pod = new SandboxConfig { Name = $"p{step}", Namespace = "n", Uid = $"{step}", Annotations = new Dictionary<string, string> { [SimulatedBehavior.ExitAfterKey] = $"{random.Next(5)}s" } };
                var sandbox = await runtime.RunSandboxAsync(pod, Cancel);
                await runtime.StartContainerAsync(await runtime.CreateContainerAsync(sandbox, new ContainerConfig { Name = "c", Image = "app" }, pod, Cancel), Cancel);
                clock.Advance(TimeSpan.FromSeconds(random.Next(3)));
                foreach (var container in await runtime.ListContainersAsync(ContainerFilter.All, Cancel)) story.Add($"{container.Id} {container.State}");
                story.Add((await runtime.GetSandboxAsync(sandbox, Cancel))!.Addresses[0]);
            }

            stories.Add(string.Join('\n', story));
        }

        Assert.Equal(stories[0], stories[1]);
    }

    private async Task<(string Id, SandboxConfig Config)> SandboxAsync(params (string Key, string Value)[] annotations)
    {
        var config = new SandboxConfig { Name = "pod", Namespace = "test", Uid = Guid.NewGuid().ToString(), Annotations = annotations.ToDictionary(each => each.Key, each => each.Value) };
        return (await _runtime.RunSandboxAsync(config, Cancel), config);
    }

    private async Task<string> CreateAsync(string sandbox, SandboxConfig pod, string name = "main", uint attempt = 0)
    {
        _runtime.AddImage("app");
        return await _runtime.CreateContainerAsync(sandbox, new ContainerConfig { Name = name, Image = "app", Attempt = attempt }, pod, Cancel);
    }

    private async Task<string> StartAsync(params (string Key, string Value)[] annotations)
    {
        var (sandbox, pod) = await SandboxAsync(annotations);
        var id = await CreateAsync(sandbox, pod);
        await _runtime.StartContainerAsync(id, Cancel);
        return id;
    }
}
