namespace Keelson.Client.Informers;

public sealed partial class Informer<T>
{
    /// <summary>A handler with what belongs to it. Everything is called under the informer's gate.</summary>
    private sealed class Registration(Informer<T> informer, IInformerHandler<T> handler) : IDisposable
    {
        private ITimer? _resync;
        private bool _isDisposed;

        // One handler's mistake must not stop the cache that the others share: it is reported, and that is all.
        public void Add(T value, bool isInitial)
        {
            try
            {
                if (!_isDisposed) handler.OnAdd(value, isInitial);
            }
            catch (Exception failure)
            {
                informer.Report(failure);
            }
        }

        public void Update(T before, T after)
        {
            try
            {
                if (!_isDisposed) handler.OnUpdate(before, after);
            }
            catch (Exception failure)
            {
                informer.Report(failure);
            }
        }

        public void Delete(T last, bool isLastStateUnknown)
        {
            try
            {
                if (!_isDisposed) handler.OnDelete(last, isLastStateUnknown);
            }
            catch (Exception failure)
            {
                informer.Report(failure);
            }
        }

        public void ResyncEvery(TimeSpan period, TimeProvider time)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(period, TimeSpan.Zero);
            _resync = time.CreateTimer(static state => ((Registration)state!).Resync(), this, period, period);
        }

        public void Dispose()
        {
            lock (informer._gate)
            {
                _isDisposed = true;
                informer._handlers = Array.FindAll(informer._handlers, other => other != this);
            }

            _resync?.Dispose();
        }

        private void Resync()
        {
            lock (informer._gate)
            {
                if (_isDisposed || !informer.HasSynced || informer._running.IsCancellationRequested) return;
                foreach (var value in informer._cache.Snapshot.All) Update(value, value);
            }
        }
    }
}
