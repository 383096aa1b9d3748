using Keelson.Api.Core.V1;
using Keelson.Client.Transport;

namespace Keelson.Client.Recording;

/// <summary>Decides what becomes of an event: a new object, a higher count of one that is there, or nothing.</summary>
internal sealed class EventCorrelator(EventRecorderOptions options, TimeProvider time)
{
    private const string CombinedPrefix = "(combined from similar events): ";

    private readonly RecentMap<SourceKey, TokenBucket> _buckets = new(options.MemoryLimit);
    private readonly RecentMap<SimilarKey, Similar> _similar = new(options.MemoryLimit);
    private readonly RecentMap<(SimilarKey Kind, string Message), Event> _sent = new(options.MemoryLimit);

    /// <summary>The event as it is to be written, its count above one where it is written over one that is there; null to drop it.</summary>
    public (Event Value, Action<Event> Written)? Correlate(Event value)
    {
        var source = new SourceKey(value.Source, value.InvolvedObject with { ResourceVersion = "" });
        if (!_buckets.TryGet(source, out var bucket))
        {
            bucket = new TokenBucket(1 / options.RefillPeriod.TotalSeconds, options.Burst, time);
            _buckets.Set(source, bucket);
        }

        var kind = new SimilarKey(source, value.Type, value.Reason);
        var isCombined = IsOneOfMany(kind, value.Message);
        // Combined events are one, whatever each of them says.
        var key = (kind, isCombined ? "" : value.Message);
        if (isCombined) value = value with { Message = CombinedPrefix + value.Message };
        if (_sent.TryGet(key, out var last))
        {
            value = value with
            {
                Metadata = value.Metadata with { Name = last.Metadata.Name, ResourceVersion = last.Metadata.ResourceVersion },
                FirstTimestamp = last.FirstTimestamp,
                Count = last.Count + 1,
            };
        }

        // It is remembered also where it is dropped, so that the count is right once one gets through.
        _sent.Set(key, value);
        return bucket.TryTake() ? (value, written => _sent.Set(key, value with { Metadata = value.Metadata with { Name = written.Metadata.Name, ResourceVersion = written.Metadata.ResourceVersion } })) : null;
    }

    private bool IsOneOfMany(SimilarKey kind, string message)
    {
        var now = time.GetUtcNow();
        if (!_similar.TryGet(kind, out var similar) || now - similar.LastAt > options.SimilarPeriod) similar = new Similar();
        similar.LastAt = now;
        _similar.Set(kind, similar);
        similar.Messages.Add(message);
        if (similar.Messages.Count < options.SimilarLimit) return false;
        // One goes for one that came, so that what is remembered stays bounded.
        similar.Messages.Remove(similar.Messages.First());
        return true;
    }

    private sealed record SourceKey(EventSource Source, ObjectReference About);

    private sealed record SimilarKey(SourceKey Source, string Type, string Reason);

    private sealed class Similar
    {
        public HashSet<string> Messages { get; } = [];

        public DateTimeOffset LastAt { get; set; }
    }
}
