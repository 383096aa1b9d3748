using Keelson.Rpc;
using Keelson.Rpc.Server;
using Keelson.Storage.Etcd.Protos;
using Keelson.Storage.Snapshots;

namespace Keelson.Storage.Etcd.Server;

/// <summary>etcd's service Maintenance.</summary>
internal sealed class MaintenanceService(ApiContext context)
{
    /// <summary>The version of etcd whose API this is; clients decide by it what they may ask for.</summary>
    public const string Version = "3.5.21";

    private const int HashPageItems = 1000;

    public IEnumerable<RpcHandler> Handlers() =>
    [
        ApiContext.Unary(EtcdMethods.Status, StatusAsync),
        ApiContext.Unary(EtcdMethods.Alarm, AlarmAsync),
        ApiContext.Stream(EtcdMethods.Snapshot, call => new SnapshotSender(context).SendAsync(call)),
        ApiContext.Unary(EtcdMethods.Defragment, DefragmentAsync),
        ApiContext.Unary(EtcdMethods.Hash, HashAsync),
        ApiContext.Unary(EtcdMethods.HashKeyValues, HashKeyValuesAsync),
    ];

    private async Task<StatusResponse> StatusAsync(StatusRequest request, CancellationToken cancel)
    {
        var status = await context.Store.StatusAsync(cancel).ConfigureAwait(false);
        var response = new StatusResponse
        {
            Header = context.Header(status.Revision),
            Version = Version,
            DbSize = status.SizeBytes,
            DbSizeInUse = status.SizeInUseBytes,
            Leader = context.Options.MemberId,
            RaftTerm = ApiContext.Term,
            RaftIndex = (ulong)status.Revision,
            RaftAppliedIndex = (ulong)status.Revision,
        };
        if (status.Fault is { } fault) response.Errors.Add(fault);
        return response;
    }

    // The store raises and clears its only alarm by itself, so there is nothing to be set from outside.
    private async Task<AlarmResponse> AlarmAsync(AlarmRequest request, CancellationToken cancel)
    {
        if (request.Action == AlarmRequest.Types.AlarmAction.Activate) throw new RpcException(RpcStatus.Unimplemented, "etcdserver: alarms are raised by the store itself");
        var status = await context.Store.StatusAsync(cancel).ConfigureAwait(false);
        var response = new AlarmResponse { Header = context.Header(status.Revision) };
        var asked = request.Alarm is AlarmType.None or AlarmType.Corrupt;
        if (status.Fault is not null && asked && request.Action == AlarmRequest.Types.AlarmAction.Get)
            response.Alarms.Add(new AlarmMember { MemberID = context.Options.MemberId, Alarm = AlarmType.Corrupt });
        return response;
    }

    // The store gives space back while it works; there is nothing left to do at once.
    private async Task<DefragmentResponse> DefragmentAsync(DefragmentRequest request, CancellationToken cancel) =>
        new() { Header = await context.HeaderAsync(cancel).ConfigureAwait(false) };

    private async Task<HashResponse> HashAsync(HashRequest request, CancellationToken cancel)
    {
        var header = await context.HeaderAsync(cancel).ConfigureAwait(false);
        return new() { Header = header, Hash = await ChecksumAsync(header.Revision, cancel).ConfigureAwait(false) };
    }

    private async Task<HashKVResponse> HashKeyValuesAsync(HashKVRequest request, CancellationToken cancel)
    {
        var status = await context.Store.StatusAsync(cancel).ConfigureAwait(false);
        var revision = request.Revision == 0 ? status.Revision : request.Revision;
        var hash = await ChecksumAsync(revision, cancel).ConfigureAwait(false);
        return new() { Header = context.Header(status.Revision), Hash = hash, CompactRevision = status.CompactedRevision };
    }

    // Equal content at a revision gives equal numbers, whichever engine holds it; etcd's own numbers are others.
    private async Task<uint> ChecksumAsync(long revision, CancellationToken cancel)
    {
        uint checksum = 0;
        var keys = KeyRange.All;
        while (true)
        {
            var page = await context.Store.RangeAsync(new(keys, revision, HashPageItems), cancel).ConfigureAwait(false);
            foreach (var item in page.Items)
            {
                checksum = Checksum.Add(checksum, item.Key.Span);
                checksum = Checksum.Add(checksum, item.ModRevision);
                checksum = Checksum.Add(checksum, item.Value.Span);
            }

            if (!page.More) return checksum;
            byte[] next = [.. page.Items[^1].Key.Span, 0];
            keys = new(next, null);
        }
    }
}
