namespace Keelson.Api.Meta.V1;

/// <summary>One message of a watch stream.</summary>
[Kind("", "")]
public sealed partial record WatchEvent
{
    /// <summary>What happened: ADDED, MODIFIED, DELETED, BOOKMARK or ERROR.</summary>
    [Field(1, Emit = Emit.Always)] public string Type { get; init; } = "";

    /// <summary>The object after the change, its last state if deleted, only its version for a bookmark, or a Status for an error.</summary>
    [Field(2, Emit = Emit.Always)] public RawJson Object { get; init; }
}
