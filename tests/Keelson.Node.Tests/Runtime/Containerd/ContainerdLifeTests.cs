using Keelson.Node.Runtime;
using Keelson.Node.Runtime.Containerd;

namespace Keelson.Node.Tests.Runtime.Containerd;

[Collection(nameof(RealContainerd))]
public sealed class ContainerdLifeTests(RealContainerd containerd)
{
    private static readonly CancellationToken Cancel = CancellationToken.None;

    [Fact]
    public async Task Deleting_leaves_no_process_mount_cgroup_or_file_even_after_both_were_killed()
    {
        Assert.SkipWhen(containerd.Missing is not null, containerd.Missing ?? "");
        using var directory = new TemporaryDirectory();
        var options = containerd.Options with { Directory = directory.File("c"), Report = null };
        // A number that no other run of this test has beside it.
        string[] command = ["/bin/sleep", $"{1_000_000 + Environment.ProcessId}"];
        var sandbox = "";
        var first = new ContainerdSupervisor(options);
        await first.StartAsync(Cancel);
        await using (var runtime = first.CreateRuntime())
        {
            await File.WriteAllBytesAsync(directory.File("busybox.tar"), RealContainerd.BusyboxArchive(), Cancel);
            await using var images = first.CreateImages();
            await images.ImportAsync(directory.File("busybox.tar"), new ImportOptions(), Cancel);
            var pod = new SandboxConfig { Name = "life", Namespace = "life", Uid = "life", LogDirectory = directory.File("logs") };
            sandbox = await runtime.RunSandboxAsync(pod, Cancel);
            var config = new ContainerConfig { Name = "main", Image = RealContainerd.Busybox, Command = command, LogPath = "0.log" };
            await runtime.StartContainerAsync(await runtime.CreateContainerAsync(sandbox, config, pod, Cancel), Cancel);
        }

        // As if Keelson and its containerd had been killed: stopping leaves the container and its shim alone.
        await first.DisposeAsync();
        Assert.NotEmpty(Shims(options));
        Assert.Contains(Machine.Processes(command.SequenceEqual), Machine.IsRunning);
        Assert.NotEmpty(Machine.MountsBelow(options.Directory));
        Assert.NotEmpty(NotesOfNetworks());

        await using var second = new ContainerdSupervisor(options);
        await second.DeleteAsync(Cancel, byForce: true);
        Assert.Empty(Shims(options));
        Assert.Empty(Machine.MountsBelow(options.Directory));
        Assert.False(Directory.Exists(options.Directory));
        Assert.DoesNotContain(Machine.Processes(command.SequenceEqual), Machine.IsRunning);
        Assert.Empty(NotesOfNetworks());

        // What plugins keep of a sandbox's network, outside of any directory of ours.
        string[] NotesOfNetworks() => Directory.Exists("/var/lib/cni/results") ? Directory.GetFiles("/var/lib/cni/results", $"*{sandbox}*") : [];
    }

    [Fact]
    public async Task A_second_start_takes_over_from_a_containerd_that_was_left_running()
    {
        Assert.SkipWhen(containerd.Missing is not null, containerd.Missing ?? "");
        using var directory = new TemporaryDirectory();
        var options = containerd.Options with { Directory = directory.File("c"), Report = null };
        var first = new ContainerdSupervisor(options);
        await first.StartAsync(Cancel);
        var left = first.ProcessId!.Value;
        await using var second = new ContainerdSupervisor(options with { RestartPause = TimeSpan.FromHours(1) });
        try
        {
            await second.StartAsync(Cancel);
            Assert.False(Machine.IsRunning(left));
            await using var runtime = second.CreateRuntime();
            Assert.True((await runtime.GetHealthAsync(Cancel)).RuntimeReady);
        }
        finally
        {
            await first.DisposeAsync();
            await second.DeleteAsync(Cancel);
        }
    }

    [Fact]
    public async Task A_socket_with_too_long_a_path_is_refused_with_the_reason()
    {
        await using var supervisor = new ContainerdSupervisor(Options("/run/" + new string('x', 100)));
        var error = await Assert.ThrowsAsync<RuntimeException>(() => supervisor.StartAsync(Cancel));
        Assert.Contains("shorter data directory", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_plugins_are_named_with_their_package()
    {
        Assert.SkipWhen(containerd.Missing is not null, containerd.Missing ?? "");
        await using var supervisor = new ContainerdSupervisor(Options("/run/kl-none") with { CniPluginDirectories = ["/nowhere"] });
        var error = await Assert.ThrowsAsync<RuntimeException>(() => supervisor.StartAsync(Cancel));
        Assert.Contains("containernetworking-plugins", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists("/run/kl-none"));
    }

    [Fact]
    public void A_missing_program_is_named_with_its_package()
    {
        var error = Assert.Throws<RuntimeException>(() => Machine.FindProgram("no-such-program", "a-package"));
        Assert.Equal("no-such-program is not installed. On Debian and Ubuntu: apt-get install a-package", error.Message);
    }

    private static ContainerdOptions Options(string directory) => new() { Directory = directory, Time = TimeProvider.System, Random = new Random(1) };

    private static List<int> Shims(ContainerdOptions options) =>
        [.. Machine.Processes(command => command[0].Contains("containerd-shim", StringComparison.Ordinal) && command.Contains(options.SocketPath)).Where(Machine.IsRunning)];
}
