using System.Net;
using Keelson.Api.Meta.V1;

namespace Keelson.Client;

/// <summary>A request that the API server refused or could not serve; it carries the server's Status.</summary>
/// <remarks>Where no answer came at all, an <see cref="HttpRequestException"/> says so instead.</remarks>
public sealed class ApiException : Exception
{
    public ApiException(Status status, TimeSpan? retryAfter = null, Exception? inner = null)
        : base(Text(status), inner)
    {
        Status = status;
        RetryAfter = retryAfter ?? (status.Details is { RetryAfterSeconds: > 0 and var seconds } ? TimeSpan.FromSeconds(seconds) : null);
    }

    /// <summary>What the server said.</summary>
    public Status Status { get; }

    public HttpStatusCode StatusCode => (HttpStatusCode)Status.Code;

    public string Reason => Status.Reason;

    /// <summary>How long the server asks to wait before the next attempt.</summary>
    public TimeSpan? RetryAfter { get; }

    public bool IsNotFound => Is(StatusReason.NotFound, 404);

    /// <summary>Whether the object was changed by another since it was read, or a precondition does not hold.</summary>
    public bool IsConflict => Is(StatusReason.Conflict, 409);

    public bool IsAlreadyExists => Reason == StatusReason.AlreadyExists;

    /// <summary>Whether the version, or the continuation of a list, is too old: list anew.</summary>
    public bool IsGone => Reason is StatusReason.Expired or StatusReason.Gone || Status.Code == 410;

    public bool IsInvalid => Is(StatusReason.Invalid, 422);

    public bool IsBadRequest => Is(StatusReason.BadRequest, 400);

    public bool IsUnauthorized => Is(StatusReason.Unauthorized, 401);

    public bool IsForbidden => Is(StatusReason.Forbidden, 403);

    public bool IsMethodNotAllowed => Is(StatusReason.MethodNotAllowed, 405);

    public bool IsNotAcceptable => Is(StatusReason.NotAcceptable, 406);

    public bool IsTooManyRequests => Is(StatusReason.TooManyRequests, 429);

    public bool IsInternalError => Is(StatusReason.InternalError, 500);

    public bool IsServiceUnavailable => Is(StatusReason.ServiceUnavailable, 503);

    /// <summary>Whether time ran out, at the server or on the way to it.</summary>
    public bool IsTimeout => Reason is StatusReason.Timeout or StatusReason.ServerTimeout || Is(StatusReason.Timeout, 504);

    /// <summary>Whether the version that was asked for lies in the server's future: it is behind another server.</summary>
    public bool IsResourceVersionTooLarge => Status.Details is { } details
        && details.Causes.FindIndex(static cause => cause.Reason == CauseType.ResourceVersionTooLarge) >= 0;

    /// <summary>Whether a namespace that is being deleted takes no new objects.</summary>
    public bool IsNamespaceTerminating => Status.Details is { } details
        && details.Causes.FindIndex(static cause => cause.Reason == "NamespaceTerminating") >= 0;

    // A proxy's answer has a code but no reason that means anything.
    private bool Is(string reason, int code) => Reason == reason || (Reason.Length == 0 && Status.Code == code);

    private static string Text(Status status)
    {
        ArgumentNullException.ThrowIfNull(status);
        return status.Message.Length > 0 ? status.Message : $"the server answered {status.Code} {status.Reason}".TrimEnd();
    }
}
