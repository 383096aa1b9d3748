namespace Keelson.Storage.Mvcc;

/// <summary>The refusals that every engine words alike. The texts are etcd's, where etcd has one: tools match on them.</summary>
internal static class StoreErrors
{
    public static StoreException Compacted(long oldest) =>
        new(StoreError.Compacted, "required revision has been compacted") { CompactedRevision = oldest };

    public static StoreException Future() => new(StoreError.FutureRevision, "required revision is a future revision");

    public static StoreException Invalid(string message) => new(StoreError.InvalidRequest, message);

    public static StoreException NoKey() => Invalid("key is not provided");

    public static StoreException DuplicateKey() => Invalid("duplicate key given in txn request");

    public static StoreException KeyNotFound() => Invalid("key not found");

    public static StoreException LeaseNotFound() => new(StoreError.LeaseNotFound, "requested lease not found");

    public static StoreException LeaseExists() => new(StoreError.LeaseExists, "lease already exists");

    public static StoreException Closed() => new(StoreError.Unavailable, "the store is closed");
}
