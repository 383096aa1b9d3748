using System.Diagnostics;
using Keelson.Storage.Sqlite;

namespace Keelson.Storage.Tests.Faults;

/// <summary>A disk that fills up: nothing is half-written, what was acknowledged stays, and with room it goes on.</summary>
public sealed class FullDiskTests : IDisposable
{
    private const int ValueBytes = 10_000;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_full_file_system_refuses_writes_until_there_is_room()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root on Linux can mount a small file system.");
        var data = _directory.New();
        Directory.CreateDirectory(data);

        // The mount lives in the worker's own namespace, and goes when the worker does.
        await using var worker = WorkerProcess.StartIn(
            $"exec unshare --mount sh -c 'mount -t tmpfs -o size=4m keelson \"{data}\" && head -c 1000000 /dev/zero > \"{data}/{StoreWorker.Ballast}\" && exec \"$@\"' sh \"$@\"",
            StoreWorker.Fill, data, $"{ValueBytes}");
        await CheckAsync(worker, () => Task.CompletedTask);
    }

    [Fact]
    public async Task A_file_that_may_not_grow_refuses_writes_until_it_may()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/prlimit"), "Needs prlimit, of util-linux.");
        var data = _directory.New();

        // The runtime maps executable memory through a file of its own, which the limit would hit as well.
        await using var worker = WorkerProcess.StartIn(
            "trap '' XFSZ; export DOTNET_EnableWriteXorExecute=0; exec prlimit --fsize=2000000:unlimited \"$@\"",
            StoreWorker.Fill, data, $"{ValueBytes}");
        await CheckAsync(worker, async () =>
        {
            using var raise = Process.Start("/usr/bin/prlimit", ["--pid", $"{worker.Id}", "--fsize=unlimited:unlimited"]);
            await raise.WaitForExitAsync();
        });
    }

    [Fact]
    public async Task A_store_that_reached_its_own_limit_refuses_puts_and_lets_delete()
    {
        await using var store = await SqliteStore.OpenAsync(_directory.New(), new TurnedClock(), new SqliteStoreOptions { MaxBytes = 3_000_000 });
        var value = new byte[ValueBytes];
        var written = 0;
        var refusal = await Assert.ThrowsAsync<StoreException>(async () =>
        {
            for (; written < 10_000; written++) await PutAsync();
        });
        Assert.Equal(StoreError.NoSpace, refusal.Error);
        Assert.InRange(written, 250, 600);

        var deleted = await store.CommitAsync(new Transaction([], [new Operation.Delete(KeyRange.All)], []));
        await store.CompactAsync(deleted.Revision);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            try
            {
                await PutAsync();
                break;
            }
            catch (StoreException exception) when (exception.Error == StoreError.NoSpace)
            {
                // The rows go in small steps.
                deadline.Token.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }

        async Task PutAsync() => await store.CommitAsync(new Transaction([], [new Operation.Put(BitConverter.GetBytes(written + 1), value)], []));
    }

    private static async Task CheckAsync(WorkerProcess worker, Func<Task> makeRoom)
    {
        var full = await worker.ReadAsync();
        Assert.SkipWhen(full is null, "No mount namespace can be made here.");
        Assert.Matches("^full after [0-9]+: NoSpace: no space is left", full);
        var written = StoreWorker.Number(full["full after ".Length..full.IndexOf(':', StringComparison.Ordinal)]);
        Assert.InRange(written, 50, 1_000);
        Assert.Equal($"there are {written}, fault: none", await worker.ReadAsync());
        await makeRoom();
        await worker.TellAsync("there is room");
        Assert.Equal($"went on to {written + 1}", await worker.ReadAsync());
    }
}
