using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Client;
using Keelson.Client.Informers;
using Keelson.Client.Reconciling;
using Keelson.Control.Workloads;

namespace Keelson.Control.Controllers.Quotas;

/// <summary>Keeps what quotas say is used as it is; admission adds to it, and only this takes away.</summary>
/// <remarks>It counts when a quota changes, when something that a quota limits has gone, and every five minutes. It asks the server, as
/// a cache may be behind what admission has just let in.</remarks>
internal sealed class QuotaController : IController, IReconciler<ResourceQuota>
{
    private static readonly TimeSpan ResyncPeriod = TimeSpan.FromMinutes(5);

    private readonly ControllerContext _context;
    private readonly Informer<ResourceQuota> _quotas;
    private readonly Informer<Pod> _pods;
    private readonly Informer<Service> _services;
    private readonly Informer<PersistentVolumeClaim> _claims;

    public QuotaController(ControllerContext context)
    {
        _context = context;
        _quotas = context.Informers.For<ResourceQuota>();
        _pods = context.Informers.For<Pod>();
        _services = context.Informers.For<Service>();
        _claims = context.Informers.For<PersistentVolumeClaim>();
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        using var loop = _context.Loop("resourcequota-controller", this).Watch(_quotas);
        using var pods = _pods.AddHandler(new InformerHandler<Pod>
        {
            Updated = (before, after) => { if (!PodFacts.HasEnded(before) && PodFacts.HasEnded(after)) Recount(after.Metadata.Namespace); },
            Deleted = pod => Recount(pod.Metadata.Namespace),
        });
        using var services = _services.AddHandler(new InformerHandler<Service> { Updated = (_, after) => Recount(after.Metadata.Namespace), Deleted = service => Recount(service.Metadata.Namespace) });
        using var claims = _claims.AddHandler(new InformerHandler<PersistentVolumeClaim> { Deleted = claim => Recount(claim.Metadata.Namespace) });
        await loop.RunAsync(cancel).ConfigureAwait(false);

        void Recount(string inNamespace)
        {
            foreach (var quota in _quotas.Snapshot.InNamespace(inNamespace)) loop.Queue.Add(new ObjectKey(inNamespace, quota.Metadata.Name));
        }
    }

    public async Task<Outcome> ReconcileAsync(ObjectKey key, CancellationToken cancel)
    {
        if (_quotas.Get(key) is not { } quota || quota.Metadata.DeletionTimestamp is not null) return Outcome.Done;
        var hard = quota.Spec.Hard;
        var pods = await AllAsync<Pod>(key.Namespace, cancel).ConfigureAwait(false);
        // A quota that is for some pods limits nothing else.
        var isScoped = !quota.Spec.Scopes.IsEmpty || quota.Spec.ScopeSelector is not null;
        var services = isScoped || !hard.Keys.Any(name => name.StartsWith("services", StringComparison.Ordinal)) ? [] : await AllAsync<Service>(key.Namespace, cancel).ConfigureAwait(false);
        var claims = isScoped || !hard.Keys.Any(name => name.Contains("storage", StringComparison.Ordinal) || name.Contains("persistentvolumeclaims", StringComparison.Ordinal)) ? [] : await AllAsync<PersistentVolumeClaim>(key.Namespace, cancel).ConfigureAwait(false);
        var counted = await CountAsync(key.Namespace, hard.Keys.Where(QuotaCount.IsPlainCount).ToList(), cancel).ConfigureAwait(false);
        var status = new ResourceQuotaStatus { Hard = hard, Used = QuotaCount.Used(hard.Keys, pod => PodScopes.Selects(quota, pod), pods, services, claims, counted) };
        if (status != quota.Status) await _context.Client.Resource<ResourceQuota>().UpdateStatusAsync(quota with { Status = status }, cancel: cancel).ConfigureAwait(false);
        return Outcome.After(ResyncPeriod);
    }

    private async Task<List<T>> AllAsync<T>(string inNamespace, CancellationToken cancel)
        where T : class, IResource<T>
    {
        var all = new List<T>();
        await foreach (var value in _context.Client.Resource<T>().In(inNamespace).EnumerateAsync(cancel: cancel).ConfigureAwait(false)) all.Add(value);
        return all;
    }

    private async Task<Dictionary<string, long>> CountAsync(string inNamespace, List<string> names, CancellationToken cancel)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        if (names.Count == 0) return counts;
        var mapper = await _context.Client.Discovery.GetMapperAsync(cancel).ConfigureAwait(false);
        foreach (var name in names)
        {
            const string Prefix = "count/";
            if (mapper.FindByName(name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name) is not { IsNamespaced: true } resource) continue;
            var count = 0L;
            await foreach (var _ in _context.Client.Metadata(resource).In(inNamespace).EnumerateAsync(cancel: cancel).ConfigureAwait(false)) count++;
            counts[name] = count;
        }

        return counts;
    }
}
