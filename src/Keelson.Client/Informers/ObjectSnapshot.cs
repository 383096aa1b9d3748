using System.Collections.Immutable;

namespace Keelson.Client.Informers;

/// <summary>All objects of a cache at one moment. It never changes, and costs nothing to keep.</summary>
public sealed class ObjectSnapshot<T>
    where T : class
{
    private readonly ImmutableDictionary<ObjectKey, T> _objects;
    private readonly ImmutableDictionary<string, ImmutableDictionary<string, ImmutableDictionary<ObjectKey, T>>> _indexes;

    internal ObjectSnapshot(
        ImmutableDictionary<ObjectKey, T> objects,
        ImmutableDictionary<string, ImmutableDictionary<string, ImmutableDictionary<ObjectKey, T>>> indexes,
        string resourceVersion)
    {
        _objects = objects;
        _indexes = indexes;
        ResourceVersion = resourceVersion;
    }

    /// <summary>How far the cache is; empty before the first list.</summary>
    public string ResourceVersion { get; }

    public int Count => _objects.Count;

    /// <summary>All objects, in no order.</summary>
    public IEnumerable<T> All => _objects.Values;

    internal ImmutableDictionary<ObjectKey, T> Objects => _objects;

    internal ImmutableDictionary<string, ImmutableDictionary<string, ImmutableDictionary<ObjectKey, T>>> Indexes => _indexes;

    public T? Get(ObjectKey key) => _objects.GetValueOrDefault(key);

    public T? Get(string inNamespace, string name) => Get(new ObjectKey(inNamespace, name));

    /// <summary>The objects for which an index has a value.</summary>
    public IEnumerable<T> ByIndex(string index, string value)
    {
        if (!_indexes.TryGetValue(index, out var values)) throw new ArgumentException($"The cache has no index \"{index}\".", nameof(index));
        return values.TryGetValue(value, out var found) ? found.Values : [];
    }

    public IEnumerable<T> InNamespace(string name) => ByIndex(ObjectIndexes.Namespace, name);

    /// <summary>The objects that the owner with that uid controls; the cache needs the index <see cref="ObjectIndexes.Controller"/>.</summary>
    public IEnumerable<T> ControlledBy(string uid) => ByIndex(ObjectIndexes.Controller, uid);
}
