using Keelson.Rpc;

namespace Keelson.Storage.Etcd;

/// <summary>The failures of the etcd v3 API, by the codes and texts that clients tell them apart with.</summary>
internal static class EtcdErrors
{
    public const string Compacted = "etcdserver: mvcc: required revision has been compacted";
    public const string FutureRevision = "etcdserver: mvcc: required revision is a future revision";
    public const string NoSpace = "etcdserver: mvcc: database space exceeded";
    public const string EmptyKey = "etcdserver: key is not provided";
    public const string DuplicateKey = "etcdserver: duplicate key given in txn request";
    public const string TooManyOperations = "etcdserver: too many operations in txn request";
    public const string ValueProvided = "etcdserver: value is provided";
    public const string LeaseProvided = "etcdserver: lease is provided";
    public const string KeyNotFound = "etcdserver: key not found";
    public const string InvalidSort = "etcdserver: invalid sort option";
    public const string TooLarge = "etcdserver: request is too large";
    public const string LeaseNotFound = "etcdserver: requested lease not found";
    public const string LeaseExists = "etcdserver: lease already exists";
    public const string LeaseTooLong = "etcdserver: too large lease TTL";
    public const string MemberNotFound = "etcdserver: member not found";
    public const string Corrupt = "etcdserver: corrupt cluster";
    public const string Stopped = "etcdserver: server stopped";
    public const string AuthenticationOff = "etcdserver: authentication is not enabled";
    public const string RootUserMissing = "etcdserver: root user does not exist";

    /// <summary>What becomes of a call on a store that is disposed.</summary>
    public static StoreException Closed(ObjectDisposedException error) => new(StoreError.Unavailable, "the store is closed", error);

    /// <summary>What a server's answer means to a user of the store.</summary>
    public static StoreException ToStore(RpcException error, long compactedRevision = 0)
    {
        var kind = error.Message switch
        {
            Compacted => StoreError.Compacted,
            FutureRevision => StoreError.FutureRevision,
            NoSpace => StoreError.NoSpace,
            LeaseNotFound => StoreError.LeaseNotFound,
            LeaseExists => StoreError.LeaseExists,
            _ => error.Status switch
            {
                RpcStatus.InvalidArgument or RpcStatus.OutOfRange or RpcStatus.FailedPrecondition => StoreError.InvalidRequest,
                RpcStatus.DataLoss => StoreError.Damaged,
                _ => StoreError.Unavailable,
            },
        };
        return new(kind, error.Message, error) { CompactedRevision = compactedRevision };
    }

    /// <summary>What a failure of the store looks like to a client.</summary>
    public static RpcException ToRpc(StoreException error) => error.Error switch
    {
        StoreError.Compacted => new(RpcStatus.OutOfRange, Compacted, error),
        StoreError.FutureRevision => new(RpcStatus.OutOfRange, FutureRevision, error),
        StoreError.NoSpace => new(RpcStatus.ResourceExhausted, NoSpace, error),
        StoreError.LeaseNotFound => new(RpcStatus.NotFound, LeaseNotFound, error),
        StoreError.LeaseExists => new(RpcStatus.FailedPrecondition, LeaseExists, error),
        StoreError.Damaged => new(RpcStatus.DataLoss, $"{Corrupt}: {error.Message}", error),
        _ when $"etcdserver: {error.Message}" == LeaseTooLong => new(RpcStatus.OutOfRange, LeaseTooLong, error),
        StoreError.Unavailable => new(RpcStatus.Unavailable, $"{Stopped}: {error.Message}", error),
        _ => new(RpcStatus.InvalidArgument, $"etcdserver: {error.Message}", error),
    };
}
