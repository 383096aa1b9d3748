namespace Keelson.Server.Cache;

/// <summary>What the store has under a key is no object.</summary>
internal sealed class DamagedObjectException(DamagedObject damaged) : Exception(damaged.ToString())
{
    public DamagedObject Damaged => damaged;
}

/// <summary>A key whose value can't be read, and why.</summary>
/// <param name="Key">The whole key in the store.</param>
internal sealed record DamagedObject(string Key, long Revision, string Why)
{
    /// <summary>The object's name: what of the key is behind the last slash.</summary>
    public string Name => Key[(Key.LastIndexOf('/') + 1)..];

    // The form in which upstream tells of it.
    public override string ToString() => FormattableString.Invariant(
        $"StorageError: corrupt object, Code: 7, Key: {Key}, ResourceVersion: 0, AdditionalErrorMsg: object not decodable revision={Revision}: {Why}");
}
