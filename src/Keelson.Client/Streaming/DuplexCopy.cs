namespace Keelson.Client.Streaming;

/// <summary>Carries bytes both ways between two streams: what proxying an upgraded connection is, and a tunnel's end.</summary>
public static class DuplexCopy
{
    private const int BufferBytes = 32 << 10;

    /// <summary>
    /// Returns when both directions have ended, one has broken, or nothing has moved for the limits' IdleTimeout. An end
    /// passes through where the stream can say so; else the first end is the end of both. The streams stay the caller's.
    /// </summary>
    /// <param name="endsWithSecond">Whether all is over when the second stream has ended, however long the first one would go on.</param>
    public static async Task RunAsync(Stream first, Stream second, StreamLimits? limits = null, CancellationToken cancel = default, bool endsWithSecond = false)
    {
        limits ??= StreamLimits.Default;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var state = new State(over, limits);
        await using (state.ConfigureAwait(false))
        {
            await Task.WhenAll(CopyAsync(first, second, state, endsAll: false), CopyAsync(second, first, state, endsWithSecond)).ConfigureAwait(false);
        }

        cancel.ThrowIfCancellationRequested();
    }

    private static async Task CopyAsync(Stream from, Stream to, State state, bool endsAll)
    {
        var buffer = new byte[BufferBytes];
        var passedOn = false;
        try
        {
            int count;
            while ((count = await from.ReadAsync(buffer, state.Over.Token).ConfigureAwait(false)) > 0)
            {
                state.Touch();
                await to.WriteAsync(buffer.AsMemory(0, count), state.Over.Token).ConfigureAwait(false);
                await to.FlushAsync(state.Over.Token).ConfigureAwait(false);
            }

            passedOn = await HalfClose.TryAsync(to, state.Over.Token).ConfigureAwait(false);
        }
        catch (Exception broken) when (broken is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // One side is gone, which ends the other as well.
        }

        if (!passedOn || endsAll) await state.Over.CancelAsync().ConfigureAwait(false);
    }

    private sealed class State : IAsyncDisposable
    {
        private readonly ITimer _idle;
        private readonly TimeSpan _limit;

        public State(CancellationTokenSource over, StreamLimits limits)
        {
            Over = over;
            _limit = limits.IdleTimeout;
            _idle = limits.Time.CreateTimer(static source => ((CancellationTokenSource)source!).CancelAsync(), over, _limit, Timeout.InfiniteTimeSpan);
        }

        public CancellationTokenSource Over { get; }

        public void Touch() => _idle.Change(_limit, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync() => _idle.DisposeAsync();
    }
}
