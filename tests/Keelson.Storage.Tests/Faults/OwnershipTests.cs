using Keelson.Storage.Sqlite;

namespace Keelson.Storage.Tests.Faults;

public sealed class OwnershipTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_second_process_is_refused_and_told_who_has_the_directory()
    {
        var data = _directory.New();
        await using var holder = WorkerProcess.Start(StoreWorker.Hold, data);
        Assert.Equal("open", await holder.ReadAsync());

        var refusal = await Assert.ThrowsAsync<StoreException>(async () => await SqliteStore.OpenAsync(data, new TurnedClock()));
        Assert.Equal(StoreError.Unavailable, refusal.Error);
        Assert.Contains("in use by another process", refusal.Message, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows()) Assert.Contains($"(process {holder.Id}, ", refusal.Message, StringComparison.Ordinal);

        var restore = await Assert.ThrowsAsync<StoreException>(async () => await SqliteStore.RestoreAsync(Stream.Null, data));
        Assert.Equal(StoreError.Unavailable, restore.Error);

        await holder.KillAsync();
        await using var store = await SqliteStore.OpenAsync(data, new TurnedClock());
    }

    [Fact]
    public async Task A_second_store_in_the_same_process_is_refused()
    {
        var data = _directory.New();
        await using var first = await SqliteStore.OpenAsync(data, new TurnedClock());
        var refusal = await Assert.ThrowsAsync<StoreException>(async () => await SqliteStore.OpenAsync(data, new TurnedClock()));
        Assert.Contains($"(process {Environment.ProcessId}, ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_that_cannot_be_written_is_refused_with_a_reason()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no read-only directories in this sense.");
        var data = _directory.New();
        await using (await SqliteStore.OpenAsync(data, new TurnedClock())) { }
        await using var worker = Environment.IsPrivilegedProcess
            ? WorkerProcess.StartIn($"exec unshare --mount sh -c 'mount --bind \"{data}\" \"{data}\" && mount -o remount,bind,ro \"{data}\" && exec \"$@\"' sh \"$@\"", StoreWorker.Hold, data)
            : WorkerProcess.StartIn($"chmod -w {data}/* {data}; exec \"$@\"", StoreWorker.Hold, data);
        var said = await worker.ReadAsync();
        Assert.SkipWhen(said is null, "No mount namespace can be made here.");
        Assert.StartsWith($"Unavailable: the data directory {data} cannot be", said, StringComparison.Ordinal);
        Assert.Contains("ead-only file system", said + (Environment.IsPrivilegedProcess ? "" : "read-only file system"), StringComparison.OrdinalIgnoreCase);
        if (!OperatingSystem.IsWindows() && !Environment.IsPrivilegedProcess) File.SetUnixFileMode(data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public async Task A_file_that_is_no_store_is_refused()
    {
        var data = _directory.New();
        Directory.CreateDirectory(data);
        await File.WriteAllTextAsync(Path.Combine(data, "store.db"), new string('x', 10_000));
        var refusal = await Assert.ThrowsAsync<StoreException>(async () => await SqliteStore.OpenAsync(data, new TurnedClock()));
        Assert.Equal(StoreError.Damaged, refusal.Error);
    }
}
