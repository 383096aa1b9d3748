using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Client;
using Keelson.Client.Informers;
using Keelson.Client.Reconciling;

namespace Keelson.Control.Controllers.Protection;

/// <summary>Keeps a claim that is deleted until no pod uses it any more.</summary>
internal sealed class ClaimProtectionController : IController, IReconciler<PersistentVolumeClaim>
{
    public const string Finalizer = "kubernetes.io/pvc-protection";

    private readonly ControllerContext _context;
    private readonly Informer<PersistentVolumeClaim> _claims;
    private readonly Informer<Pod> _pods;

    public ClaimProtectionController(ControllerContext context)
    {
        _context = context;
        _claims = context.Informers.For<PersistentVolumeClaim>();
        _pods = context.Informers.For<Pod>();
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        using var loop = _context.Loop("persistentvolumeclaim-protection-controller", this).Watch(_claims).Watch(_pods, pod => Names(pod).Select(name => new ObjectKey(pod.Metadata.Namespace, name)));
        await loop.RunAsync(cancel).ConfigureAwait(false);
    }

    public async Task<Outcome> ReconcileAsync(ObjectKey key, CancellationToken cancel)
    {
        if (_claims.Get(key) is not { } claim) return Outcome.Done;
        var isProtected = claim.Metadata.Finalizers.Contains(Finalizer);
        if (claim.Metadata.DeletionTimestamp is null && !isProtected) await WriteAsync(claim, claim.Metadata.Finalizers.Add(Finalizer), cancel).ConfigureAwait(false);
        else if (claim.Metadata.DeletionTimestamp is not null && isProtected && !await IsUsedAsync(key, cancel).ConfigureAwait(false)) await WriteAsync(claim, claim.Metadata.Finalizers.RemoveAll(finalizer => finalizer == Finalizer), cancel).ConfigureAwait(false);
        return Outcome.Done;
    }

    // The cache may be behind a pod that has just been bound, so the server has the last word.
    private async Task<bool> IsUsedAsync(ObjectKey key, CancellationToken cancel)
    {
        if (_pods.Snapshot.InNamespace(key.Namespace).Any(pod => Uses(pod, key.Name))) return true;
        await foreach (var pod in _context.Client.Resource<Pod>().In(key.Namespace).EnumerateAsync(cancel: cancel).ConfigureAwait(false))
        {
            if (Uses(pod, key.Name)) return true;
        }

        return false;
    }

    private async Task WriteAsync(PersistentVolumeClaim claim, ApiList<string> finalizers, CancellationToken cancel)
    {
        try
        {
            await _context.Client.Resource<PersistentVolumeClaim>().UpdateAsync(claim with { Metadata = claim.Metadata with { Finalizers = finalizers } }, cancel: cancel).ConfigureAwait(false);
        }
        catch (ApiException gone) when (gone.IsNotFound)
        {
            // Then there is nothing to protect.
        }
    }

    // A pod without a node has nothing mounted, and will not start with a claim that goes.
    private static bool Uses(Pod pod, string claim) => pod.Spec.NodeName.Length > 0 && Names(pod).Contains(claim);

    private static IEnumerable<string> Names(Pod pod)
    {
        foreach (var volume in pod.Spec.Volumes)
        {
            if (volume.VolumeSource.PersistentVolumeClaim is { } claim) yield return claim.ClaimName;
            else if (volume.VolumeSource.Ephemeral is not null) yield return $"{pod.Metadata.Name}-{volume.Name}";
        }
    }
}
