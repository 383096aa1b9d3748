using System.Diagnostics;

namespace Keelson.Api.Tests.Serving;

/// <summary>Runs a real kubectl against a server on loopback, with a home of its own.</summary>
internal sealed class Kubectl : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly string _program;
    private readonly string _home = Directory.CreateTempSubdirectory("keelson-kubectl-").FullName;

    public Kubectl(string version, string server)
    {
        _program = Find(version) ?? "";
        Assert.SkipWhen(_program.Length == 0, $"kubectl {version} is not installed beside kubectl");
        File.WriteAllText(Path.Combine(_home, "config"), $$$"""
            apiVersion: v1
            kind: Config
            clusters: [{name: test, cluster: {server: "{{{server}}}"}}]
            users: [{name: test, user: {}}]
            contexts: [{name: test, context: {cluster: test, user: test}}]
            current-context: test
            """);
    }

    /// <summary>What kubectl prints; it must succeed.</summary>
    public async Task<string> RunAsync(params string[] arguments)
    {
        var (code, output, error) = await TryAsync(arguments);
        Assert.True(code == 0, $"kubectl {string.Join(' ', arguments)} ended with {code}: {error}");
        return output;
    }

    public async Task<(int Code, string Output, string Error)> TryAsync(params string[] arguments)
    {
        using var timeout = new CancellationTokenSource(Deadline);
        var start = new ProcessStartInfo(_program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["HOME"] = _home;
        start.Environment["KUBECONFIG"] = Path.Combine(_home, "config");
        start.Environment["NO_PROXY"] = "*";
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
            var error = process.StandardError.ReadToEndAsync(timeout.Token);
            await process.WaitForExitAsync(timeout.Token);
            return (process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);

    /// <summary>The program kubectl.VERSION in the folder that the kubectl on the path leads to.</summary>
    private static string? Find(string version)
    {
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
        {
            var kubectl = new FileInfo(Path.Combine(folder, "kubectl"));
            if (!kubectl.Exists) continue;
            var target = kubectl.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? kubectl.FullName;
            var versioned = Path.Combine(Path.GetDirectoryName(target)!, "kubectl." + version);
            return File.Exists(versioned) ? versioned : null;
        }

        return null;
    }
}
