using Keelson.Storage.Tests.Etcd;

namespace Keelson.EndToEnd.Store;

/// <summary>The real etcdctl against one endpoint.</summary>
internal sealed class Etcdctl(string endpoint, params string[] options)
{
    private static readonly Dictionary<string, string> Environment = new() { ["ETCDCTL_API"] = "3" };

    public static void SkipUnlessInstalled() => Assert.SkipUnless(EtcdProcess.Find("etcdctl") is not null, "etcdctl is not installed");

    /// <summary>Runs a command that must succeed; gives what it wrote.</summary>
    public async Task<string> RunAsync(params string[] arguments) => await RunWithInputAsync("", arguments);

    public async Task<string> RunWithInputAsync(string input, params string[] arguments)
    {
        var (exitCode, output, errors) = await TryAsync(input, arguments);
        Assert.True(exitCode == 0, $"etcdctl {string.Join(' ', arguments)} ended with {exitCode}:\n{output}\n{errors}");
        return output;
    }

    /// <summary>Runs a command that must fail; gives what it complained of.</summary>
    public async Task<string> FailAsync(params string[] arguments)
    {
        var (exitCode, output, errors) = await TryAsync("", arguments);
        Assert.True(exitCode != 0, $"etcdctl {string.Join(' ', arguments)} succeeded:\n{output}");
        return errors;
    }

    /// <summary>Starts a command that goes on.</summary>
    public RunningProcess Start(params string[] arguments) => RunningProcess.Start("etcdctl", ["--endpoints", endpoint, .. options, .. arguments], Environment);

    private async Task<(int ExitCode, string Output, string Errors)> TryAsync(string input, string[] arguments)
    {
        await using var process = Start(arguments);
        await process.WriteAsync(input);
        process.EndInput();
        await process.EndAsync();
        return (process.ExitCode, string.Join('\n', process.Output), process.Errors);
    }
}
