using System.Net.Http.Headers;

namespace Keelson.Server.Audit;

/// <summary>Sends events to a server of others: each batch an EventList of audit.k8s.io/v1.</summary>
/// <param name="client">Leads to the server; it becomes the backend's.</param>
public sealed class AuditWebhook(HttpMessageInvoker client, Uri address, TimeProvider time) : IAuditBackend
{
    /// <summary>How often a batch is sent before it is given up; default 5.</summary>
    private const int Attempts = 5;

    /// <summary>How long an attempt may take; default 30 seconds, as upstream.</summary>
    private static readonly TimeSpan AttemptLimit = TimeSpan.FromSeconds(30);

    /// <summary>The pause after the first attempt, which then doubles; default 1 second.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _ending = new();

    public string Name => "webhook";

    public async ValueTask WriteAsync(IReadOnlyList<ReadOnlyMemory<byte>> events, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(events);
        var body = ListOf(events);
        var pause = FirstPause;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (await TrySendAsync(body, cancel).ConfigureAwait(false)) return;
            }
            catch (HttpRequestException failure) when (attempt == Attempts)
            {
                throw new IOException($"the audit webhook {address} can't be reached: {failure.Message}", failure);
            }
            catch (HttpRequestException)
            {
                // The next attempt may find it.
            }

            if (attempt == Attempts || _ending.IsCancellationRequested) throw new IOException($"the audit webhook {address} does not take events");
            await Task.Delay(pause, time, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause *= 2;
        }
    }

    /// <summary>No further attempts are waited for: whoever ends the server does not wait for a server that is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        client.Dispose();
        _ending.Dispose();
    }

    private async Task<bool> TrySendAsync(byte[] body, CancellationToken cancel)
    {
        using var late = new CancellationTokenSource(AttemptLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
        using var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        try
        {
            using var response = await client.SendAsync(request, either.Token).ConfigureAwait(false);
            return response.IsSuccessStatusCode;
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            return false;
        }
    }

    private static byte[] ListOf(IReadOnlyList<ReadOnlyMemory<byte>> events)
    {
        using var body = new MemoryStream();
        body.Write("""{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":["""u8);
        for (var i = 0; i < events.Count; i++)
        {
            if (i > 0) body.WriteByte((byte)',');
            body.Write(events[i].Span);
        }

        body.Write("]}"u8);
        return body.ToArray();
    }
}
