using Keelson.Api.Values;

namespace Keelson.Api.Patch.Apply;

/// <summary>How applying a configuration ended.</summary>
public enum ApplyOutcome
{
    /// <summary>The object is merged.</summary>
    Applied,

    /// <summary>Others own fields that would change.</summary>
    Conflict,

    /// <summary>The request is not one that can be applied to this resource.</summary>
    BadRequest,

    /// <summary>The configuration, or the object as it is stored, does not fit the schema.</summary>
    Failed,
}

/// <summary>What became of an applied configuration.</summary>
public sealed record ApplyResult
{
    private ApplyResult(ApplyOutcome outcome) => Outcome = outcome;

    public ApplyOutcome Outcome { get; }

    /// <summary>The object with its managed fields; null where it is not applied.</summary>
    public MapValue? Object { get; private init; }

    /// <summary>Whether anything besides managed fields changes.</summary>
    public bool Changes { get; private init; }

    /// <summary>Fields of others that would change.</summary>
    public IReadOnlyList<FieldConflict> Conflicts { get; private init; } = [];

    /// <summary>Why it is not applied, in the form that tools know; empty where it is.</summary>
    public string Message { get; private init; } = "";

    internal static ApplyResult Applied(MapValue @object, bool changes) => new(ApplyOutcome.Applied) { Object = @object, Changes = changes };

    internal static ApplyResult Conflict(IReadOnlyList<FieldConflict> conflicts) =>
        new(ApplyOutcome.Conflict) { Conflicts = conflicts, Message = FieldConflict.Describe(conflicts) };

    internal static ApplyResult BadRequest(string message) => new(ApplyOutcome.BadRequest) { Message = message };

    internal static ApplyResult Failed(string message) => new(ApplyOutcome.Failed) { Message = message };
}
