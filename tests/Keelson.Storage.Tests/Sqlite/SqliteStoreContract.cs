using Keelson.Storage.Sqlite;
using Keelson.Storage.Tests.Contract;

namespace Keelson.Storage.Tests.Sqlite;

public sealed class SqliteStoreContract : StoreContract
{
    private readonly TurnedClock _clock = new();
    private readonly TemporaryDirectory _directory = new();

    protected override async ValueTask<IStore> CreateAsync() => await SqliteStore.OpenAsync(_directory.New(), _clock);

    protected override ValueTask PassTimeAsync(TimeSpan time)
    {
        _clock.Turn(time);
        return default;
    }

    protected override async ValueTask<IStore?> RestoreAsync(Stream snapshot)
    {
        var directory = _directory.New();
        await SqliteStore.RestoreAsync(snapshot, directory);
        return await SqliteStore.OpenAsync(directory, _clock);
    }

    protected override ValueTask CleanUpAsync()
    {
        _directory.Dispose();
        return default;
    }
}
