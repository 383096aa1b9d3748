using Keelson.Api.Core.V1;
using Keelson.Client.Informers;

namespace Keelson.Node.Kubelet.Serving;

/// <summary>The pods of the node, as the API server last told of them.</summary>
internal interface IPodDirectory
{
    IEnumerable<Pod> All { get; }

    Pod? Find(string inNamespace, string name);
}

/// <summary>The pods of one node among those that an informer knows.</summary>
internal sealed class InformedPods(Informer<Pod> informer, string node) : IPodDirectory
{
    public IEnumerable<Pod> All => informer.Snapshot.All.Where(pod => pod.Spec.NodeName == node);

    public Pod? Find(string inNamespace, string name) => informer.Snapshot.Get(inNamespace, name) is { } pod && pod.Spec.NodeName == node ? pod : null;
}
