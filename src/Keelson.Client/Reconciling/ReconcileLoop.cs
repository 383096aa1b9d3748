using Keelson.Client.Informers;
using Keelson.Client.Queues;

namespace Keelson.Client.Reconciling;

/// <summary>The shell around a reconciler: takes what changed, in a queue of keys, and lets workers reconcile.</summary>
public sealed class ReconcileLoop<T> : IDisposable
    where T : class
{
    private readonly IReconciler<T> _reconciler;
    private readonly ReconcileLoopOptions _options;
    private readonly List<IInformer> _needed = [];
    private readonly List<IDisposable> _registrations = [];

    public ReconcileLoop(IReconciler<T> reconciler, ReconcileLoopOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(reconciler);
        _reconciler = reconciler;
        _options = options ?? new ReconcileLoopOptions();
        Queue = new WorkQueue<ObjectKey>(_options.Queue);
    }

    /// <summary>What waits to be reconciled.</summary>
    public WorkQueue<ObjectKey> Queue { get; }

    /// <summary>Reconciles the informer's objects whenever they change.</summary>
    public ReconcileLoop<T> Watch(Informer<T> informer, TimeSpan? resyncPeriod = null)
    {
        ArgumentNullException.ThrowIfNull(informer);
        _needed.Add(informer);
        _registrations.Add(informer.AddHandler(Queue.Add, resyncPeriod));
        return this;
    }

    /// <summary>Reconciles, whenever an object of another kind changes, those that a function names; for an update of both its states.</summary>
    public ReconcileLoop<T> Watch<TOther>(Informer<TOther> informer, Func<TOther, IEnumerable<ObjectKey>> affected)
        where TOther : class
    {
        ArgumentNullException.ThrowIfNull(informer);
        ArgumentNullException.ThrowIfNull(affected);
        _needed.Add(informer);
        _registrations.Add(informer.AddHandler(new InformerHandler<TOther>
        {
            Added = AddAll,
            Updated = (before, after) =>
            {
                AddAll(before);
                AddAll(after);
            },
            Deleted = AddAll,
        }));
        return this;

        void AddAll(TOther value)
        {
            foreach (var key in affected(value)) Queue.Add(key);
        }
    }

    /// <summary>Waits until the caches are filled, then reconciles until it is cancelled. Returns when all workers have ended.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            foreach (var informer in _needed) await informer.WaitForSyncAsync(cancel).ConfigureAwait(false);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            var workers = new Task[_options.Workers];
            for (var i = 0; i < workers.Length; i++) workers[i] = WorkAsync(stop.Token);
            // One that fails for a reason of its own takes the others with it, so that it is seen.
            if ((await Task.WhenAny(workers).ConfigureAwait(false)).IsFaulted) await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(workers).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // That is how it ends.
        }
    }

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        Queue.Dispose();
    }

    private async Task WorkAsync(CancellationToken cancel)
    {
        while (await Queue.TakeAsync(cancel).ConfigureAwait(false) is (true, var key))
        {
            try
            {
                var outcome = await _reconciler.ReconcileAsync(key, cancel).ConfigureAwait(false);
                Queue.Forget(key);
                if (outcome.Delay is { } delay) Queue.AddAfter(key, delay);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                throw;
            }
            catch (Exception failure)
            {
                // Whatever it is, the object must not be lost; whoever watches the errors sees it again and again.
                Queue.AddRateLimited(key);
                _options.OnError?.Invoke(key, Queue.Failures(key), failure);
            }
            finally
            {
                Queue.Done(key);
            }
        }
    }
}
