using System.Net;

namespace Keelson.Rpc.Client;

/// <summary>A request body that is written while the response is read, until <see cref="Complete"/>.</summary>
internal sealed class CallContent : HttpContent
{
    private readonly TaskCompletionSource<Stream> _stream = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Where to write, once the connection stands and the headers are out.</summary>
    public Task<Stream> Stream => _stream.Task;

    public void Complete() => _complete.TrySetResult();

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        // Without this the headers would wait for the first message, and a server that speaks first would never be reached.
        try
        {
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // Who waits for the stream must not wait for ever.
            _stream.TrySetException(error);
            _ = _stream.Task.Exception;
            throw;
        }

        if (!_stream.TrySetResult(stream))
        {
            // The handler begins again by itself when a server refused the stream; but what was written is gone.
            throw new RpcException(RpcStatus.Unavailable, "The server refused the call.") { IsUnprocessed = true };
        }

        await _complete.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = -1;
        return false;
    }
}
