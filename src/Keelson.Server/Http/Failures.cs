using System.Globalization;
using Keelson.Api;
using Keelson.Api.Meta.V1;
using Keelson.Api.Validation;
using Keelson.Server.Registry;

namespace Keelson.Server.Http;

/// <summary>Every failure that a client is told of, in the form that tools match on.</summary>
public static class Failures
{
    public static ApiException NotFound(RegisteredResource resource, string name) => Of(
        404, StatusReason.NotFound, $"{resource.QualifiedName} \"{name}\" not found", About(resource, name));

    public static ApiException AlreadyExists(RegisteredResource resource, string name) => Of(
        409, StatusReason.AlreadyExists, $"{resource.QualifiedName} \"{name}\" already exists", About(resource, name));

    public static ApiException GenerateNameConflict(RegisteredResource resource, string name) => Of(
        409,
        StatusReason.AlreadyExists,
        $"{resource.QualifiedName} \"{name}\" already exists, the server was not able to generate a unique name for the object",
        About(resource, name) with { RetryAfterSeconds = 1 });

    public static ApiException Conflict(RegisteredResource resource, string name, string why) => Of(
        409, StatusReason.Conflict, $"Operation cannot be fulfilled on {resource.QualifiedName} \"{name}\": {why}", About(resource, name));

    /// <summary>The object was changed since the client read it.</summary>
    public static ApiException Modified(RegisteredResource resource, string name) => Conflict(
        resource, name, "the object has been modified; please apply your changes to the latest version and try again");

    public static ApiException ApplyConflict(string message, ApiList<StatusCause> causes) => Of(
        409, StatusReason.Conflict, message, new StatusDetails { Causes = causes });

    public static ApiException Forbidden(RegisteredResource resource, string name, string why) => Of(
        403,
        StatusReason.Forbidden,
        name.Length == 0 ? $"{resource.QualifiedName} is forbidden: {why}" : $"{resource.QualifiedName} \"{name}\" is forbidden: {why}",
        About(resource, name));

    public static ApiException Forbidden(string message, StatusDetails? details = null) => Of(403, StatusReason.Forbidden, message, details);

    /// <summary>The object is wrong, in all these places.</summary>
    public static ApiException Invalid(RegisteredResource resource, string name, IReadOnlyList<StatusCause> causes) =>
        Invalid(resource.Kind.Group, resource.Kind.Kind, name, causes);

    /// <summary>An object with all that was found wrong with it.</summary>
    public static ApiException Invalid(RegisteredResource resource, string name, FieldErrors errors) =>
        new(InvalidObject.Status(resource.Kind.Group, resource.Kind.Kind, name, errors) with { ApiVersion = "v1", Kind = "Status" });

    public static ApiException Invalid(string group, string kind, string name, IReadOnlyList<StatusCause> causes)
    {
        var all = causes.Select(cause => $"{cause.Field}: {cause.Message}").Distinct().ToList();
        var what = all.Count == 1 ? all[0] : $"[{string.Join(", ", all)}]";
        var qualified = group.Length == 0 ? kind : $"{kind}.{group}";
        return Of(
            422,
            StatusReason.Invalid,
            $"{qualified} \"{name}\" is invalid: {what}",
            new StatusDetails { Name = name, Group = group, Kind = kind, Causes = causes.ToApiList() });
    }

    /// <summary>The kind is not replaced by who does not say which version is replaced.</summary>
    public static ApiException VersionNeeded(RegisteredResource resource, string name) => Invalid(
        resource.Kind.Group, resource.Info.Plural, name,
        [new StatusCause { Reason = CauseType.FieldValueInvalid, Field = "metadata.resourceVersion", Message = "Invalid value: 0x0: must be specified for an update" }]);

    public static ApiException BadRequest(string message, Exception? inner = null) => new(Make(400, StatusReason.BadRequest, message, null), inner);

    public static ApiException Unauthorized() => Of(401, StatusReason.Unauthorized, "Unauthorized", null);

    /// <summary>Nothing is served at the path.</summary>
    public static ApiException NoSuchResource() => Of(
        404, StatusReason.NotFound, "the server could not find the requested resource", new StatusDetails());

    public static ApiException MethodNotAllowed(RegisteredResource resource, string verb) => Of(
        405,
        StatusReason.MethodNotAllowed,
        $"{verb} is not supported on resources of kind \"{resource.QualifiedName}\"",
        new StatusDetails { Group = resource.Kind.Group, Kind = resource.Info.Plural });

    public static ApiException MethodNotAllowed() => Of(
        405, StatusReason.MethodNotAllowed, "the server does not allow this method on the requested resource", new StatusDetails());

    public static ApiException NotAcceptable(IEnumerable<string> accepted) => Of(
        406, StatusReason.NotAcceptable, $"only the following media types are accepted: {string.Join(", ", accepted)}", null);

    public static ApiException UnsupportedMediaType(IEnumerable<string> accepted) => Of(
        415,
        StatusReason.UnsupportedMediaType,
        $"the body of the request was in an unknown format - accepted media types include: {string.Join(", ", accepted)}",
        null);

    public static ApiException TooLarge(long limit) => Of(
        413, StatusReason.RequestEntityTooLarge, string.Create(CultureInfo.InvariantCulture, $"Request entity too large: limit is {limit}"), null);

    public static ApiException TooManyRequests(string message, int retryAfterSeconds) => Of(
        429, StatusReason.TooManyRequests, message, new StatusDetails { RetryAfterSeconds = retryAfterSeconds });

    /// <summary>A watch or list begins before what is still known.</summary>
    public static ApiException TooOld(long asked, long oldest) => Of(
        410, StatusReason.Expired, string.Create(CultureInfo.InvariantCulture, $"too old resource version: {asked} ({oldest})"), null);

    public static ApiException Expired(string message) => Of(410, StatusReason.Expired, message, null);

    /// <summary>The next page of a list can't be consistent with the first any more; the token leads on regardless.</summary>
    public static ApiException PageExpired(string continueWith) => new(Make(
        410,
        StatusReason.Expired,
        "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue "
            + "parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided "
            + "token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was "
            + "returned and now may show up in the list.",
        null) with { Metadata = new ListMeta { Continue = continueWith } });

    /// <summary>A version was asked for that is not there yet.</summary>
    public static ApiException VersionTooLarge(long asked, long current) => Of(
        504,
        StatusReason.Timeout,
        string.Create(CultureInfo.InvariantCulture, $"Too large resource version: {asked}, current: {current}"),
        new StatusDetails
        {
            RetryAfterSeconds = 1,
            Causes = [new StatusCause { Reason = CauseType.ResourceVersionTooLarge, Message = "Too large resource version" }],
        });

    public static ApiException Timeout(string message) => Of(504, StatusReason.Timeout, message, new StatusDetails());

    /// <summary>The body comes so slowly that the server does not wait for the rest.</summary>
    public static ApiException SlowBody() => Of(408, StatusReason.Timeout, "the request body was not received in time", new StatusDetails());

    public static ApiException Unavailable(string message, Exception? inner = null) => new(
        Make(503, StatusReason.ServiceUnavailable, message, new StatusDetails { RetryAfterSeconds = 1 }), inner);

    /// <summary>A backend that the request should be passed on to; unlike with a server that has too much to do, nothing says that waiting helps.</summary>
    public static ApiException Unreachable(string message) => Of(503, StatusReason.ServiceUnavailable, message, null);

    /// <summary>What another server said where it refused to stream.</summary>
    public static ApiException OfBackend(RegisteredResource resource, string subresource, string name, int code, string text) => code switch
    {
        400 => BadRequest(text),
        404 => Of(404, StatusReason.NotFound, $"the server could not find the requested resource ( {resource.Info.Plural}/{subresource} {name})", About(resource, name) with
        {
            Causes = [new StatusCause { Reason = "UnexpectedServerResponse", Message = text }],
        }),
        401 or 403 => Internal($"the kubelet refused this server: {text}"),
        _ => Internal(text),
    };

    public static ApiException Internal(string message, Exception? inner = null) => new(
        Make(
            500,
            StatusReason.InternalError,
            $"Internal error occurred: {message}",
            new StatusDetails { Causes = [new StatusCause { Message = message }] }),
        inner);

    /// <summary>Some of the objects that are asked for can't be read: these, up to what an answer names.</summary>
    internal static ApiException Damaged(RegisteredResource resource, IReadOnlyList<Cache.DamagedObject> damaged)
    {
        var causes = damaged.Take(Cache.DamagedObjects.MaxNamed)
            .Select(one => new StatusCause { Reason = CauseType.UnexpectedServerResponse, Field = one.Key, Message = one.ToString() });
        if (damaged.Count > Cache.DamagedObjects.MaxNamed) causes = causes.Append(new StatusCause { Reason = CauseType.FieldValueTooMany, Message = "too many errors, the list is truncated" });
        return Of(
            500,
            StatusReason.StorageReadError,
            $"failed to read one or more {resource.QualifiedName} from the storage",
            new StatusDetails { Name = resource.KeyPrefix, Group = resource.Kind.Group, Kind = resource.Info.Plural, Causes = causes.ToApiList() });
    }

    private static StatusDetails About(RegisteredResource resource, string name) =>
        new() { Name = name, Group = resource.Kind.Group, Kind = resource.Info.Plural };

    private static ApiException Of(int code, string reason, string message, StatusDetails? details) => new(Make(code, reason, message, details));

    private static Status Make(int code, string reason, string message, StatusDetails? details) => new()
    {
        ApiVersion = "v1",
        Kind = "Status",
        StatusValue = "Failure",
        Code = code,
        Reason = reason,
        Message = message,
        Details = details,
    };
}
