namespace Keelson.Api.Core.V1;

/// <summary>Actions tied to the start and stop of a container.</summary>
[ApiType]
public sealed partial record Lifecycle
{
    /// <summary>Action run right after the container is created, in parallel to its main process; failure kills the container.</summary>
    [Field(1)] public LifecycleHandler? PostStart { get; init; }

    /// <summary>Action run before the container is told to stop; it counts against the termination grace period.</summary>
    [Field(2)] public LifecycleHandler? PreStop { get; init; }

    /// <summary>
    /// Signal that asks the process to stop, such as SIGTERM or SIGQUIT; needs the pod's os.name to be set. The image's or the
    /// runtime's default when unset.
    /// </summary>
    [Field(3), KnownValues(typeof(Signal))] public string? StopSignal { get; init; }
}

/// <summary>What a lifecycle hook does; exactly one member is set.</summary>
[ApiType]
public sealed partial record LifecycleHandler
{
    /// <summary>Run a command in the container; a non-zero exit status is a failure.</summary>
    [Field(1)] public ExecAction? Exec { get; init; }

    /// <summary>Send an HTTP GET request to the container; a status outside 200 to 399 is a failure.</summary>
    [Field(2)] public HTTPGetAction? HttpGet { get; init; }

    /// <summary>Never executed for hooks; kept for compatibility.</summary>
    [Field(3)] public TCPSocketAction? TcpSocket { get; init; }

    /// <summary>Wait for a number of seconds and do nothing else.</summary>
    [Field(4)] public SleepAction? Sleep { get; init; }
}

/// <summary>Waits for a while.</summary>
[ApiType]
public sealed partial record SleepAction
{
    /// <summary>Seconds to wait; zero returns at once, and it must not exceed the termination grace period.</summary>
    [Field(1, Emit = Emit.Always)] public long Seconds { get; init; }
}
