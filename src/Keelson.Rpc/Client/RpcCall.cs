using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using Keelson.Rpc.Wire;

namespace Keelson.Rpc.Client;

/// <summary>A call that is going on: write, say that all is written, read until the end.</summary>
/// <remarks>One writer and one reader at a time; they may be two. Disposing before the end cancels the call, and so does
/// cancelling a read or a write.</remarks>
public sealed class RpcCall<TRequest, TResponse> : IAsyncDisposable
    where TRequest : class, Google.Protobuf.IMessage<TRequest>, new()
    where TResponse : class, Google.Protobuf.IMessage<TResponse>, new()
{
    private readonly RpcMethod<TRequest, TResponse> _method;
    private readonly RpcChannelOptions _options;
    private readonly EndpointPicker _picker;
    private readonly Endpoint _endpoint;
    private readonly CallDeadline _deadline;
    private readonly CallContent _content = new();
    private readonly ArrayBufferWriter<byte> _output = new();
    private Task<HttpResponseMessage> _sending = null!;
    private HttpResponseMessage? _response;
    private PipeReader? _pipe;
    private MessageReader? _messages;
    private bool _failureNoted;

    internal RpcCall(RpcMethod<TRequest, TResponse> method, RpcChannelOptions options, EndpointPicker picker, Endpoint endpoint, CallDeadline deadline)
    {
        _method = method;
        _options = options;
        _picker = picker;
        _endpoint = endpoint;
        _deadline = deadline;
    }

    /// <summary>What the server sent before its first message; known once something was read.</summary>
    public RpcMetadata Headers { get; } = new();

    /// <summary>What the server sent with the status; known at the end.</summary>
    public RpcMetadata Trailers { get; } = new();

    /// <summary>Sends one message.</summary>
    public async ValueTask WriteAsync(TRequest message, CancellationToken cancel = default)
    {
        _output.ResetWrittenCount();
        MessageWriter.Write(_output, message, _options.MaxSendBytes, _options.SendGzip);
        try
        {
            using var linked = Link(cancel);
            var token = linked?.Token ?? _deadline.Token;
            var stream = await StreamAsync().WaitAsync(token).ConfigureAwait(false);
            await stream.WriteAsync(_output.WrittenMemory, token).ConfigureAwait(false);
            await stream.FlushAsync(token).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            throw Explain(error, reading: false, cancel);
        }
    }

    /// <summary>Says that no further message follows.</summary>
    public void Complete() => _content.Complete();

    /// <summary>The next message, or null when the server ended the call well; a bad end is thrown.</summary>
    public async ValueTask<TResponse?> ReadAsync(CancellationToken cancel = default)
    {
        try
        {
            using var linked = Link(cancel);
            var token = linked?.Token ?? _deadline.Token;
            _messages ??= await OpenAsync(token).ConfigureAwait(false);
            if (_messages is null) return null;
            var message = await _messages.ReadAsync(_method.ResponseParser, token).ConfigureAwait(false);
            if (message is null) End(_response!.TrailingHeaders);
            return message;
        }
        catch (Exception error)
        {
            throw Explain(error, reading: true, cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _deadline.Abandon();
        if (_pipe is not null) await _pipe.CompleteAsync().ConfigureAwait(false);
        try
        {
            (await _sending.ConfigureAwait(false)).Dispose();
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or IOException)
        {
            // The call has failed or was given up; whoever read or wrote has been told.
        }

        _content.Dispose();
        _deadline.Dispose();
    }

    internal void Start()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_endpoint.Address, _method.Path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = _content,
        };
        _content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TryAddWithoutValidation("te", "trailers");
        request.Headers.TryAddWithoutValidation("user-agent", "grpc-dotnet-keelson/1");
        request.Headers.TryAddWithoutValidation("grpc-accept-encoding", Gzip.Accepted);
        if (_options.SendGzip) request.Headers.TryAddWithoutValidation("grpc-encoding", Gzip.Name);
        if (_deadline.Remaining is { } remaining) request.Headers.TryAddWithoutValidation("grpc-timeout", TimeoutText.Format(remaining));
        _sending = _endpoint.Http.SendAsync(request, _deadline.Token);
    }

    internal void AddMetadata(RpcMetadata metadata)
    {
        foreach (var (name, value) in metadata) _content.Headers.TryAddWithoutValidation(name, value);
    }

    private async Task<Stream> StreamAsync()
    {
        // The connection may never come about, or the server may answer before anything is written.
        if (_content.Stream.IsCompleted) return await _content.Stream.ConfigureAwait(false);
        await Task.WhenAny(_content.Stream, _sending).ConfigureAwait(false);
        if (_sending.IsFaulted || _sending.IsCanceled) await _sending.ConfigureAwait(false);
        return await _content.Stream.ConfigureAwait(false);
    }

    // Most callers give the token that the call began with, which the deadline's already follows.
    private CancellationTokenSource? Link(CancellationToken cancel) =>
        !cancel.CanBeCanceled || _deadline.IsCaller(cancel) ? null : CancellationTokenSource.CreateLinkedTokenSource(cancel, _deadline.Token);

    private async Task<MessageReader?> OpenAsync(CancellationToken cancel)
    {
        _response = await _sending.WaitAsync(cancel).ConfigureAwait(false);
        if (_response.StatusCode != HttpStatusCode.OK) throw Failure.FromHttpStatus(_response.StatusCode, _endpoint);
        var type = _response.Content.Headers.ContentType?.MediaType;
        if (type is null || !type.StartsWith("application/grpc", StringComparison.Ordinal))
            throw new RpcException(RpcStatus.Unknown, $"{_endpoint} answered with content of type \"{type}\", which is no gRPC.");

        foreach (var (name, values) in _response.Headers)
        {
            foreach (var value in values) Headers.Received(name, value);
        }

        // A call that fails at once has its status where the headers are.
        if (_response.Headers.Contains("grpc-status"))
        {
            End(_response.Headers);
            return null;
        }

        _picker.Succeeded(_endpoint);
        var stream = await _response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        _pipe = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 16 * 1024));
        var encoding = Headers.Find("grpc-encoding") ?? Gzip.Identity;
        if (encoding is not (Gzip.Identity or Gzip.Name)) throw new RpcException(RpcStatus.Internal, $"{_endpoint} uses the message encoding \"{encoding}\", which is unknown.");
        return new(_pipe, _options.MaxReceiveBytes, encoding == Gzip.Name);
    }

    private void End(HttpResponseHeaders headers)
    {
        if (Trailers.Count == 0)
        {
            foreach (var (name, values) in headers)
            {
                foreach (var value in values) Trailers.Received(name, value);
            }
        }

        if (Trailers.Find("grpc-status") is not { } text) throw new RpcException(RpcStatus.Internal, $"{_endpoint} ended the call without a status.");
        var status = int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) && number <= (int)RpcStatus.Unauthenticated
            ? (RpcStatus)number
            : RpcStatus.Unknown;
        if (status == RpcStatus.Ok) return;
        throw new RpcException(status, PercentText.Decode(Trailers.Find("grpc-message") ?? "")) { Trailers = Trailers };
    }

    private Exception Explain(Exception error, bool reading, CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested) return new OperationCanceledException(error.Message, error, cancel);
        if (_deadline.Token.IsCancellationRequested) return _deadline.Explain(error);

        // Nothing was cancelled on this side. Before the connection stood, the time for connecting ran out;
        // after that, the server has ended the call: a writer leaves it to the reader to find out how.
        var connected = _content.Stream.IsCompleted;
        if ((error is OperationCanceledException or ObjectDisposedException) && connected && !reading) return new RpcException(RpcStatus.Cancelled, $"{_endpoint} has ended the call.", error);
        var failure = error is OperationCanceledException or ObjectDisposedException
            ? new RpcException(RpcStatus.Unavailable, connected ? $"{_endpoint} broke off the call." : $"{_endpoint}: no connection came about in time.", error) { IsUnprocessed = !connected }
            : Failure.FromTransport(error, _endpoint);
        if (failure.Status == RpcStatus.Unavailable && !_failureNoted)
        {
            _failureNoted = true;
            _picker.Failed(_endpoint);
        }

        return failure;
    }
}
