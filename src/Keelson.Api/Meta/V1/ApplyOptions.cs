namespace Keelson.Api.Meta.V1;

/// <summary>Options of a server-side apply request.</summary>
[Kind("", "v1")]
public sealed partial record ApplyOptions
{
    /// <summary>All runs every stage without storing anything; empty, the default, stores.</summary>
    [Field(1), Atomic] public ApiList<string> DryRun { get; init; }

    /// <summary>Take over fields that other managers own instead of failing with a conflict.</summary>
    [Field(2, Emit = Emit.Always)] public bool Force { get; init; }

    /// <summary>Name under which the applied fields are owned; required.</summary>
    [Field(3, Emit = Emit.Always)] public string FieldManager { get; init; } = "";
}
