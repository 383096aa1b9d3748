using System.Collections.Concurrent;
using System.Diagnostics;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client;
using Keelson.Client.Resources;

namespace Keelson.Bench.Clusters;

/// <summary>Makes pods and says when a client hears that they run.</summary>
internal sealed class PodTimes : IAsyncDisposable
{
    private const int Writers = 16;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly ResourceClient<Pod> _pods;
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _running = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _gone = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;
    private int _count;

    public PodTimes(ApiClient client)
    {
        _pods = client.Resource<Pod>().In("default");
        _watching = WatchAsync();
    }

    /// <summary>Makes pods at once and waits until all run; how long that took in milliseconds, and their names.</summary>
    public async Task<(double Milliseconds, IReadOnlyList<string> Names)> StartAsync(int count, CancellationToken cancel)
    {
        var names = Enumerable.Range(0, count).Select(_ => $"bench-{_count++}").ToList();
        var began = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(names, new ParallelOptions { MaxDegreeOfParallelism = Writers, CancellationToken = cancel }, async (name, token) => await CreateAsync(name, token));
        foreach (var name in names) await Signal(_running, name).Task.WaitAsync(Patience, cancel);
        return (Stopwatch.GetElapsedTime(began).TotalMilliseconds, names);
    }

    public async Task DeleteAsync(IEnumerable<string> names, CancellationToken cancel)
    {
        var all = names.ToList();
        await Parallel.ForEachAsync(all, new ParallelOptions { MaxDegreeOfParallelism = Writers, CancellationToken = cancel }, async (name, token) => await _pods.DeleteAsync(name, cancel: token));
        foreach (var name in all) await Signal(_gone, name).Task.WaitAsync(Patience, cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    private async Task CreateAsync(string name, CancellationToken cancel)
    {
        var pod = new Pod
        {
            Metadata = new ObjectMeta { Name = name },
            Spec = new PodSpec { TerminationGracePeriodSeconds = 1, Containers = [new Api.Core.V1.Container { Name = "main", Image = BenchCluster.Image, ImagePullPolicy = "IfNotPresent" }] },
        };
        while (true)
        {
            try
            {
                await _pods.CreateAsync(pod, cancel: cancel);
                return;
            }
            catch (ApiException early) when (early.IsForbidden)
            {
                // The namespace's service account is made a moment after the start.
                await Task.Delay(TimeSpan.FromMilliseconds(5), cancel);
            }
        }
    }

    private async Task WatchAsync()
    {
        try
        {
            while (true)
            {
                await foreach (var change in _pods.WatchAsync(cancel: _stop.Token))
                {
                    if (change.Object is not { Metadata.Name: { } name } pod) continue;
                    if (change.Type == WatchEventType.Deleted) Signal(_gone, name).TrySetResult();
                    else if (pod.Status.Phase == PodPhase.Running) Signal(_running, name).TrySetResult();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // That is how it ends.
        }
    }

    private static TaskCompletionSource Signal(ConcurrentDictionary<string, TaskCompletionSource> signals, string name) =>
        signals.GetOrAdd(name, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
