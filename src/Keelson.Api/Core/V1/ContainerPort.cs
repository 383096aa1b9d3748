namespace Keelson.Api.Core.V1;

/// <summary>One port that a container listens on.</summary>
[ApiType]
public sealed partial record ContainerPort
{
    /// <summary>Unique name within the pod, at most 15 characters, by which services and probes may refer to the port.</summary>
    [Field(1)] public string Name { get; init; } = "";

    /// <summary>Port of the node to forward, 1 to 65535; must equal containerPort under hostNetwork. Rarely needed.</summary>
    [Field(2)] public int HostPort { get; init; }

    /// <summary>Port inside the pod's network, 1 to 65535.</summary>
    [Field(3, Name = "containerPort", Emit = Emit.Always)] public int ContainerPortValue { get; init; }

    /// <summary>TCP, UDP or SCTP; TCP by default.</summary>
    [Field(4), Default("\"TCP\""), KnownValues(typeof(Protocol))] public string Protocol { get; init; } = "";

    /// <summary>Node address that hostPort binds to; all addresses when empty.</summary>
    [Field(5)] public string HostIP { get; init; } = "";
}
