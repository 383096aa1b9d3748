namespace Keelson.Api.Meta.V1;

/// <summary>Options of a get request.</summary>
[Kind("", "v1")]
public sealed partial record GetOptions
{
    /// <summary>How fresh the answer must be: unset for the latest, 0 for any cached state, else at least this version.</summary>
    [Field(1)] public string ResourceVersion { get; init; } = "";
}
