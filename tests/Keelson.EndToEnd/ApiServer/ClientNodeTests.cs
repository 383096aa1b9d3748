using System.Diagnostics;

namespace Keelson.EndToEnd.ApiServer;

/// <summary>The npm package @kubernetes/client-node, in the version that package.json pins, against the server.</summary>
public sealed class ClientNodeTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private static readonly string[] Files = ["package.json", "package-lock.json", ".npmrc", "operations.mjs"];

    private static readonly string[] Steps = ["crud", "patches", "apply", "pages", "watch", "informer", "custom", "server"];

    [Fact]
    public async Task Programs_with_the_package_create_change_list_watch_and_inform()
    {
        var folder = await InstallAsync();
        await using var server = await RunningApiServer.StartAsync();
        var run = await RunAsync(folder, "node", "operations.mjs", server.Kubeconfig);
        Assert.True(run.Code == 0, run.ToString());
        Assert.Equal(Steps.Select(step => "done " + step), run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    // The package stays in the checkout's own folder, installed anew when what is pinned has changed.
    private static async Task<string> InstallAsync()
    {
        var missing = ((string[])["node", "npm"]).FirstOrDefault(program => RunningProgram.Find(program) is null);
        if (missing is not null) Unavailable($"{missing} is not installed on this machine.");
        var source = Path.Combine(Checkout.Root, "tests", "Keelson.EndToEnd", "ApiServer", "ClientNode");
        var folder = Path.Combine(Checkout.Root, ".artifacts", "client-node");
        var installed = Path.Combine(folder, "installed");
        var pinned = await File.ReadAllTextAsync(Path.Combine(source, "package-lock.json"));
        var isInstalled = File.Exists(installed) && await File.ReadAllTextAsync(installed) == pinned;
        Directory.CreateDirectory(folder);
        foreach (var file in Files) File.Copy(Path.Combine(source, file), Path.Combine(folder, file), overwrite: true);
        if (isInstalled) return folder;
        var run = await RunAsync(folder, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--omit=optional");
        if (run.Code != 0) Unavailable($"npm could not install the package: {run}");
        await File.WriteAllTextAsync(installed, pinned);
        return folder;
    }

    // On a developer's machine that is no failure; where everything has to be proved it is.
    private static void Unavailable(string why)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(why);
        Assert.Skip(why);
    }

    private static async Task<Run> RunAsync(string folder, string program, params string[] words)
    {
        var start = new ProcessStartInfo(program, words) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} does not start");
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            process.StandardInput.Close();
            var (output, error) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            return new Run($"{program} {string.Join(' ', words)}", process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
