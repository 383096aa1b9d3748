using Keelson.Api.Core.V1;
using Keelson.Client;

namespace Keelson.Control.Scheduler.Cache;

/// <summary>A pod as the scheduler sees it, read once and not changed.</summary>
internal sealed class PodInfo
{
    public PodInfo(Pod pod, PodShape shape, PodTerms? terms)
    {
        Pod = pod;
        Key = new ObjectKey(pod.Metadata.Namespace, pod.Metadata.Name);
        Uid = pod.Metadata.Uid;
        Priority = pod.Spec.Priority ?? 0;
        Shape = shape;
        Terms = terms;
        NominatedNode = pod.Status.NominatedNodeName;
    }

    public Pod Pod { get; }

    public ObjectKey Key { get; }

    public string Uid { get; }

    public int Priority { get; }

    public PodShape Shape { get; }

    public PodTerms? Terms { get; }

    /// <summary>The node on which room was made for it; empty for none.</summary>
    public string NominatedNode { get; set; }

    public bool IsTerminating => Pod.Metadata.DeletionTimestamp is not null;

    public override string ToString() => Key.ToString();
}
