namespace Keelson.Api.Meta.V1;

/// <summary>Outcome of a request that returns no object, above all an error.</summary>
[Kind("", "v1")]
public sealed partial record Status
{
    /// <summary>What is said of the list as a whole.</summary>
    [Field(1)] public ListMeta Metadata { get; init; } = ListMeta.Empty;

    /// <summary>Whether the request worked: Success or Failure.</summary>
    [Field(2, Name = "status")] public string StatusValue { get; init; } = "";

    /// <summary>Details for people to read, in free text that programs should not parse.</summary>
    [Field(3)] public string Message { get; init; } = "";

    /// <summary>
    /// Machine-readable cause of a failure, such as NotFound, AlreadyExists, Conflict, Invalid, Forbidden or Timeout; empty if
    /// unknown.
    /// </summary>
    [Field(4), KnownValues(typeof(StatusReason))] public string Reason { get; init; } = "";

    /// <summary>What the failure is about; its fields depend on the reason.</summary>
    [Field(5)] public StatusDetails? Details { get; init; }

    /// <summary>HTTP status code of the answer; 0 when not set.</summary>
    [Field(6)] public int Code { get; init; }
}

/// <summary>What a failure is about.</summary>
[ApiType]
public sealed partial record StatusDetails
{
    /// <summary>Name of the object, when a single one is concerned.</summary>
    [Field(1)] public string Name { get; init; } = "";

    /// <summary>API group of the kind; empty for the core group.</summary>
    [Field(2)] public string Group { get; init; } = "";

    /// <summary>Kind, or in some cases resource, that is concerned.</summary>
    [Field(3)] public string Kind { get; init; } = "";

    /// <summary>UID of the object, when a single one is concerned.</summary>
    [Field(6)] public string Uid { get; init; } = "";

    /// <summary>The single causes, for example all invalid fields.</summary>
    [Field(4), Atomic] public ApiList<StatusCause> Causes { get; init; }

    /// <summary>Seconds to wait before trying again, or before the operation is likely to have ended.</summary>
    [Field(5)] public int RetryAfterSeconds { get; init; }
}

/// <summary>One of several causes of a failure.</summary>
[ApiType]
public sealed partial record StatusCause
{
    /// <summary>
    /// Machine-readable cause, such as FieldValueRequired, FieldValueInvalid, FieldValueForbidden, FieldValueDuplicate or
    /// FieldManagerConflict.
    /// </summary>
    [Field(1), KnownValues(typeof(CauseType))] public string Reason { get; init; } = "";

    /// <summary>Details for people to read, in free text that programs should not parse.</summary>
    [Field(2)] public string Message { get; init; } = "";

    /// <summary>Path of the offending field, such as spec.ports[0].name.</summary>
    [Field(3)] public string Field { get; init; } = "";
}

/// <summary>The values of CauseType that are known.</summary>
public static class CauseType
{
    public const string FieldManagerConflict = "FieldManagerConflict";
    public const string FieldValueDuplicate = "FieldValueDuplicate";
    public const string FieldValueInvalid = "FieldValueInvalid";
    public const string FieldValueNotFound = "FieldValueNotFound";
    public const string FieldValueNotSupported = "FieldValueNotSupported";
    public const string FieldValueRequired = "FieldValueRequired";
    public const string FieldValueForbidden = "FieldValueForbidden";
    public const string InternalError = "InternalError";
    public const string ResourceVersionTooLarge = "ResourceVersionTooLarge";
    public const string FieldValueTooLong = "FieldValueTooLong";
    public const string FieldValueTooMany = "FieldValueTooMany";
    public const string FieldValueTypeInvalid = "FieldValueTypeInvalid";
    public const string UnexpectedServerResponse = "UnexpectedServerResponse";
}

/// <summary>The values of StatusReason that are known.</summary>
public static class StatusReason
{
    public const string AlreadyExists = "AlreadyExists";
    public const string BadRequest = "BadRequest";
    public const string Conflict = "Conflict";
    public const string Expired = "Expired";
    public const string Forbidden = "Forbidden";
    public const string Gone = "Gone";
    public const string InternalError = "InternalError";
    public const string Invalid = "Invalid";
    public const string MethodNotAllowed = "MethodNotAllowed";
    public const string NotAcceptable = "NotAcceptable";
    public const string NotFound = "NotFound";
    public const string RequestEntityTooLarge = "RequestEntityTooLarge";
    public const string ServerTimeout = "ServerTimeout";
    public const string ServiceUnavailable = "ServiceUnavailable";
    public const string StorageReadError = "StorageReadError";
    public const string Timeout = "Timeout";
    public const string TooManyRequests = "TooManyRequests";
    public const string Unauthorized = "Unauthorized";
    public const string Unset = "";
    public const string UnsupportedMediaType = "UnsupportedMediaType";
}
