using Keelson.Api;
using Keelson.Api.Coordination.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Api.Values;
using Keelson.Client;
using Keelson.Client.Queues;
using Keelson.Client.Recording;
using Keelson.Client.Resources;
using Keelson.Node.Runtime;

namespace Keelson.Node.Kubelet.Registration;

/// <summary>Keeps the node object and the lease by which the cluster knows that the node lives.</summary>
internal sealed class NodeRegistration(ApiClient client, KubeletOptions options, EventRecorder recorder)
{
    private const string LeaseNamespace = "kube-node-lease";
    private const int LeaseFactor = 4;

    private static readonly Backoff Retry = new(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(7));

    /// <summary>How often a node looks at itself that is not ready yet, and for how long after its start.</summary>
    private static readonly TimeSpan StartPeriod = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(2);

    private readonly ResourceClient<ApiNode> _nodes = client.Resource<ApiNode>();
    private readonly ResourceClient<Lease> _leases = client.Resource<Lease>().In(LeaseNamespace);
    private RuntimeVersion _version = new("", "", "");
    private volatile ApiNode? _node;
    private Lease? _lease;
    private DateTimeOffset _reportedAt;
    private string _podSubnet = "";

    /// <summary>The node as it was last seen.</summary>
    public ApiNode? Node => _node;

    /// <summary>Looks at the node again.</summary>
    public async Task RefreshAsync(CancellationToken cancel) => _node = await _nodes.GetAsync(options.NodeName, cancel).ConfigureAwait(false);

    /// <summary>Tells people of something wrong with the node.</summary>
    public void Warn(string reason, string message) => recorder.Record(Reference(), EventRecorder.Warning, reason, message);

    /// <summary>Creates the node, or takes on the one that is there; tries until it works.</summary>
    public async Task RegisterAsync(CancellationToken cancel)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await TryRegisterAsync(cancel).ConfigureAwait(false);
                return;
            }
            catch (Exception failure) when (IsPassing(failure))
            {
                options.OnError?.Invoke(failure);
                await Task.Delay(Retry.After(attempt), options.Time, cancel).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Renews the lease and reports the status, until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        var started = options.Time.GetUtcNow();
        while (true)
        {
            await AttemptAsync(RenewAsync, cancel).ConfigureAwait(false);
            await AttemptAsync(ReportAsync, cancel).ConfigureAwait(false);
            var next = options.Time.GetUtcNow() + options.HeartbeatPeriod;
            // A node that has just been started waits for its network, and should not wait longer than that.
            while (!IsReady(_node?.Status) && options.Time.GetUtcNow() - started < StartPatience && options.Time.GetUtcNow() < next)
            {
                await Task.Delay(StartPeriod, options.Time, cancel).ConfigureAwait(false);
                await AttemptAsync(ReportAsync, cancel).ConfigureAwait(false);
            }

            var rest = next - options.Time.GetUtcNow();
            if (rest > TimeSpan.Zero) await Task.Delay(rest, options.Time, cancel).ConfigureAwait(false);
        }
    }

    private static bool IsReady(NodeStatus? status) => status is not null && status.Conditions.Any(condition => condition is { Type: "Ready", Status: "True" });

    private async Task TryRegisterAsync(CancellationToken cancel)
    {
        _version = await options.Runtime.GetVersionAsync(cancel).ConfigureAwait(false);
        var wanted = NodeObject.Make(options, await StatusAsync(NodeStatus.Empty, cancel).ConfigureAwait(false));
        try
        {
            _node = await _nodes.CreateAsync(wanted, cancel: cancel).ConfigureAwait(false);
            recorder.Record(Reference(), EventRecorder.Normal, "Starting", "Starting kubelet.");
        }
        catch (ApiException there) when (there.IsAlreadyExists)
        {
            var labels = MapValue.From(wanted.Metadata.Labels.Select(label => KeyValuePair.Create(label.Key, (Value)label.Value)));
            _node = await _nodes.PatchAsync(options.NodeName, PatchBody.Merge(MapValue.Of(("metadata", MapValue.Of(("labels", labels))))), cancel: cancel).ConfigureAwait(false);
        }

        _reportedAt = default;
        await UseSubnetAsync(cancel).ConfigureAwait(false);
    }

    private async Task ReportAsync(CancellationToken cancel)
    {
        var before = _node!.Status;
        var status = await StatusAsync(before, cancel).ConfigureAwait(false);
        var now = options.Time.GetUtcNow();
        if (now - _reportedAt < options.StatusPeriod && !NodeObject.Differ(before, status)) return;
        var text = (MapValue)ValueReader.Read(ApiJson.Encode(new ApiNode { Metadata = new ObjectMeta { Name = options.NodeName }, Status = status }));
        var owned = text["status"] is MapValue all ? MapValue.From(all.Where(entry => entry.Key is "capacity" or "allocatable" or "conditions" or "daemonEndpoints" or "nodeInfo" or "addresses")) : MapValue.Empty;
        // Lists that merge would keep the addresses of before.
        if (owned["addresses"] is ListValue addresses) owned = owned.With("addresses", ListValue.From(new Value[] { MapValue.Of(("$patch", "replace")) }.Concat(addresses)));
        try
        {
            _node = await _nodes.PatchAsync(options.NodeName, PatchBody.Strategic(MapValue.Of(("status", owned))), subresource: "status", cancel: cancel).ConfigureAwait(false);
        }
        catch (ApiException gone) when (gone.IsNotFound)
        {
            await TryRegisterAsync(cancel).ConfigureAwait(false);
            return;
        }

        var (wasReady, isReady) = (IsReady(before), IsReady(status));
        if (_reportedAt == default && isReady || isReady && !wasReady) recorder.Record(Reference(), EventRecorder.Normal, "NodeReady", $"Node {options.NodeName} status is now: NodeReady");
        else if (wasReady && !isReady) recorder.Record(Reference(), EventRecorder.Normal, "NodeNotReady", $"Node {options.NodeName} status is now: NodeNotReady");
        _reportedAt = now;
        await UseSubnetAsync(cancel).ConfigureAwait(false);
    }

    private async Task RenewAsync(CancellationToken cancel)
    {
        var renewed = MicroTime.FromDateTimeOffset(options.Time.GetUtcNow());
        var lease = _lease ?? await _leases.FindAsync(options.NodeName, cancel).ConfigureAwait(false);
        var spec = new LeaseSpec { HolderIdentity = options.NodeName, LeaseDurationSeconds = (int)(options.HeartbeatPeriod * LeaseFactor).TotalSeconds, RenewTime = renewed };
        try
        {
            _lease = lease is null
                ? await _leases.CreateAsync(new Lease { Metadata = new ObjectMeta { Name = options.NodeName, Namespace = LeaseNamespace, OwnerReferences = [Owner()] }, Spec = spec }, cancel: cancel).ConfigureAwait(false)
                : await _leases.UpdateAsync(lease with { Metadata = lease.Metadata with { OwnerReferences = [Owner()] }, Spec = spec }, cancel: cancel).ConfigureAwait(false);
        }
        catch (ApiException other) when (other.IsConflict || other.IsNotFound)
        {
            // Read again next time; if the namespace is missing, somebody else makes it.
            _lease = null;
            options.OnError?.Invoke(other);
        }
    }

    private async Task<NodeStatus> StatusAsync(NodeStatus before, CancellationToken cancel)
    {
        RuntimeHealth health;
        try
        {
            health = await options.Runtime.GetHealthAsync(cancel).ConfigureAwait(false);
        }
        catch (RuntimeException failure)
        {
            health = new RuntimeHealth { Conditions = [new RuntimeCondition("RuntimeReady", false, "Unreachable", failure.Message)] };
        }

        return NodeObject.Status(options, before, _version, health, options.Time.GetUtcNow());
    }

    private async Task UseSubnetAsync(CancellationToken cancel)
    {
        var subnets = _node!.Spec.PodCIDRs.Count > 0 ? string.Join(',', _node.Spec.PodCIDRs) : _node.Spec.PodCIDR.Length > 0 ? _node.Spec.PodCIDR : options.PodSubnet;
        if (subnets.Length == 0 || subnets == _podSubnet) return;
        await options.Runtime.SetPodSubnetAsync(subnets, cancel).ConfigureAwait(false);
        _podSubnet = subnets;
    }

    private async Task AttemptAsync(Func<CancellationToken, Task> work, CancellationToken cancel)
    {
        try
        {
            await work(cancel).ConfigureAwait(false);
        }
        catch (Exception failure) when (IsPassing(failure))
        {
            options.OnError?.Invoke(failure);
        }
    }

    private static bool IsPassing(Exception failure) => failure is ApiException or HttpRequestException or IOException or TimeoutException or RuntimeException;

    private OwnerReference Owner() => new() { ApiVersion = "v1", Kind = "Node", Name = options.NodeName, Uid = _node!.Metadata.Uid };

    // Events of nodes name them by their name as uid, which is where tools look for them.
    private ObjectReference Reference() => new() { Kind = "Node", Name = options.NodeName, Uid = options.NodeName };
}
