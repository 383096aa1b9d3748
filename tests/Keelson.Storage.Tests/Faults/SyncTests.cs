using System.Text.RegularExpressions;

namespace Keelson.Storage.Tests.Faults;

/// <summary>Looks at the process from outside: what the kernel was asked to do, and in which order.</summary>
public sealed partial class SyncTests : IDisposable
{
    private const string Strace = "/usr/bin/strace";
    private const int Writes = 40;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Nothing_is_acknowledged_before_the_log_was_written_and_synced()
    {
        Assert.SkipUnless(File.Exists(Strace), "Needs strace.");
        var trace = _directory["trace"];
        await using (var worker = WorkerProcess.StartIn($"exec {Strace} -f -y -s 40 -e trace=write,pwrite64,fdatasync,fsync -o \"{trace}\" \"$@\"", StoreWorker.Load, _directory.New(), "1", "5"))
        {
            var first = await worker.ReadAsync();
            Assert.SkipWhen(first is null, "No process may be traced here.");
            for (var i = 0; i < Writes; i++) await worker.ReadAsync();
            await worker.KillAsync();
        }

        // The store's own commits may come between a sync and its acknowledgement.
        var (isWritten, isSynced, acknowledged) = (false, false, 0);
        foreach (var line in await File.ReadAllLinesAsync(trace))
        {
            if (LogWritten().IsMatch(line)) isWritten = true;
            else if (LogSynced().IsMatch(line)) isSynced = isWritten;
            else if (Acknowledged().IsMatch(line))
            {
                Assert.True(isWritten && isSynced, $"acknowledgement {acknowledged} came before the sync: {line}");
                (isWritten, isSynced) = (false, false);
                acknowledged++;
            }
        }

        Assert.InRange(acknowledged, Writes, int.MaxValue);
    }

    [GeneratedRegex("pwrite64\\([0-9]+<[^>]*store[.]db-wal>")]
    private static partial Regex LogWritten();

    // Begun is what counts for the order here; one thread writes and syncs, and acknowledges after.
    [GeneratedRegex("f(data)?sync\\([0-9]+<[^>]*store[.]db-wal>\\)? +(= 0|<unfinished)|f(data)?sync\\([0-9]+<[^>]*store[.]db-wal>\\) += 0")]
    private static partial Regex LogSynced();

    [GeneratedRegex("write\\([0-9]+<[^>]*>, \"0 [0-9]+ [0-9]+")]
    private static partial Regex Acknowledged();
}
