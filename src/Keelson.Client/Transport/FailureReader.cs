using System.Text;
using Keelson.Api;
using Keelson.Api.Meta.V1;

namespace Keelson.Client.Transport;

/// <summary>Makes the exception of an answer that is no success.</summary>
internal static class FailureReader
{
    private const int TextLimit = 2048;

    public static ApiException Read(HttpResponseMessage response, ReadOnlySpan<byte> body, bool isProtobuf, TimeSpan? retryAfter)
    {
        var status = Decode(body, isProtobuf);
        // A server that forgot the code, or a proxy that speaks JSON of its own.
        if (status is null || status.StatusValue != "Failure") status = Generic(response, body);
        else if (status.Code == 0) status = status with { Code = (int)response.StatusCode };
        return new ApiException(status, retryAfter);
    }

    private static Status? Decode(ReadOnlySpan<byte> body, bool isProtobuf)
    {
        try
        {
            if (isProtobuf) return ApiProtobuf.Decode<Status>(body);
            return body.TrimStart(" \t\r\n"u8) is [(byte)'{', ..] && TypeMeta.Peek(body).Kind == "Status" ? ApiJson.Decode<Status>(body) : null;
        }
        catch (Exception broken) when (broken is ApiFormatException or System.Text.Json.JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static Status Generic(HttpResponseMessage response, ReadOnlySpan<byte> body)
    {
        var code = (int)response.StatusCode;
        var text = Encoding.UTF8.GetString(body[..Math.Min(body.Length, TextLimit)]).Trim();
        var target = response.RequestMessage is { } request ? $" to {request.Method} {request.RequestUri?.AbsolutePath}" : "";
        return new Status
        {
            StatusValue = "Failure",
            Code = code,
            Reason = Reason(code),
            Message = $"the server answered {code}{target}" + (text.Length == 0 ? "" : ": " + text),
        };
    }

    private static string Reason(int code) => code switch
    {
        400 => StatusReason.BadRequest,
        401 => StatusReason.Unauthorized,
        403 => StatusReason.Forbidden,
        404 => StatusReason.NotFound,
        405 => StatusReason.MethodNotAllowed,
        406 => StatusReason.NotAcceptable,
        409 => StatusReason.Conflict,
        410 => StatusReason.Gone,
        413 => StatusReason.RequestEntityTooLarge,
        415 => StatusReason.UnsupportedMediaType,
        422 => StatusReason.Invalid,
        429 => StatusReason.TooManyRequests,
        500 => StatusReason.InternalError,
        503 => StatusReason.ServiceUnavailable,
        504 => StatusReason.Timeout,
        _ => "",
    };
}
