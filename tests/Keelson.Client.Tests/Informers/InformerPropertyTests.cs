using System.Collections.Concurrent;
using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client.Informers;
using Keelson.Client.Tests.Support;

namespace Keelson.Client.Tests.Informers;

/// <summary>Whatever happens on the way, in the end the cache is what the server has, and the handlers were told of it.</summary>
public sealed class InformerPropertyTests
{
    // Writes go on until chance has struck, which on a busy machine takes longer.
    private const int MinWrites = 150;
    private const int MaxWrites = 5_000;
    private const int MinFaults = 2;

    private static readonly string[] Namespaces = ["default", "kube-system"];

    [Theory]
    [InlineData(1, false, false)]
    [InlineData(2, true, false)]
    [InlineData(3, false, true)]
    [InlineData(4, true, true)]
    public async Task After_random_writes_and_disconnects_the_cache_equals_the_server(int seed, bool useProtobuf, bool streaming)
    {
        await using var server = await LocalServer.StartAsync();
        using var writer = server.CreateClient();
        using var wire = new UnreliableHandler(server.Handler, seed);
        using var client = new ApiClient(new ApiClientOptions { Handler = wire, UseProtobuf = useProtobuf, Time = server.Clock });
        var informer = new Informer<ConfigMap>(client.Resource<ConfigMap>(), new InformerOptions { UseStreamingList = streaming, PageSize = 7, Seed = seed })
            .AddLabelIndex("color").AddOwnerIndex();
        var told = new ConcurrentDictionary<ObjectKey, ConfigMap>();
        informer.AddHandler(new Mirror(told));
        using var stop = new CancellationTokenSource();
        var running = informer.RunAsync(stop.Token);

        var random = new Random(seed);
        for (var i = 0; i < MinWrites || (wire.Faults < MinFaults && i < MaxWrites); i++)
        {
            await WriteAsync(writer, random);
            if (random.Next(4) != 0) continue;
            // Lets the informer follow for a while, so that chance meets it in all its states.
            await server.Clock.AdvanceUntilAsync(() => true, TimeSpan.Zero);
            server.Clock.Advance(TimeSpan.FromSeconds(random.Next(10)));
        }

        wire.IsHealed = true;
        var expected = (await writer.Resource<ConfigMap>().ListAsync(cancel: Eventually.Limit())).Items.ToDictionary(Key);
        await server.Clock.AdvanceUntilAsync(() => IsSame(informer.Snapshot, expected) && told.Count == expected.Count, TimeSpan.FromMinutes(30), TimeSpan.FromSeconds(30));
        Assert.True(wire.Faults >= MinFaults);
        foreach (var (key, value) in told) Assert.Same(informer.Get(key), value);
        foreach (var space in Namespaces) Assert.Equal(expected.Values.Count(value => value.Metadata.Namespace == space), informer.Snapshot.InNamespace(space).Count());
        foreach (var color in new[] { "red", "blue" })
        {
            Assert.Equal(
                expected.Values.Where(value => value.Metadata.Labels.GetValueOrDefault("color") == color).Select(Key).Order(Comparer<ObjectKey>.Create(Compare)),
                informer.Snapshot.ByIndex("label:color", color).Select(Key).Order(Comparer<ObjectKey>.Create(Compare)));
        }

        await stop.CancelAsync();
        await running.WaitAsync(Eventually.Deadline);
    }

    private static async Task WriteAsync(ApiClient client, Random random)
    {
        var name = $"m{random.Next(25)}";
        var maps = client.Resource<ConfigMap>().In(Namespaces[random.Next(2)]);
        var cancel = Eventually.Limit();
        var there = await maps.FindAsync(name, cancel);
        if (there is not null && random.Next(3) == 0)
        {
            await maps.DeleteAsync(name, cancel: cancel);
            return;
        }

        var value = (there ?? new ConfigMap { Metadata = new ObjectMeta { Name = name, Namespace = maps.Namespace! } }) with
        {
            Data = ApiMap<string>.From(("v", new string('x', random.Next(2000)))),
        };
        value = value with { Metadata = value.Metadata with { Labels = ApiMap<string>.From(("color", random.Next(2) == 0 ? "red" : "blue")) } };
        await (there is null ? maps.CreateAsync(value, cancel: cancel) : maps.UpdateAsync(value, cancel: cancel));
    }

    private static bool IsSame(ObjectSnapshot<ConfigMap> snapshot, Dictionary<ObjectKey, ConfigMap> expected) =>
        snapshot.Count == expected.Count
        && snapshot.All.All(value => expected.TryGetValue(Key(value), out var there) && there.Metadata == value.Metadata && there.Data == value.Data);

    private static ObjectKey Key(ConfigMap value) => new(value.Metadata.Namespace, value.Metadata.Name);

    private static int Compare(ObjectKey left, ObjectKey right) => string.CompareOrdinal(left.ToString(), right.ToString());

    /// <summary>Keeps what it is told, and refuses what cannot be.</summary>
    private sealed class Mirror(ConcurrentDictionary<ObjectKey, ConfigMap> objects) : IInformerHandler<ConfigMap>
    {
        public void OnAdd(ConfigMap value, bool isInitial) => Assert.True(objects.TryAdd(Key(value), value));

        public void OnUpdate(ConfigMap before, ConfigMap after)
        {
            Assert.Same(before, objects[Key(after)]);
            objects[Key(after)] = after;
        }

        public void OnDelete(ConfigMap last, bool isLastStateUnknown) => Assert.True(objects.TryRemove(Key(last), out _));
    }
}
