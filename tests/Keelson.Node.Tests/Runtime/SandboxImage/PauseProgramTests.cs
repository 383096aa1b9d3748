using System.Diagnostics;
using System.Runtime.InteropServices;
using Keelson.Node.Runtime.Containerd;
using Keelson.Node.Runtime.SandboxImage;

namespace Keelson.Node.Tests.Runtime.SandboxImage;

public sealed class PauseProgramTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(Architecture.X64, Machine.SignalTerminate)]
    [InlineData(Architecture.X64, 2)]
    [InlineData(Architecture.Arm64, Machine.SignalTerminate)]
    [InlineData(Architecture.Arm64, 2)]
    public async Task It_waits_until_it_is_asked_to_end_and_ends_well(Architecture architecture, int signal)
    {
        using var directory = new TemporaryDirectory();
        using var process = Start(directory, architecture);
        try
        {
            // Neither a child's end nor being stopped and continued disturbs it.
            const int Child = 17, Stop = 19, Continue = 18;
            await UntilItWaitsAsync(process);
            foreach (var harmless in new[] { Child, Stop, Continue, Child }) Assert.True(Machine.Signal(process.Id, harmless));
            await Task.WhenAny(process.WaitForExitAsync(), Task.Delay(200));
            Assert.False(process.HasExited);

            Assert.True(Machine.Signal(process.Id, signal));
            await process.WaitForExitAsync().WaitAsync(Deadline);
            Assert.Equal(0, process.ExitCode);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    [Fact]
    public void Its_bytes_are_the_same_every_time()
    {
        foreach (var architecture in new[] { Architecture.X64, Architecture.Arm64 })
        {
            Assert.Equal(SandboxImageArchive.Build(architecture), SandboxImageArchive.Build(architecture));
            Assert.InRange(PauseProgram.Build(architecture).Length, 200, 600);
        }
    }

    [Fact]
    public void Another_architecture_is_refused_with_the_ones_that_exist()
    {
        var error = Assert.Throws<PlatformNotSupportedException>(() => SandboxImageArchive.Build(Architecture.S390x));
        Assert.Contains("X64 and Arm64", error.Message, StringComparison.Ordinal);
    }

    private static Process Start(TemporaryDirectory directory, Architecture architecture)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The program is one for Linux.");
        var path = directory.File("pause");
        File.WriteAllBytes(path, PauseProgram.Build(architecture));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        if (architecture == RuntimeInformation.OSArchitecture) return Process.Start(path);
        var emulator = Machine.TryFindProgram(architecture == Architecture.Arm64 ? "qemu-aarch64-static" : "qemu-x86_64-static");
        Assert.SkipWhen(emulator is null, $"Nothing here runs programs for {architecture}; qemu-user-static would.");
        return Process.Start(emulator!, path);
    }

    private static async Task UntilItWaitsAsync(Process process)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            // 128 is what it waits in on x86-64, and 137 on ARM; an emulator passes it on as the machine's own.
            var call = await File.ReadAllTextAsync($"/proc/{process.Id}/syscall");
            if (call.Split(' ')[0] is "128" or "137") return;
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Deadline, $"It never waits but is in {call}");
            await Task.Delay(10);
        }
    }
}
