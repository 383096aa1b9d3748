using System.Collections.Concurrent;
using System.Text.Json;

namespace Keelson.Server.Cache;

/// <summary>
/// The event log of a resource again, divided by the value of one field. Who selects one value of it, as each of a thousand kubelets
/// does, reads and is woken by what concerns that value only.
/// </summary>
/// <remarks>A part holds what the whole log holds and no more: what is forgotten there is forgotten here.</remarks>
internal sealed class FieldLogs(string name)
{
    /// <summary>Values that have a log of their own; default 16,384. Watchers of others read the whole log.</summary>
    public const int MaxValues = 16_384;

    private readonly string[] _steps = name.Split('.');
    private readonly ConcurrentDictionary<string, EventLog> _logs = new(StringComparer.Ordinal);
    private readonly Lock _adding = new();
    private long _start;
    private bool _isFull;

    /// <summary>The field, as selectors name it.</summary>
    public string Field => name;

    /// <summary>The log of a value; null where there are too many values already.</summary>
    public EventLog? Find(string value)
    {
        if (_logs.TryGetValue(value, out var known)) return known;
        lock (_adding)
        {
            if (_logs.TryGetValue(value, out known)) return known;

            // What a value without log has missed nobody knows, so it must not get one later.
            _isFull |= _logs.Count >= MaxValues;
            return _isFull ? null : _logs[value] = new EventLog(_start);
        }
    }

    /// <summary>Takes over changes. Only the feed calls this, before the whole log has them.</summary>
    public void Append(ReadOnlySpan<(long Revision, EventType Type, CachedObject Object, CachedObject? Previous)> changes)
    {
        foreach (var change in changes)
        {
            var now = ValueOf(change.Object);
            Find(now)?.Append([change]);
            if (change.Previous is { } previous && ValueOf(previous) is { } before && before != now) Find(before)?.Append([change]);
        }
    }

    /// <summary>Forgets what the whole log has forgotten.</summary>
    public void Forget(ObjectEvent forgotten)
    {
        var now = ValueOf(forgotten.Object);
        if (_logs.TryGetValue(now, out var log)) log.ForgetThrough(forgotten.Revision);
        if (forgotten.Previous is { } previous && ValueOf(previous) is { } before && before != now && _logs.TryGetValue(before, out var other)) other.ForgetThrough(forgotten.Revision);
    }

    /// <summary>Begins anew: what happened up to a revision was missed.</summary>
    public void Reset(long revision)
    {
        lock (_adding)
        {
            _start = revision;
            foreach (var log in _logs.Values) log.Reset(revision);
            if (!_isFull) return;

            // Watchers of the logs that go have been told to begin anew.
            _logs.Clear();
            _isFull = false;
        }
    }

    private string ValueOf(CachedObject value) => Read(value.Json, _steps) ?? "";

    /// <summary>A text deep in a document, found without decoding the rest; null where there is none.</summary>
    internal static string? Read(ReadOnlySpan<byte> json, ReadOnlySpan<string> steps)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Api.Values.Value.MaxDepth });
        reader.Read();
        foreach (var step in steps)
        {
            if (reader.TokenType != JsonTokenType.StartObject || !Seek(ref reader, step)) return null;
        }

        return reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
    }

    private static bool Seek(ref Utf8JsonReader reader, string name)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals(name);
            reader.Read();
            if (found) return true;
            reader.Skip();
        }

        return false;
    }
}
