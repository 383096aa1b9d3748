namespace Keelson.Api.Patch.Json;

/// <summary>Why a JSON patch was refused, which decides what the client is told.</summary>
public enum JsonPatchFailure
{
    /// <summary>The document is no patch.</summary>
    Malformed,

    /// <summary>The patch has more operations than are allowed.</summary>
    TooLarge,

    /// <summary>An operation does not fit the object.</summary>
    DoesNotApply,

    /// <summary>A test operation found another value.</summary>
    TestFailed,
}

/// <summary>A JSON patch was refused; the object is as it was. The message is the one that tools know from upstream.</summary>
public sealed class JsonPatchException(JsonPatchFailure failure, string message) : Exception(message)
{
    public JsonPatchFailure Failure { get; } = failure;
}
