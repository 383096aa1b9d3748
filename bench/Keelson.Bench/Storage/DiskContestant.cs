using System.ComponentModel;
using System.Runtime.InteropServices;
using Keelson.Bench.Harness;
using Microsoft.Win32.SafeHandles;

namespace Keelson.Bench.Storage;

/// <summary>What the disk itself takes for a write that is on it afterwards: the floor for every store.</summary>
internal sealed partial class DiskContestant : IContestant
{
    private const int BlockBytes = 4096;
    private const int FileBytes = 16 << 20;

    private readonly SafeFileHandle _file;
    private readonly BenchmarkRun _run;
    private readonly byte[] _block = new byte[BlockBytes];

    public DiskContestant(BenchmarkRun run)
    {
        _run = run;
        _file = File.OpenHandle(Path.Combine(run.Folder, "disk"), FileMode.Create, FileAccess.Write);
        // Written before, so that a write changes data only and not the file's length.
        for (var at = 0; at < FileBytes; at += BlockBytes) RandomAccess.Write(_file, _block, at);
        RandomAccess.FlushToDisk(_file);
    }

    public Task<IReadOnlyDictionary<string, double>> RunRoundAsync(CancellationToken cancel) => Task.Run<IReadOnlyDictionary<string, double>>(async () =>
    {
        var (perSecond, latencies) = await ClosedLoop.RunAsync(1, _run.RoundTime, (_, n) =>
        {
            RandomAccess.Write(_file, _block, (long)n * BlockBytes % FileBytes);
            if (DataSync(_file) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
            return ValueTask.CompletedTask;
        }, cancel);
        return new Dictionary<string, double>
        {
            ["puts"] = perSecond,
            ["p50"] = latencies.Percentile(0.5),
            ["p99"] = latencies.Percentile(0.99),
        };
    }, cancel);

    public ValueTask DisposeAsync()
    {
        _file.Dispose();
        return ValueTask.CompletedTask;
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int DataSync(SafeFileHandle file);
}
