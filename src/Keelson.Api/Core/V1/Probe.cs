namespace Keelson.Api.Core.V1;

/// <summary>A periodic check of a container, with its timing and thresholds.</summary>
[ApiType]
public sealed partial record Probe
{
    [Field(1), Inline] public ProbeHandler ProbeHandler { get; init; } = ProbeHandler.Empty;

    /// <summary>Seconds to wait after the container's start before the first check; 0 by default.</summary>
    [Field(2)] public int InitialDelaySeconds { get; init; }

    /// <summary>Seconds after which a check without answer fails; at least 1, which is the default.</summary>
    [Field(3)] public int TimeoutSeconds { get; init; }

    /// <summary>Seconds from one check to the next; at least 1, 10 by default.</summary>
    [Field(4)] public int PeriodSeconds { get; init; }

    /// <summary>Successes in a row that turn a failed probe around; 1 by default, and required to be 1 for liveness and startup.</summary>
    [Field(5)] public int SuccessThreshold { get; init; }

    /// <summary>Failures in a row that count as failed; at least 1, 3 by default.</summary>
    [Field(6)] public int FailureThreshold { get; init; }

    /// <summary>Seconds to stop in when this probe caused the restart; the pod's grace period when unset. Not allowed for readiness.</summary>
    [Field(7)] public long? TerminationGracePeriodSeconds { get; init; }
}

/// <summary>How a probe checks; exactly one member is set.</summary>
[ApiType]
public sealed partial record ProbeHandler
{
    /// <summary>Run a command in the container and look at its exit status.</summary>
    [Field(1)] public ExecAction? Exec { get; init; }

    /// <summary>Send an HTTP request and look at the status of the answer.</summary>
    [Field(2)] public HTTPGetAction? HttpGet { get; init; }

    /// <summary>Try to open a TCP connection to a port.</summary>
    [Field(3)] public TCPSocketAction? TcpSocket { get; init; }

    /// <summary>Call the gRPC health checking service on a port.</summary>
    [Field(4)] public GRPCAction? Grpc { get; init; }
}

/// <summary>Calls the standard gRPC health checking service of the container.</summary>
[ApiType]
public sealed partial record GRPCAction
{
    /// <summary>Port of the gRPC server, 1 to 65535.</summary>
    [Field(1, Emit = Emit.Always)] public int Port { get; init; }

    /// <summary>Service name to put into the health check request; empty by default, which asks about the server as a whole.</summary>
    [Field(2, Emit = Emit.Always), Optional, Default("\"\"")] public string? Service { get; init; }
}
