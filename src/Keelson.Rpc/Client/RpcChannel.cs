using System.Runtime.CompilerServices;
using Google.Protobuf;

namespace Keelson.Rpc.Client;

/// <summary>Calls methods on one of several equal servers.</summary>
/// <remarks>
/// A call is sent again, to the next server, only when that is safe: when the first one certainly has not
/// acted on it, or when the method says that it may be repeated.
/// </remarks>
public sealed class RpcChannel : IDisposable
{
    private readonly RpcChannelOptions _options;
    private readonly IReadOnlyList<Endpoint> _endpoints;
    private readonly EndpointPicker _picker;
    private readonly CancellationTokenSource _closing = new();

    public RpcChannel(RpcChannelOptions options)
    {
        if (options.Endpoints.Count == 0) throw new ArgumentException("A channel needs at least one endpoint.", nameof(options));
        _options = options;
        _endpoints = [.. options.Endpoints.Select(text => Endpoint.Create(text, options))];
        _picker = new(_endpoints, options);
    }

    /// <summary>One message there, one message back.</summary>
    public async Task<TResponse> CallAsync<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method, TRequest request, RpcCallOptions? options = null, CancellationToken cancel = default)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new()
    {
        var callOptions = options ?? RpcCallOptions.None;
        var started = _options.Time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var call = await OpenAsync(method, Shortened(callOptions, started), cancel).ConfigureAwait(false);
                return await ExchangeAsync(call, request, cancel).ConfigureAwait(false);
            }
            catch (RpcException error) when (MayRepeat(error, method.IsRepeatable, attempt))
            {
                // The picker has noted the failure; the next attempt goes elsewhere, or waits its turn.
            }
        }
    }

    /// <summary>One message there, any number back.</summary>
    public async IAsyncEnumerable<TResponse> StreamAsync<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method, TRequest request, RpcCallOptions? options = null, [EnumeratorCancellation] CancellationToken cancel = default)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new()
    {
        var callOptions = options ?? RpcCallOptions.None;
        var started = _options.Time.GetTimestamp();
        RpcCall<TRequest, TResponse>? call = null;
        TResponse? message = null;
        for (var attempt = 1; call is null; attempt++)
        {
            var candidate = await OpenAsync(method, Shortened(callOptions, started), cancel).ConfigureAwait(false);
            try
            {
                message = await BeginAsync(candidate, request, cancel).ConfigureAwait(false);
                call = candidate;
            }
            catch (RpcException error) when (MayRepeat(error, method.IsRepeatable, attempt))
            {
                // Nothing has reached the reader yet, so another server may begin from the start.
            }
            finally
            {
                if (call is null) await candidate.DisposeAsync().ConfigureAwait(false);
            }
        }

        await using (call)
        {
            for (; message is not null; message = await call.ReadAsync(cancel).ConfigureAwait(false))
                yield return message;
        }
    }

    /// <summary>Begins a call of any shape, on one server, never sent again.</summary>
    public async ValueTask<RpcCall<TRequest, TResponse>> OpenAsync<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method, RpcCallOptions? options = null, CancellationToken cancel = default)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new()
    {
        ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
        var deadline = new CallDeadline(_options.Time, options?.Timeout, cancel, _closing.Token);
        try
        {
            var (endpoint, wait) = _picker.Pick();
            if (wait > TimeSpan.Zero) await Task.Delay(wait, _options.Time, deadline.Token).ConfigureAwait(false);
            var call = new RpcCall<TRequest, TResponse>(method, _options, _picker, endpoint, deadline);
            if (options?.Metadata is { } metadata) call.AddMetadata(metadata);
            call.Start();
            return call;
        }
        catch (Exception error)
        {
            var explained = error is OperationCanceledException ? deadline.Explain(error) : error;
            deadline.Dispose();
            if (ReferenceEquals(explained, error)) throw;
            throw explained;
        }
    }

    /// <summary>Ends every call that is going on.</summary>
    public void Dispose()
    {
        _closing.Cancel();
        foreach (var endpoint in _endpoints) endpoint.Dispose();
    }

    private static async Task<TResponse> ExchangeAsync<TRequest, TResponse>(RpcCall<TRequest, TResponse> call, TRequest request, CancellationToken cancel)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new()
    {
        var response = await BeginAsync(call, request, cancel).ConfigureAwait(false)
            ?? throw new RpcException(RpcStatus.Internal, "The call ended well, but without an answer.");
        if (await call.ReadAsync(cancel).ConfigureAwait(false) is not null) throw new RpcException(RpcStatus.Internal, "There was more than one answer to the call.");
        return response;
    }

    // Sends the only message and reads the first answer.
    private static async Task<TResponse?> BeginAsync<TRequest, TResponse>(RpcCall<TRequest, TResponse> call, TRequest request, CancellationToken cancel)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new()
    {
        try
        {
            await call.WriteAsync(request, cancel).ConfigureAwait(false);
        }
        catch (RpcException error) when (!error.IsUnprocessed && error.Status is RpcStatus.Unavailable or RpcStatus.Cancelled or RpcStatus.Internal)
        {
            // A server may answer before it has read everything; then its answer counts, or the failure of reading it.
        }

        call.Complete();
        return await call.ReadAsync(cancel).ConfigureAwait(false);
    }

    private bool MayRepeat(RpcException error, bool repeatable, int attempt) =>
        attempt < _options.MaxAttempts && (error.IsUnprocessed || (error.Status == RpcStatus.Unavailable && repeatable));

    private RpcCallOptions Shortened(RpcCallOptions options, long started) =>
        options.Timeout is { } timeout ? options with { Timeout = timeout - _options.Time.GetElapsedTime(started) } : options;
}
