using Keelson.Rpc;
using Keelson.Storage.Etcd.Protos;
using Wire = Keelson.Storage.Etcd.Protos;

namespace Keelson.Storage.Etcd;

/// <summary>The methods of the etcd v3 API, for the client and the server alike.</summary>
internal static class EtcdMethods
{
    public static readonly RpcMethod<Wire.RangeRequest, RangeResponse> Range = new("/etcdserverpb.KV/Range") { IsRepeatable = true };
    public static readonly RpcMethod<PutRequest, PutResponse> Put = new("/etcdserverpb.KV/Put");
    public static readonly RpcMethod<DeleteRangeRequest, DeleteRangeResponse> DeleteRange = new("/etcdserverpb.KV/DeleteRange");
    public static readonly RpcMethod<TxnRequest, TxnResponse> Txn = new("/etcdserverpb.KV/Txn");
    public static readonly RpcMethod<CompactionRequest, CompactionResponse> Compact = new("/etcdserverpb.KV/Compact");

    public static readonly RpcMethod<Wire.WatchRequest, WatchResponse> Watch = new("/etcdserverpb.Watch/Watch", RpcShape.Duplex);

    public static readonly RpcMethod<LeaseGrantRequest, LeaseGrantResponse> LeaseGrant = new("/etcdserverpb.Lease/LeaseGrant");
    public static readonly RpcMethod<LeaseRevokeRequest, LeaseRevokeResponse> LeaseRevoke = new("/etcdserverpb.Lease/LeaseRevoke");
    public static readonly RpcMethod<LeaseKeepAliveRequest, LeaseKeepAliveResponse> LeaseKeepAlive = new("/etcdserverpb.Lease/LeaseKeepAlive", RpcShape.Duplex) { IsRepeatable = true };
    public static readonly RpcMethod<LeaseTimeToLiveRequest, LeaseTimeToLiveResponse> LeaseTimeToLive = new("/etcdserverpb.Lease/LeaseTimeToLive") { IsRepeatable = true };
    public static readonly RpcMethod<LeaseLeasesRequest, LeaseLeasesResponse> LeaseLeases = new("/etcdserverpb.Lease/LeaseLeases") { IsRepeatable = true };

    public static readonly RpcMethod<MemberListRequest, MemberListResponse> MemberList = new("/etcdserverpb.Cluster/MemberList") { IsRepeatable = true };

    public static readonly RpcMethod<AlarmRequest, AlarmResponse> Alarm = new("/etcdserverpb.Maintenance/Alarm");
    public static readonly RpcMethod<StatusRequest, StatusResponse> Status = new("/etcdserverpb.Maintenance/Status") { IsRepeatable = true };
    public static readonly RpcMethod<DefragmentRequest, DefragmentResponse> Defragment = new("/etcdserverpb.Maintenance/Defragment");
    public static readonly RpcMethod<HashRequest, HashResponse> Hash = new("/etcdserverpb.Maintenance/Hash") { IsRepeatable = true };
    public static readonly RpcMethod<HashKVRequest, HashKVResponse> HashKeyValues = new("/etcdserverpb.Maintenance/HashKV") { IsRepeatable = true };
    public static readonly RpcMethod<SnapshotRequest, SnapshotResponse> Snapshot = new("/etcdserverpb.Maintenance/Snapshot", RpcShape.ServerStream) { IsRepeatable = true };

    public static readonly RpcMethod<AuthEnableRequest, AuthEnableResponse> AuthEnable = new("/etcdserverpb.Auth/AuthEnable");
    public static readonly RpcMethod<AuthDisableRequest, AuthDisableResponse> AuthDisable = new("/etcdserverpb.Auth/AuthDisable");
    public static readonly RpcMethod<AuthStatusRequest, AuthStatusResponse> AuthStatus = new("/etcdserverpb.Auth/AuthStatus") { IsRepeatable = true };
    public static readonly RpcMethod<AuthenticateRequest, AuthenticateResponse> Authenticate = new("/etcdserverpb.Auth/Authenticate") { IsRepeatable = true };

    public static readonly RpcMethod<LockRequest, LockResponse> Lock = new("/v3lockpb.Lock/Lock");
    public static readonly RpcMethod<UnlockRequest, UnlockResponse> Unlock = new("/v3lockpb.Lock/Unlock");

    public static readonly RpcMethod<CampaignRequest, CampaignResponse> Campaign = new("/v3electionpb.Election/Campaign");
    public static readonly RpcMethod<ProclaimRequest, ProclaimResponse> Proclaim = new("/v3electionpb.Election/Proclaim");
    public static readonly RpcMethod<LeaderRequest, LeaderResponse> Leader = new("/v3electionpb.Election/Leader") { IsRepeatable = true };
    public static readonly RpcMethod<LeaderRequest, LeaderResponse> Observe = new("/v3electionpb.Election/Observe", RpcShape.ServerStream);
    public static readonly RpcMethod<ResignRequest, ResignResponse> Resign = new("/v3electionpb.Election/Resign");

    public static readonly RpcMethod<HealthCheckRequest, HealthCheckResponse> HealthCheck = new("/grpc.health.v1.Health/Check") { IsRepeatable = true };
    public static readonly RpcMethod<HealthCheckRequest, HealthCheckResponse> HealthWatch = new("/grpc.health.v1.Health/Watch", RpcShape.ServerStream);
}
