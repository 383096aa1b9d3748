namespace Keelson.Node.Runtime;

/// <summary>Why a runtime could not do what it was asked to.</summary>
public enum RuntimeError
{
    /// <summary>The runtime tried and failed; the message says how.</summary>
    Failed,
    NotFound,
    AlreadyExists,
    InvalidRequest,

    /// <summary>Not in the state for it, such as starting what runs.</summary>
    WrongState,
    TimedOut,

    /// <summary>The runtime cannot be reached; it may have acted or not.</summary>
    Unavailable,

    /// <summary>This runtime, or this version of it, does not offer it.</summary>
    NotOffered,
    Denied,
    OutOfResources,
}

/// <summary>A container runtime did not do what it was asked to.</summary>
public sealed class RuntimeException(RuntimeError error, string message, Exception? inner = null) : Exception(message, inner)
{
    public RuntimeError Error { get; } = error;
}
