using Keelson.Api.Schemas;

namespace Keelson.Server.CustomResources;

/// <summary>
/// The schema of a version of a custom resource: made from its definition when it is needed, kept from the first request for objects
/// on. Of many definitions that are installed few are used, and a schema takes several times the room of its text.
/// </summary>
internal sealed class SchemaSource(Func<Schema> make)
{
    private readonly WeakReference<Schema?> _made = new(null);
    private Schema? _kept;

    /// <summary>The schema, for good.</summary>
    public Schema Value => _kept ??= Peek();

    /// <summary>The schema, for a look: it may go again.</summary>
    public Schema Peek()
    {
        if (_kept is { } kept) return kept;
        lock (_made)
        {
            if (_made.TryGetTarget(out var known)) return known;
            var made = make();
            _made.SetTarget(made);
            return made;
        }
    }
}
