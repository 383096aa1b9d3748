using Keelson.Storage;
using Keelson.Storage.Memory;
using Keelson.Storage.Sqlite;

namespace Keelson.Commands.Store;

/// <summary>Opens the engine that was asked for.</summary>
internal static class StoreEngines
{
    public static async ValueTask<IStore> OpenAsync(StoreEngine engine, DirectoryInfo dataFolder, CancellationToken cancel) => engine switch
    {
        StoreEngine.Memory => new MemoryStore(TimeProvider.System),
        _ => await SqliteStore.OpenAsync(dataFolder.FullName, TimeProvider.System, cancel: cancel),
    };
}
