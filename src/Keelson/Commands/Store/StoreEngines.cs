using Keelson.Storage;
using Keelson.Storage.Memory;

namespace Keelson.Commands.Store;

/// <summary>Opens the engine that was asked for.</summary>
internal static class StoreEngines
{
    public static ValueTask<IStore> OpenAsync(StoreEngine engine, DirectoryInfo dataFolder, CancellationToken cancel) => engine switch
    {
        _ => new(new MemoryStore(TimeProvider.System)),
    };
}
