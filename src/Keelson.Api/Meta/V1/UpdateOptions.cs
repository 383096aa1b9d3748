namespace Keelson.Api.Meta.V1;

/// <summary>Options of an update request.</summary>
[Kind("", "v1")]
public sealed partial record UpdateOptions
{
    /// <summary>All runs every stage without storing anything; empty, the default, stores.</summary>
    [Field(1), Atomic] public ApiList<string> DryRun { get; init; }

    /// <summary>Name under which the written fields are owned; derived from the user agent when empty. At most 128 printable characters.</summary>
    [Field(2)] public string FieldManager { get; init; } = "";

    /// <summary>
    /// Reaction to unknown or duplicate fields: Ignore drops them, Warn also returns warnings (default), Strict refuses the request.
    /// </summary>
    [Field(3)] public string FieldValidation { get; init; } = "";
}
