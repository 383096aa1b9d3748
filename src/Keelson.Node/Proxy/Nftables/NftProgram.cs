using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Keelson.Node.Network;
using Keelson.Node.Runtime.Containerd;

namespace Keelson.Node.Proxy.Nftables;

/// <summary>Runs the program nft, which hands a whole text of commands to the kernel in one transaction.</summary>
internal sealed class NftProgram(NetworkNamespace place)
{
    /// <summary>How much of what nft complains about is kept.</summary>
    private const int MostComplaint = 2000;

    /// <summary>How long nft may take; filling a table for thousands of services takes seconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly string _program = Machine.TryFindProgram("nft") ?? "nft";

    /// <summary>Commits the commands, all or none.</summary>
    public async Task CommitAsync(string commands, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        using var process = Begin(Start("-f", "-"));
        try
        {
            var complaint = process.StandardError.ReadToEndAsync(limit.Token);
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            try
            {
                await process.StandardInput.WriteAsync(commands.AsMemory(), limit.Token).ConfigureAwait(false);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It ended early; what it complained about says why.
            }

            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            await output.ConfigureAwait(false);
            var text = await complaint.ConfigureAwait(false);
            if (process.ExitCode != 0) throw new ProxyException($"nft refused the rules: {(text.Length > MostComplaint ? text[..MostComplaint] : text).Trim()}");
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            cancel.ThrowIfCancellationRequested();
            throw new ProxyException($"nft did not end within {Patience.TotalSeconds:0} seconds.");
        }
    }

    // A process begins in the namespace of the thread that starts it.
    private Process Begin(ProcessStartInfo start)
    {
        try
        {
            return place.Run(() => Process.Start(start)!);
        }
        catch (Win32Exception failure)
        {
            throw new ProxyException($"Cannot run nft ({failure.Message}). On Debian and Ubuntu: apt-get install nftables", failure);
        }
    }

    private ProcessStartInfo Start(params ReadOnlySpan<string> arguments) => new(_program, [.. arguments])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        StandardInputEncoding = new UTF8Encoding(false),
    };
}
