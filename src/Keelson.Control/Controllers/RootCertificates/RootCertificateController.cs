using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client;
using Keelson.Client.Informers;
using Keelson.Client.Reconciling;

namespace Keelson.Control.Controllers.RootCertificates;

/// <summary>Gives every namespace the certificate by which its pods recognize the API server.</summary>
internal sealed class RootCertificateController : IController, IReconciler<Namespace>
{
    private const string MapName = "kube-root-ca.crt";
    private const string Entry = "ca.crt";
    private const string DescriptionAnnotation = "kubernetes.io/description";
    private const string Description = "Holds the certificates by which clients inside the cluster verify the API server. Changes are undone.";

    private readonly ControllerContext _context;
    private readonly Informer<Namespace> _namespaces;
    private readonly Informer<ConfigMap> _maps;

    public RootCertificateController(ControllerContext context)
    {
        _context = context;
        _namespaces = context.Informers.For<Namespace>();
        _maps = context.Informers.For<ConfigMap>();
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        using var loop = _context.Loop("root-ca-certificate-publisher-controller", this).Watch(_namespaces).Watch(_maps, Affected);
        await loop.RunAsync(cancel).ConfigureAwait(false);
    }

    public async Task<Outcome> ReconcileAsync(ObjectKey key, CancellationToken cancel)
    {
        if (_context.Options.RootCertificate is not { } certificate || _namespaces.Get(key) is not { Status.Phase: not NamespacePhase.Terminating }) return Outcome.Done;
        var data = ApiMap<string>.From((Entry, certificate));
        var maps = _context.Client.Resource<ConfigMap>();
        var current = _maps.Get(new ObjectKey(key.Name, MapName));
        if (current is not null && current.Data == data && current.BinaryData.IsEmpty) return Outcome.Done;
        try
        {
            var annotations = (current?.Metadata.Annotations ?? default).With(DescriptionAnnotation, Description);
            if (current is not null) await maps.UpdateAsync(current with { Data = data, BinaryData = default, Metadata = current.Metadata with { Annotations = annotations } }, cancel: cancel).ConfigureAwait(false);
            else await maps.CreateAsync(new ConfigMap { Metadata = new ObjectMeta { Name = MapName, Namespace = key.Name, Annotations = annotations }, Data = data }, cancel: cancel).ConfigureAwait(false);
        }
        catch (ApiException late) when (late.IsAlreadyExists || late.IsNamespaceTerminating || late.IsNotFound)
        {
            // It is there, or the namespace is not.
        }

        return Outcome.Done;
    }

    private static IEnumerable<ObjectKey> Affected(ConfigMap map) => map.Metadata.Name == MapName ? [new ObjectKey("", map.Metadata.Namespace)] : [];
}
