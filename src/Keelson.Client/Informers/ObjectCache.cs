using System.Collections.Immutable;
using Keelson.Client.Resources;

namespace Keelson.Client.Informers;

/// <summary>Decoded objects, shared by all who read them. One writes, everybody reads without waiting.</summary>
internal sealed class ObjectCache<T>(ObjectForm<T> form)
    where T : class
{
    /// <summary>No objects, compared by reference: two versions of an object may well be equal, and comparing them costs.</summary>
    public static readonly ImmutableDictionary<ObjectKey, T> None = ImmutableDictionary.Create<ObjectKey, T>(null, ReferenceEqualityComparer.Instance);

    private readonly List<ObjectIndex<T>> _indexes = [];
    private volatile ObjectSnapshot<T> _snapshot = new(
        None, ImmutableDictionary<string, ImmutableDictionary<string, ImmutableDictionary<ObjectKey, T>>>.Empty, "");

    public ObjectSnapshot<T> Snapshot => _snapshot;

    /// <summary>Adds an index over what is there and what will be; one that is there already stays.</summary>
    public void AddIndex(ObjectIndex<T> index)
    {
        if (_snapshot.Indexes.ContainsKey(index.Name)) return;
        _indexes.Add(index);
        Publish(_snapshot.Objects, _snapshot.Indexes.SetItem(index.Name, Fill(index, _snapshot.Objects)), _snapshot.ResourceVersion);
    }

    /// <summary>Sets one object, and returns what was there.</summary>
    public T? Set(T value, string resourceVersion)
    {
        var key = form.Key(value);
        var before = _snapshot.Get(key);
        Publish(_snapshot.Objects.SetItem(key, value), Reindex(key, before, value), resourceVersion);
        return before;
    }

    /// <summary>Removes one object, and returns what was there.</summary>
    public T? Remove(ObjectKey key, string resourceVersion)
    {
        if (_snapshot.Get(key) is not { } before)
        {
            Advance(resourceVersion);
            return null;
        }

        Publish(_snapshot.Objects.Remove(key), Reindex(key, before, null), resourceVersion);
        return before;
    }

    /// <summary>Puts other objects in the place of all.</summary>
    public void Replace(ImmutableDictionary<ObjectKey, T> objects, string resourceVersion)
    {
        var indexes = _snapshot.Indexes.ToBuilder();
        foreach (var index in _indexes) indexes[index.Name] = Fill(index, objects);
        Publish(objects, indexes.ToImmutable(), resourceVersion);
    }

    /// <summary>Notes that nothing changed up to a version.</summary>
    public void Advance(string resourceVersion) => Publish(_snapshot.Objects, _snapshot.Indexes, resourceVersion);

    private ImmutableDictionary<string, ImmutableDictionary<string, ImmutableDictionary<ObjectKey, T>>> Reindex(ObjectKey key, T? before, T? after)
    {
        var indexes = _snapshot.Indexes;
        foreach (var index in _indexes)
        {
            var old = indexes[index.Name];
            var values = old;
            var beforeValues = before is null ? [] : index.Values(before);
            var afterValues = after is null ? [] : index.Values(after);
            foreach (var value in beforeValues)
            {
                if (afterValues.Contains(value)) continue;
                var rest = values[value].Remove(key);
                values = rest.IsEmpty ? values.Remove(value) : values.SetItem(value, rest);
            }

            foreach (var value in afterValues)
            {
                var found = values.TryGetValue(value, out var there) ? there : None;
                values = values.SetItem(value, found.SetItem(key, after!));
            }

            if (!ReferenceEquals(values, old)) indexes = indexes.SetItem(index.Name, values);
        }

        return indexes;
    }

    private static ImmutableDictionary<string, ImmutableDictionary<ObjectKey, T>> Fill(ObjectIndex<T> index, ImmutableDictionary<ObjectKey, T> objects)
    {
        var values = new Dictionary<string, ImmutableDictionary<ObjectKey, T>.Builder>();
        foreach (var (key, value) in objects)
        {
            foreach (var name in index.Values(value))
            {
                if (!values.TryGetValue(name, out var found)) values[name] = found = None.ToBuilder();
                found[key] = value;
            }
        }

        return values.ToImmutableDictionary(entry => entry.Key, entry => entry.Value.ToImmutable());
    }

    private void Publish(
        ImmutableDictionary<ObjectKey, T> objects,
        ImmutableDictionary<string, ImmutableDictionary<string, ImmutableDictionary<ObjectKey, T>>> indexes,
        string resourceVersion) => _snapshot = new ObjectSnapshot<T>(objects, indexes, resourceVersion);
}
