using System.Collections.Concurrent;
using Keelson.Api.Authentication.V1;
using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Serving;

/// <summary>Sends requests into the pipeline of a server in the same process.</summary>
internal sealed class InProcessHandler(RequestDelegate pipeline, UserInfo user) : HttpMessageHandler
{
    private readonly ConcurrentDictionary<InProcessExchange, Task> _running = new();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? Stream.Null : await request.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var exchange = new InProcessExchange(request, body, user);
        var running = RunAsync(exchange);
        if (!running.IsCompleted) _running[exchange] = running;
        if (running.IsCompleted) _running.TryRemove(exchange, out _);
        try
        {
            return await exchange.Response.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            exchange.Abort();
            throw;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var exchange in _running.Keys) exchange.Abort();
            Task.WhenAll(_running.Values).GetAwaiter().GetResult();
        }

        base.Dispose(disposing);
    }

    private async Task RunAsync(InProcessExchange exchange)
    {
        // The caller waits for the answer, not for the work that is done before the first wait.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await pipeline(new DefaultHttpContext(exchange.Features)).ConfigureAwait(false);
            await exchange.FinishAsync(null).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            await exchange.FinishAsync(failure).ConfigureAwait(false);
        }
        finally
        {
            _running.TryRemove(exchange, out _);
        }
    }
}
