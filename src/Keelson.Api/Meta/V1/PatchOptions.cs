namespace Keelson.Api.Meta.V1;

/// <summary>Options of a patch request.</summary>
[Kind("", "v1")]
public sealed partial record PatchOptions
{
    /// <summary>All runs every stage without storing anything; empty, the default, stores.</summary>
    [Field(1), Atomic] public ApiList<string> DryRun { get; init; }

    /// <summary>Take over fields that other managers own instead of failing with a conflict; server-side apply only.</summary>
    [Field(2)] public bool? Force { get; init; }

    /// <summary>Name under which the written fields are owned; required for server-side apply, else derived from the user agent when empty.</summary>
    [Field(3)] public string FieldManager { get; init; } = "";

    /// <summary>
    /// Reaction to unknown or duplicate fields: Ignore drops them, Warn also returns warnings (default), Strict refuses the request.
    /// </summary>
    [Field(4)] public string FieldValidation { get; init; } = "";
}
