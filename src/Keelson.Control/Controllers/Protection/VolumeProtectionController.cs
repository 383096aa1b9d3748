using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Client;
using Keelson.Client.Informers;
using Keelson.Client.Reconciling;

namespace Keelson.Control.Controllers.Protection;

/// <summary>Keeps a volume that is deleted until no claim holds it any more.</summary>
internal sealed class VolumeProtectionController : IController, IReconciler<PersistentVolume>
{
    public const string Finalizer = "kubernetes.io/pv-protection";

    private readonly ControllerContext _context;
    private readonly Informer<PersistentVolume> _volumes;

    public VolumeProtectionController(ControllerContext context)
    {
        _context = context;
        _volumes = context.Informers.For<PersistentVolume>();
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        using var loop = _context.Loop("persistentvolume-protection-controller", this).Watch(_volumes);
        await loop.RunAsync(cancel).ConfigureAwait(false);
    }

    public async Task<Outcome> ReconcileAsync(ObjectKey key, CancellationToken cancel)
    {
        if (_volumes.Get(key) is not { } volume) return Outcome.Done;
        var isProtected = volume.Metadata.Finalizers.Contains(Finalizer);
        if (volume.Metadata.DeletionTimestamp is null && !isProtected) await WriteAsync(volume, volume.Metadata.Finalizers.Add(Finalizer), cancel).ConfigureAwait(false);
        else if (volume.Metadata.DeletionTimestamp is not null && isProtected && volume.Status.Phase != PersistentVolumePhase.Bound) await WriteAsync(volume, volume.Metadata.Finalizers.RemoveAll(finalizer => finalizer == Finalizer), cancel).ConfigureAwait(false);
        return Outcome.Done;
    }

    private async Task WriteAsync(PersistentVolume volume, ApiList<string> finalizers, CancellationToken cancel)
    {
        try
        {
            await _context.Client.Resource<PersistentVolume>().UpdateAsync(volume with { Metadata = volume.Metadata with { Finalizers = finalizers } }, cancel: cancel).ConfigureAwait(false);
        }
        catch (ApiException gone) when (gone.IsNotFound)
        {
            // Then there is nothing to protect.
        }
    }
}
