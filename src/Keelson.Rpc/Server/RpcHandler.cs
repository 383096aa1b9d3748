using Google.Protobuf;
using Microsoft.AspNetCore.Http;

namespace Keelson.Rpc.Server;

/// <summary>A method with the code that answers it.</summary>
public abstract class RpcHandler
{
    private protected RpcHandler(string path) => Path = path;

    public string Path { get; }

    /// <summary>One message in, one out.</summary>
    public static RpcHandler Unary<TRequest, TResponse>(RpcMethod<TRequest, TResponse> method, Func<TRequest, RpcServerCall, Task<TResponse>> answer)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new() =>
        new RpcHandler<TRequest, TResponse>(method, async call => call.Add(await answer(await OnlyRequestAsync(call).ConfigureAwait(false), call).ConfigureAwait(false)));

    /// <summary>One message in, any number out.</summary>
    public static RpcHandler ServerStream<TRequest, TResponse>(RpcMethod<TRequest, TResponse> method, Func<TRequest, RpcServerCall<TRequest, TResponse>, Task> answer)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new() =>
        new RpcHandler<TRequest, TResponse>(method, async call => await answer(await OnlyRequestAsync(call).ConfigureAwait(false), call).ConfigureAwait(false));

    /// <summary>Any number of messages in, one out.</summary>
    public static RpcHandler ClientStream<TRequest, TResponse>(RpcMethod<TRequest, TResponse> method, Func<RpcServerCall<TRequest, TResponse>, Task<TResponse>> answer)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new() =>
        new RpcHandler<TRequest, TResponse>(method, async call => call.Add(await answer(call).ConfigureAwait(false)));

    /// <summary>Any number of messages in and out, as the handler pleases.</summary>
    public static RpcHandler Duplex<TRequest, TResponse>(RpcMethod<TRequest, TResponse> method, Func<RpcServerCall<TRequest, TResponse>, Task> answer)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new() =>
        new RpcHandler<TRequest, TResponse>(method, answer);

    internal abstract Task AnswerAsync(HttpContext http, RpcExchange exchange, RpcServerOptions options, CancellationToken cancel);

    private static async Task<TRequest> OnlyRequestAsync<TRequest, TResponse>(RpcServerCall<TRequest, TResponse> call)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new()
    {
        var request = await call.ReadAsync().ConfigureAwait(false) ?? throw new RpcException(RpcStatus.Internal, "The call ended without a request.");
        if (await call.ReadAsync().ConfigureAwait(false) is not null) throw new RpcException(RpcStatus.Internal, "There was more than one request to the call.");
        return request;
    }
}

internal sealed class RpcHandler<TRequest, TResponse>(RpcMethod<TRequest, TResponse> method, Func<RpcServerCall<TRequest, TResponse>, Task> answer) : RpcHandler(method.Path)
    where TRequest : class, IMessage<TRequest>, new()
    where TResponse : class, IMessage<TResponse>, new()
{
    internal override Task AnswerAsync(HttpContext http, RpcExchange exchange, RpcServerOptions options, CancellationToken cancel) =>
        answer(new(http, exchange, method, options, cancel));
}
