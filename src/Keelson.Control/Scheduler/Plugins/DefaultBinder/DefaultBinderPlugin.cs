using Keelson.Control.Scheduler.Cache;
using Keelson.Control.Scheduler.Framework;

namespace Keelson.Control.Scheduler.Plugins.DefaultBinder;

/// <summary>Tells the API server on which node a pod is. The outside world is passed in.</summary>
internal sealed class DefaultBinderPlugin(Func<PodInfo, string, CancellationToken, Task> bind) : IBind
{
    public string Name => "DefaultBinder";

    public async Task<bool> BindAsync(PodInfo pod, string node, CancellationToken cancel)
    {
        await bind(pod, node, cancel).ConfigureAwait(false);
        return true;
    }
}
