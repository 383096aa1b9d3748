using System.Diagnostics;
using Keelson.Node.Runtime.Containerd;

namespace Keelson.Node.Network;

/// <summary>Runs ip and nft inside a namespace, each over a whole batch at once.</summary>
internal static class NetworkTool
{
    /// <summary>Changes links, addresses and routes; stops at the first line that fails unless told to go on.</summary>
    public static Task<string> IpAsync(NetworkNamespace place, IEnumerable<string> lines, CancellationToken cancel, bool goOn = false) =>
        RunAsync(place, "ip", "iproute2", goOn ? ["-force", "-batch", "-"] : ["-batch", "-"], string.Join('\n', lines) + "\n", cancel);

    /// <summary>Asks, and answers with JSON.</summary>
    public static Task<string> AskIpAsync(NetworkNamespace place, string[] question, CancellationToken cancel) =>
        RunAsync(place, "ip", "iproute2", ["-j", .. question], "", cancel);

    /// <summary>Asks about nftables, and answers with JSON.</summary>
    public static Task<string> AskNftAsync(NetworkNamespace place, string[] question, CancellationToken cancel) =>
        RunAsync(place, "nft", "nftables", ["-j", .. question], "", cancel);

    /// <summary>Changes nftables in one transaction.</summary>
    public static Task<string> NftAsync(NetworkNamespace place, string script, CancellationToken cancel) =>
        RunAsync(place, "nft", "nftables", ["-f", "-"], script, cancel);

    private static async Task<string> RunAsync(NetworkNamespace place, string name, string package, string[] arguments, string input, CancellationToken cancel)
    {
        var program = Machine.TryFindProgram(name) ?? throw new NetworkException($"{name} is not installed. On Debian and Ubuntu: apt-get install {package}");
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        // A child begins in the namespace of the thread that starts it.
        using var process = place.Run(() => Process.Start(start)!);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancel);
            var errors = process.StandardError.ReadToEndAsync(cancel);
            try
            {
                await process.StandardInput.WriteAsync(input.AsMemory(), cancel).ConfigureAwait(false);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It ended without reading all; why, it says itself.
            }

            await process.WaitForExitAsync(cancel).ConfigureAwait(false);
            var said = (await errors.ConfigureAwait(false)).Trim();
            if (process.ExitCode != 0) throw new NetworkException($"{name} failed in {place}: {said}{FailedLine(said, input)}");
            return await output.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }

    // "Command failed -:3" names a line that nobody but us can see.
    private static string FailedLine(string said, string input)
    {
        var mark = said.LastIndexOf("-:", StringComparison.Ordinal);
        if (mark < 0) return "";
        var digits = new string([.. said.Skip(mark + 2).TakeWhile(char.IsAsciiDigit)]);
        return int.TryParse(digits, out var line) && line >= 1 && input.Split('\n') is var lines && line <= lines.Length ? $" ({lines[line - 1].Trim()})" : "";
    }
}
