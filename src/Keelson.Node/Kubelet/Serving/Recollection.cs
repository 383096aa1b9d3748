using System.Collections.Concurrent;

namespace Keelson.Node.Kubelet.Serving;

/// <summary>Answers that hold for a while.</summary>
internal sealed class Recollection<T>(TimeProvider time)
{
    /// <summary>Answers that are kept; default 4,096. Beyond that all are forgotten, and only asking again is lost.</summary>
    private const int Limit = 4096;

    private readonly ConcurrentDictionary<string, (T Value, DateTimeOffset Until)> _known = new(StringComparer.Ordinal);

    public bool TryGet(string key, out T value)
    {
        var isKnown = _known.TryGetValue(key, out var found) && time.GetUtcNow() < found.Until;
        value = found.Value;
        return isKnown;
    }

    public void Add(string key, T value, TimeSpan holds)
    {
        if (_known.Count >= Limit) _known.Clear();
        _known[key] = (value, time.GetUtcNow() + holds);
    }
}
