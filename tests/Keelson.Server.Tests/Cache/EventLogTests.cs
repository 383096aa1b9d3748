using Keelson.Server.Cache;
using Keelson.Server.Storing;

namespace Keelson.Server.Tests.Cache;

public sealed class EventLogTests
{
    private static readonly ResourceCache Cache = new("/registry/core/configmaps/"u8.ToArray(), null, 0);

    [Fact]
    public void A_cursor_finds_its_place_by_revision()
    {
        var log = new EventLog(10);
        Append(log, 11, 13, 17);
        Assert.Equal(0, log.FindAfter(10));
        Assert.Equal(1, log.FindAfter(11));
        Assert.Equal(1, log.FindAfter(12));
        Assert.Equal(3, log.FindAfter(17));
        Assert.Equal(3, log.FindAfter(99));
        Assert.Equal(-1, log.FindAfter(9));
    }

    [Fact]
    public void Events_beyond_the_bound_are_forgotten_and_their_readers_find_out()
    {
        var log = new EventLog(0);
        Append(log, Enumerable.Range(1, EventLog.MaxEvents + 5).Select(revision => (long)revision).ToArray());
        Assert.Null(log.Read(4));
        Assert.Equal(6, log.Read(5)!.Revision);
        Assert.Equal(5, log.Forgotten);
        Assert.Equal(-1, log.FindAfter(4));
        Assert.Equal(5, log.FindAfter(5));
    }

    [Fact]
    public void Events_that_hold_too_much_memory_are_forgotten_sooner()
    {
        var log = new EventLog(0);
        var large = Make(1, 1024 * 1024);
        for (var revision = 1L; revision <= 100; revision++) log.Append([(revision, EventType.Modified, large, large)]);
        Assert.InRange(log.Forgotten, 100 - (EventLog.MaxBytes / (1024 * 1024)), 99);
    }

    [Fact]
    public async Task Who_waits_is_woken_by_the_next_event()
    {
        var log = new EventLog(0);
        var waiting = log.WaitAsync(0);
        Assert.False(waiting.IsCompleted);
        Append(log, 1);
        await waiting.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.True(log.WaitAsync(0).IsCompleted);
        Assert.False(log.WaitAsync(1).IsCompleted);
    }

    [Fact]
    public void After_a_gap_every_reader_is_lost()
    {
        var log = new EventLog(0);
        Append(log, 1, 2);
        log.Reset(7);
        Assert.True(log.Next > 2);
        Assert.Null(log.Read(2));
        Assert.Equal(-1, log.FindAfter(6));
        Assert.Equal(log.Next, log.FindAfter(7));
    }

    [Fact]
    public async Task Readers_beside_a_writer_see_every_event_or_know_that_they_are_lost()
    {
        const int Count = 50_000;
        var log = new EventLog(0);
        var value = Make(1, 10);
        var writer = Task.Run(() =>
        {
            for (var revision = 1L; revision <= Count; revision++) log.Append([(revision, EventType.Modified, value, value)]);
        });
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            var (sequence, lost) = (0L, 0);
            while (sequence < Count)
            {
                if (log.Read(sequence) is { } change)
                {
                    Assert.Equal(sequence + 1, change.Revision);
                    sequence++;
                }
                else if (sequence < log.Next)
                {
                    // Overtaken: begin again where the log begins now.
                    lost++;
                    sequence = log.FindAfter(log.Forgotten) is var found and >= 0 ? found : sequence;
                }
            }

            return lost;
        })).ToArray();
        await writer;
        await Task.WhenAll(readers).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(Count, log.Next);
    }

    internal static CachedObject Make(long revision, int size) => CachedObject.FromStore(
        "default/a"u8.ToArray(),
        StoredForm.Encode(System.Text.Encoding.UTF8.GetBytes($$$"""{"kind":"ConfigMap","metadata":{"name":"a"},"data":{"k":"{{{new string('x', size)}}}"}}""")),
        revision,
        Cache);

    private static void Append(EventLog log, params long[] revisions)
    {
        var value = Make(1, 10);
        foreach (var revision in revisions) log.Append([(revision, EventType.Modified, value, value)]);
    }
}
