namespace Keelson.Api.Patch.Strategic;

/// <summary>Why a strategic merge patch could not be applied or created.</summary>
public enum StrategicPatchProblem
{
    /// <summary>The patch contradicts itself or the type that it is for.</summary>
    Malformed,

    /// <summary>A precondition does not hold for the patch that was computed.</summary>
    Precondition,

    /// <summary>The patch would overwrite what someone else changed in the meantime.</summary>
    Conflict,
}

/// <summary>A strategic merge patch could not be applied or created. The message is in the form that tools know.</summary>
public sealed class StrategicPatchException(StrategicPatchProblem problem, string message) : FormatException(message)
{
    public StrategicPatchProblem Problem { get; } = problem;
}
