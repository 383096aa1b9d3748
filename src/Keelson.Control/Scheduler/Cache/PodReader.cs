using Keelson.Api.Core.V1;

namespace Keelson.Control.Scheduler.Cache;

/// <summary>Reads pods, and gives those of one template the same shape.</summary>
internal sealed class PodReader
{
    /// <summary>The most shapes that are remembered; past it all are forgotten, which costs time and nothing else.</summary>
    public const int ShapeLimit = 128;

    private readonly Dictionary<PodShape.Key, PodShape> _shapes = [];

    public PodInfo Read(Pod pod)
    {
        var key = PodShape.KeyOf(pod.Spec);
        if (!_shapes.TryGetValue(key, out var shape))
        {
            if (_shapes.Count >= ShapeLimit)
            {
                foreach (var old in _shapes.Values) old.Findings = null;
                _shapes.Clear();
            }

            shape = PodShape.Of(pod.Spec);
            _shapes[key] = shape;
        }

        return new PodInfo(pod, shape, PodTerms.Of(pod));
    }
}
