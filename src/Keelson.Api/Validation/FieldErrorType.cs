using Keelson.Api.Meta.V1;

namespace Keelson.Api.Validation;

/// <summary>What is wrong with a field, in upstream's categories.</summary>
public enum FieldErrorType
{
    NotFound,
    Required,
    Duplicate,
    Invalid,
    NotSupported,
    Forbidden,
    TooLong,
    TooMany,
    TooFew,
    TooShort,
    Internal,
    TypeInvalid,
}

/// <summary>The words that go with the categories.</summary>
public static class FieldErrorTypes
{
    /// <summary>The reason that a cause of a Status gives.</summary>
    public static string Reason(this FieldErrorType type) => type switch
    {
        FieldErrorType.NotFound => CauseType.FieldValueNotFound,
        FieldErrorType.Required => CauseType.FieldValueRequired,
        FieldErrorType.Duplicate => CauseType.FieldValueDuplicate,
        FieldErrorType.Invalid => CauseType.FieldValueInvalid,
        FieldErrorType.NotSupported => CauseType.FieldValueNotSupported,
        FieldErrorType.Forbidden => CauseType.FieldValueForbidden,
        FieldErrorType.TooLong => CauseType.FieldValueTooLong,
        FieldErrorType.TooMany => CauseType.FieldValueTooMany,
        FieldErrorType.TooFew => "FieldValueTooFew",
        FieldErrorType.TooShort => "FieldValueTooShort",
        FieldErrorType.Internal => CauseType.InternalError,
        FieldErrorType.TypeInvalid => CauseType.FieldValueTypeInvalid,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "no such category"),
    };

    /// <summary>How a message begins.</summary>
    public static string Title(this FieldErrorType type) => type switch
    {
        FieldErrorType.NotFound => "Not found",
        FieldErrorType.Required => "Required value",
        FieldErrorType.Duplicate => "Duplicate value",
        FieldErrorType.Invalid or FieldErrorType.TypeInvalid => "Invalid value",
        FieldErrorType.NotSupported => "Unsupported value",
        FieldErrorType.Forbidden => "Forbidden",
        FieldErrorType.TooLong => "Too long",
        FieldErrorType.TooMany => "Too many",
        FieldErrorType.TooFew => "Too few",
        FieldErrorType.TooShort => "Too short",
        FieldErrorType.Internal => "Internal error",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "no such category"),
    };

    /// <summary>Whether messages of the category show the value.</summary>
    internal static bool ShowsValue(this FieldErrorType type) => type is not
        (FieldErrorType.Required or FieldErrorType.Forbidden or FieldErrorType.TooLong or FieldErrorType.TooShort or FieldErrorType.Internal);
}
