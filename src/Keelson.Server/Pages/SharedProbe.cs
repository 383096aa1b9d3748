namespace Keelson.Server.Pages;

/// <summary>Tries something that may hang, once at a time however many ask: who comes while a try goes on is told what comes of it.</summary>
/// <param name="patience">How long a try may take; it is unwell from then on until it ends.</param>
internal sealed class SharedProbe(Func<CancellationToken, Task> attempt, TimeSpan patience, TimeProvider time)
{
    private readonly Lock _gate = new();
    private Task<string?> _running = Task.FromResult<string?>(null);

    public async ValueTask<string?> CheckAsync(CancellationToken cancel)
    {
        Task<string?> running;
        lock (_gate)
        {
            // One that hangs is not joined by others: there is one at most.
            if (_running.IsCompleted) _running = TryAsync();
            running = _running;
        }

        try
        {
            return await running.WaitAsync(patience, time, cancel).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return "it takes too long";
        }
    }

    // Told to stop when its time is up; whether it does is its own matter.
    private async Task<string?> TryAsync()
    {
        using var late = new CancellationTokenSource(patience, time);
        try
        {
            await Task.Yield();
            await attempt(late.Token).ConfigureAwait(false);
            return null;
        }
        catch (Exception failure) when (failure is Storage.StoreException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            return failure.Message;
        }
    }
}
