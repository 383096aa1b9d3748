using System.Collections.Concurrent;
using System.Threading.Channels;
using Keelson.Client;
using Keelson.Node.Network;
using Keelson.Node.Proxy;
using Keelson.Node.Proxy.Conntrack;
using Keelson.Node.Proxy.Health;
using Keelson.Testing;
using static Keelson.Node.Tests.Proxy.Samples;

namespace Keelson.Node.Tests.Proxy;

public sealed class SyncLoopTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task After_a_change_that_failed_everything_is_filled_anew()
    {
        await using var world = new World();
        world.Set("a");
        world.Start();
        Assert.Equal("fill a", await world.NextAsync());

        world.Backend.Failures = 2;
        world.Set("b");
        Assert.Equal("change +b", await world.NextAsync());
        Assert.Equal("fill a,b", await world.NextAsync());
        // While it still fails, what comes meanwhile is part of the next attempt.
        world.Remove("a");
        Assert.Equal("fill b", await world.NextAsync());
        Assert.Equal(2, world.Errors.Count);

        world.Set("c");
        Assert.Equal("change +c", await world.NextAsync());
    }

    [Fact]
    public async Task A_burst_is_one_change()
    {
        await using var world = new World();
        world.Start();
        Assert.Equal("fill ", await world.NextAsync());
        world.Set("a");
        // The loop wakes up for the first and waits out the rest of the period; the others come along.
        await world.UntilWaitingAsync();
        for (var number = 0; number < 100; number++) world.Set($"b{number:00}");
        var text = await world.NextAsync();
        Assert.StartsWith("change +a,+b00,", text, StringComparison.Ordinal);
        Assert.Equal(101, text.Split(',').Length);
    }

    [Fact]
    public async Task Rules_that_are_gone_are_noticed_without_any_change()
    {
        await using var world = new World();
        world.Set("a");
        world.Start();
        Assert.Equal("fill a", await world.NextAsync());
        world.Backend.IsThere = false;
        Assert.Equal("fill a", await world.NextAsync());
    }

    [Fact]
    public async Task A_service_that_nobody_knew_and_that_is_gone_again_changes_nothing()
    {
        await using var world = new World();
        world.Start();
        Assert.Equal("fill ", await world.NextAsync());
        world.Remove("never");
        world.Set("a");
        Assert.Equal("change +a", await world.NextAsync());
    }

    private sealed class World : IAsyncDisposable
    {
        private readonly VirtualClock _clock = new();
        private readonly ConcurrentDictionary<ObjectKey, ServicePicture> _services = [];
        private readonly CancellationTokenSource _stop = new();
        private readonly SyncLoop _loop;
        private Task _running = Task.CompletedTask;

        public World()
        {
            var options = new ProxyOptions { NodeName = NodeName, Time = _clock, OnError = Errors.Enqueue };
            _loop = new SyncLoop(
                Backend,
                new CtNetlink(NetworkNamespace.Own),
                () => _services.Keys,
                key => _services.GetValueOrDefault(key),
                options,
                new ProxyMetrics(),
                new ProxyHealth(_clock, TimeSpan.FromMinutes(1)));
        }

        public FakeBackend Backend { get; } = new();

        public ConcurrentQueue<Exception> Errors { get; } = [];

        public void Start() => _running = Task.Run(() => _loop.RunAsync(_stop.Token));

        public void Set(string name)
        {
            var service = Web(name: name);
            // TCP: what the kernel of this machine remembers is nobody's business here.
            var picture = Picture(service, Slice(service, 8080, At("10.244.0.1")));
            _services[picture.Key] = picture;
            _loop.Queue(picture.Key, isService: true);
        }

        public void Remove(string name)
        {
            var key = new ObjectKey("default", name);
            _services.TryRemove(key, out _);
            _loop.Queue(key, isService: true);
        }

        /// <summary>What the backend is asked next; the clock is turned until it is asked.</summary>
        public async Task<string> NextAsync()
        {
            var began = TimeProvider.System.GetTimestamp();
            while (true)
            {
                if (Backend.Calls.Reader.TryRead(out var call)) return call;
                Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, "not in time");
                if (_clock.NextTimerAt is not null) _clock.AdvanceToNextTimer();
                await Task.Yield();
            }
        }

        /// <summary>Waits until the loop waits out a pause.</summary>
        public async Task UntilWaitingAsync()
        {
            var limit = TimeProvider.System.GetTimestamp();
            while (_clock.NextTimerAt is not { } next || next - _clock.GetUtcNow() > TimeSpan.FromMilliseconds(10))
            {
                Assert.True(TimeProvider.System.GetElapsedTime(limit) < Patience, "not in time");
                await Task.Yield();
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _running.WaitAsync(Patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _stop.Dispose();
        }
    }

    private sealed class FakeBackend : IProxyBackend
    {
        public Channel<string> Calls { get; } = Channel.CreateUnbounded<string>();

        public int Failures { get; set; }

        public bool IsThere { get; set; } = true;

        public Task FillAsync(IReadOnlyCollection<ServicePicture> services, CancellationToken cancel)
        {
            IsThere = true;
            return Answer("fill " + string.Join(',', services.Select(static service => service.Key.Name).Order()));
        }

        public Task ChangeAsync(IReadOnlyDictionary<ObjectKey, ServicePicture?> services, CancellationToken cancel) =>
            Answer("change " + string.Join(',', services.Select(static change => (change.Value is null ? "-" : "+") + change.Key.Name).Order(StringComparer.Ordinal)));

        public Task<bool> IsThereAsync(CancellationToken cancel) => Task.FromResult(IsThere);

        public Task CleanUpAsync(CancellationToken cancel) => Task.CompletedTask;

        private Task Answer(string call)
        {
            var fails = Failures > 0;
            if (fails) Failures--;
            Calls.Writer.TryWrite(call);
            return fails ? Task.FromException(new ProxyException("refused")) : Task.CompletedTask;
        }
    }
}
