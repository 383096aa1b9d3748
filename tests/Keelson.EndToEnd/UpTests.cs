using System.Text.RegularExpressions;

namespace Keelson.EndToEnd;

/// <summary>What the readme promises of the first command.</summary>
public sealed partial class UpTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("keelson-up-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task It_says_what_runs_and_stops_cleanly_when_interrupted()
    {
        await using var program = RunningProgram.Keelson("up", "--data-dir", _folder.FullName);
        var line = program.WaitForLine("etcd v3 API");
        program.WaitForLine("Ctrl-C");
        Assert.Matches(@"http://127\.0\.0\.1:\d+", line);
        Assert.Contains(_folder.FullName, line, StringComparison.Ordinal);

        Assert.Equal(0, await program.InterruptAsync());

        Assert.Contains("Stopped.", program.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_put_is_there_again_after_a_restart_and_after_a_kill()
    {
        Assert.SkipWhen(RunningProgram.Find("etcdctl") is null, "etcdctl is not installed.");
        await using (var first = RunningProgram.Keelson("up", "--data-dir", _folder.FullName))
        {
            var address = Address(first.WaitForLine("etcd v3 API"));
            Assert.Contains("OK", await ControlAsync(address, "put", "/greeting", "hello"), StringComparison.Ordinal);
            Assert.Equal(0, await first.InterruptAsync());
        }

        await using (var second = RunningProgram.Keelson("up", "--data-dir", _folder.FullName))
        {
            var address = Address(second.WaitForLine("etcd v3 API"));
            Assert.Equal("/greeting\nhello\n", await ControlAsync(address, "get", "/greeting"));
            Assert.Contains("OK", await ControlAsync(address, "put", "/farewell", "bye"), StringComparison.Ordinal);
            await second.KillAsync();
        }

        await using var third = RunningProgram.Keelson("up", "--data-dir", _folder.FullName);
        Assert.Equal("/farewell\nbye\n", await ControlAsync(Address(third.WaitForLine("etcd v3 API")), "get", "/farewell"));
    }

    [Fact]
    public async Task A_second_one_on_the_same_data_is_refused_and_the_first_runs_on()
    {
        await using var first = RunningProgram.Keelson("up", "--data-dir", _folder.FullName);
        first.WaitForLine("Ctrl-C");

        await using var second = RunningProgram.Keelson("up", "--data-dir", _folder.FullName);
        Assert.Equal(1, await second.WaitForExitAsync());
        Assert.Contains("in use by another process", second.Output, StringComparison.Ordinal);

        Assert.Equal(0, await first.InterruptAsync());
    }

    [Fact]
    public async Task A_place_to_listen_that_makes_no_sense_is_refused()
    {
        await using var program = RunningProgram.Keelson("up", "--data-dir", _folder.FullName, "--listen", "nowhere");
        Assert.Equal(1, await program.WaitForExitAsync());
        Assert.Contains("\"nowhere\"", program.Output, StringComparison.Ordinal);
    }

    private static string Address(string line) => AddressPattern().Match(line).Value;

    private static async Task<string> ControlAsync(string address, params string[] arguments)
    {
        await using var control = RunningProgram.Start("etcdctl", ["--endpoints", address, .. arguments]);
        Assert.Equal(0, await control.WaitForExitAsync());
        return control.Output;
    }

    [GeneratedRegex(@"http://[^ ]+")]
    private static partial Regex AddressPattern();
}
