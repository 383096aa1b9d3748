using Keelson.Storage;
using Keelson.Storage.Memory;
using Keelson.Storage.Sqlite;

namespace Keelson.Commands.Store;

/// <summary>Opens the engine that was asked for.</summary>
internal static class StoreEngines
{
    public static async ValueTask<IStore> OpenAsync(ServeSettings settings, CancellationToken cancel)
    {
        if (settings.KeepHistoryFor < TimeSpan.Zero) throw new ArgumentException("--auto-compaction-retention must not be less than no time");
        if (settings.Engine == StoreEngine.Memory) return new MemoryStore(TimeProvider.System);
        var options = new SqliteStoreOptions { CompactsItself = settings.KeepHistoryFor > TimeSpan.Zero, KeepHistoryFor = settings.KeepHistoryFor };
        return await SqliteStore.OpenAsync(settings.DataFolder.FullName, TimeProvider.System, options, cancel);
    }
}
