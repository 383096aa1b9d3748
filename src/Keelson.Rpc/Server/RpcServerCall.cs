using Google.Protobuf;
using Keelson.Rpc.Wire;
using Microsoft.AspNetCore.Http;

namespace Keelson.Rpc.Server;

/// <summary>A call as its handler sees it, whatever the types of its messages.</summary>
public abstract class RpcServerCall
{
    private protected RpcServerCall(HttpContext http, RpcMetadata headers, RpcMetadata trailers, CancellationToken cancel)
    {
        Http = http;
        Headers = headers;
        Trailers = trailers;
        Cancel = cancel;
    }

    /// <summary>The request below the call, for who the peer is.</summary>
    public HttpContext Http { get; }

    /// <summary>What the client sent beside its messages.</summary>
    public RpcMetadata Headers { get; }

    /// <summary>What the client gets with the status.</summary>
    public RpcMetadata Trailers { get; }

    /// <summary>Ends when the client has gone, its deadline has passed or the server stops.</summary>
    public CancellationToken Cancel { get; }
}

/// <summary>A call as its handler sees it: read what the client sends, write what it gets.</summary>
/// <remarks>One reader and one writer at a time; they may be two.</remarks>
public sealed class RpcServerCall<TRequest, TResponse> : RpcServerCall
    where TRequest : class, IMessage<TRequest>, new()
    where TResponse : class, IMessage<TResponse>, new()
{
    private readonly RpcMethod<TRequest, TResponse> _method;
    private readonly RpcServerOptions _options;
    private readonly MessageReader _messages;
    private readonly bool _gzip;

    internal RpcServerCall(
        HttpContext http, RpcExchange exchange, RpcMethod<TRequest, TResponse> method, RpcServerOptions options, CancellationToken cancel)
        : base(http, exchange.Headers, exchange.Trailers, cancel)
    {
        _method = method;
        _options = options;
        _gzip = exchange.Gzip;
        _messages = new(http.Request.BodyReader, options.MaxReceiveBytes, exchange.Gzip);
    }

    /// <summary>The next message, or null when the client has sent all.</summary>
    public ValueTask<TRequest?> ReadAsync() => _messages.ReadAsync(_method.RequestParser, Cancel);

    /// <summary>Ends a read that is going on, and with it all reading.</summary>
    public void CancelRead() => Http.Request.BodyReader.CancelPendingRead();

    /// <summary>Sends one message and waits until the connection has taken it.</summary>
    public async ValueTask WriteAsync(TResponse message)
    {
        Add(message);
        await Http.Response.BodyWriter.FlushAsync(Cancel).ConfigureAwait(false);
    }

    /// <summary>Lets the client see the headers before the first message.</summary>
    public Task BeginAsync() => Http.Response.StartAsync(Cancel);

    /// <summary>Adds the only answer, which leaves together with the status.</summary>
    internal void Add(TResponse message) => MessageWriter.Write(Http.Response.BodyWriter, message, _options.MaxSendBytes, _gzip);
}

/// <summary>What goes beside the messages of one call.</summary>
internal sealed record RpcExchange(RpcMetadata Headers, RpcMetadata Trailers, bool Gzip);
