using Keelson.Storage.Memory;
using Keelson.Storage.Tests.Contract;

namespace Keelson.Storage.Tests.Memory;

public sealed class MemoryStoreContract : StoreContract
{
    private readonly TurnedClock _clock = new();

    protected override ValueTask<IStore> CreateAsync() => new(new MemoryStore(_clock));

    protected override ValueTask PassTimeAsync(TimeSpan time)
    {
        _clock.Turn(time);
        return default;
    }

    protected override async ValueTask<IStore?> RestoreAsync(Stream snapshot) => await MemoryStore.RestoreAsync(snapshot, _clock);
}
