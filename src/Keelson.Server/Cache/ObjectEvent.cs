namespace Keelson.Server.Cache;

/// <summary>What happened to an object.</summary>
internal enum EventType { Added, Modified, Deleted }

/// <summary>One change of one object. Immutable; its sequence number says which slot of the log it belongs to.</summary>
/// <param name="Object">The object after the change; for a deletion its last state, under the deletion's revision.</param>
/// <param name="Previous">The object before the change; null where it was created.</param>
internal sealed record ObjectEvent(long Sequence, long Revision, EventType Type, CachedObject Object, CachedObject? Previous)
{
    /// <summary>About what the event keeps in memory beyond what the index has: the version that was replaced.</summary>
    public long Bytes => (Previous?.Json.Length ?? 0) + 200;
}
