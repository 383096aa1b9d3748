using Keelson.Control.Scheduler.Cache;
using Keelson.Control.Scheduler.Framework;

namespace Keelson.Control.Scheduler.Plugins.ImageLocality;

/// <summary>Likes nodes that have the pod's images already, the larger the more; less so images that few nodes have, lest all pods meet there.</summary>
internal sealed class ImageLocalityPlugin : IPreScore, IScore
{
    private const long Megabyte = 1024 * 1024;

    /// <summary>Less than this is not worth a thought.</summary>
    private const long Least = 23 * Megabyte;

    /// <summary>More than this of a container counts no further.</summary>
    private const long MostOfContainer = 1000 * Megabyte;
    private const int Most = 100;

    private int _nodes;

    public string Name => "ImageLocality";

    public bool PreScore(Cycle cycle, ReadOnlySpan<NodeState> nodes)
    {
        _nodes = cycle.Cluster.Nodes.Length;
        if (!cycle.Cluster.HasImages) return false;
        foreach (var image in cycle.Pod.Shape.Images)
        {
            if (cycle.Cluster.NodesWithImage(image) > 0) return true;
        }

        return false;
    }

    public long Score(Cycle cycle, NodeState node)
    {
        var sum = 0L;
        foreach (var image in cycle.Pod.Shape.Images)
        {
            if (node.Images.TryGetValue(image, out var size)) sum += (long)(size * ((double)cycle.Cluster.NodesWithImage(image) / _nodes));
        }

        var most = MostOfContainer * cycle.Pod.Shape.ContainerCount;
        return Most * (Math.Clamp(sum, Least, most) - Least) / (most - Least);
    }
}
