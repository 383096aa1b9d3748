using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Keelson.Node.Runtime.Containerd;

namespace Keelson.Node.Proxy.Nftables;

/// <summary>Runs the program nft, which hands a whole text of commands to the kernel in one transaction.</summary>
internal sealed class NftProgram(string? networkNamespace)
{
    /// <summary>How much of what nft complains about is kept.</summary>
    private const int MostComplaint = 2000;

    private readonly string _program = Machine.TryFindProgram("nft") ?? "nft";

    /// <summary>Commits the commands, all or none.</summary>
    public async Task CommitAsync(string commands, CancellationToken cancel)
    {
        var start = Start("-f", "-");
        using var process = Begin(start);
        try
        {
            var complaint = process.StandardError.ReadToEndAsync(cancel);
            var output = process.StandardOutput.ReadToEndAsync(cancel);
            try
            {
                await process.StandardInput.WriteAsync(commands.AsMemory(), cancel).ConfigureAwait(false);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It ended early; what it complained about says why.
            }

            await process.WaitForExitAsync(cancel).ConfigureAwait(false);
            await output.ConfigureAwait(false);
            var text = await complaint.ConfigureAwait(false);
            if (process.ExitCode != 0) throw new ProxyException($"nft refused the rules: {(text.Length > MostComplaint ? text[..MostComplaint] : text).Trim()}");
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private static Process Begin(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception failure)
        {
            throw new ProxyException($"Cannot run nft ({failure.Message}). On Debian and Ubuntu: apt-get install nftables", failure);
        }
    }

    private ProcessStartInfo Start(params ReadOnlySpan<string> arguments)
    {
        string[] command = networkNamespace is null ? [_program] : [Machine.FindProgram("nsenter", "util-linux"), $"--net={networkNamespace}", "--", _program];
        return new ProcessStartInfo(command[0], [.. command[1..], .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
        };
    }
}
