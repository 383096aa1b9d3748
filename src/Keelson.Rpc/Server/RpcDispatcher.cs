using System.Globalization;
using Keelson.Rpc.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;

namespace Keelson.Rpc.Server;

/// <summary>Takes an HTTP request to its handler, and what becomes of it to the trailers.</summary>
internal sealed partial class RpcDispatcher(IReadOnlyDictionary<string, RpcHandler> handlers, RpcServerOptions options, ILogger logger)
{
    private const string ContentType = "application/grpc";

    private readonly HashSet<string> _services = [.. handlers.Keys.Select(ServiceOf)];

    public async Task HandleAsync(HttpContext http)
    {
        if (!IsRpc(http)) return;
        http.Response.ContentType = ContentType;
        http.Response.Headers["grpc-accept-encoding"] = Gzip.Accepted;
        if (!handlers.TryGetValue(http.Request.Path.Value ?? "", out var handler))
        {
            End(http, RpcStatus.Unimplemented, Unknown(http.Request.Path.Value ?? ""), trailers: null);
            return;
        }

        var encoding = http.Request.Headers["grpc-encoding"].ToString();
        if (encoding is not ("" or Gzip.Identity or Gzip.Name))
        {
            End(http, RpcStatus.Unimplemented, $"grpc: Decompressor is not installed for grpc-encoding \"{encoding}\"", trailers: null);
            return;
        }

        TimeSpan? timeout = null;
        if (http.Request.Headers["grpc-timeout"].ToString() is { Length: > 0 } text)
        {
            if (!TimeoutText.TryParse(text, out var parsed))
            {
                End(http, RpcStatus.Internal, $"malformed grpc-timeout: \"{text}\"", trailers: null);
                return;
            }

            if (parsed < RpcLimits.LongestDeadline) timeout = parsed;
        }

        await AnswerAsync(http, handler, timeout, encoding == Gzip.Name).ConfigureAwait(false);
    }

    private static bool IsRpc(HttpContext http)
    {
        if (http.Request.Protocol != HttpProtocol.Http2)
        {
            http.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            return false;
        }

        var type = http.Request.ContentType ?? "";
        var fits = type.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase)
            && (type.Length == ContentType.Length || type[ContentType.Length] is ';' or ' ' || type[ContentType.Length..].Equals("+proto", StringComparison.OrdinalIgnoreCase));
        if (!fits) http.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
        else if (!HttpMethods.IsPost(http.Request.Method)) http.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        return http.Response.StatusCode == StatusCodes.Status200OK;
    }

    private async Task AnswerAsync(HttpContext http, RpcHandler handler, TimeSpan? timeout, bool gzip)
    {
        // A stream may stay open for days and carry any amount; each message has its own bound.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = null;
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate) rate.MinDataRate = null;
        if (gzip) http.Response.Headers["grpc-encoding"] = Gzip.Name;

        using var deadline = timeout is { } limit ? new CancellationTokenSource(limit, options.Time) : null;
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, options.Stopping, deadline?.Token ?? CancellationToken.None);
        var exchange = new RpcExchange(Received(http), new(), gzip);
        try
        {
            await handler.AnswerAsync(http, exchange, options, cancel.Token).ConfigureAwait(false);
            End(http, RpcStatus.Ok, "", exchange.Trailers);
        }
        catch (RpcException error)
        {
            End(http, error.Status, error.Message, error.Trailers);
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to be told.
        }
        catch (Exception) when (deadline is { IsCancellationRequested: true })
        {
            End(http, RpcStatus.DeadlineExceeded, "context deadline exceeded", trailers: null);
        }
        catch (Exception) when (options.Stopping.IsCancellationRequested)
        {
            End(http, RpcStatus.Unavailable, "the server is stopping", trailers: null);
        }
        catch (Exception error)
        {
            Log.Failed(logger, handler.Path, error);
            End(http, RpcStatus.Unknown, "the server failed on this call; its log says more", trailers: null);
        }
    }

    private static RpcMetadata Received(HttpContext http)
    {
        var headers = new RpcMetadata();
        foreach (var (name, values) in http.Request.Headers)
        {
            foreach (var value in values)
            {
                if (value is not null) headers.Received(name, value);
            }
        }

        return headers;
    }

    private string Unknown(string path)
    {
        var service = ServiceOf(path);
        return _services.Contains(service) ? $"unknown method {path[(path.LastIndexOf('/') + 1)..]} for service {service}" : $"unknown service {service}";
    }

    private static string ServiceOf(string path)
    {
        var last = path.LastIndexOf('/');
        return last > 0 ? path[1..last] : path.TrimStart('/');
    }

    private static void End(HttpContext http, RpcStatus status, string message, RpcMetadata? trailers)
    {
        if (http.RequestAborted.IsCancellationRequested) return;
        http.Response.AppendTrailer("grpc-status", ((int)status).ToString(CultureInfo.InvariantCulture));
        if (message.Length > 0) http.Response.AppendTrailer("grpc-message", PercentText.Encode(message));
        foreach (var (name, value) in trailers ?? []) http.Response.AppendTrailer(name, value);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed")]
        public static partial void Failed(ILogger logger, string method, Exception error);
    }
}
