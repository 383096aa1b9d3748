namespace Keelson.Api.Core.V1;

/// <summary>Carries the query parameters of the exec subresource of a pod. It is never stored; kubectl exec uses it.</summary>
[Kind("", "v1")]
public sealed partial record PodExecOptions
{
    /// <summary>Forward standard input to the command; false by default.</summary>
    [Field(1)] public bool Stdin { get; init; }

    /// <summary>Stream standard output of the command back to the client.</summary>
    [Field(2)] public bool Stdout { get; init; }

    /// <summary>Stream standard error of the command back to the client; none with tty.</summary>
    [Field(3)] public bool Stderr { get; init; }

    /// <summary>Give the command a terminal; false by default.</summary>
    [Field(4)] public bool Tty { get; init; }

    /// <summary>Container to run in; may be omitted when the pod has only one.</summary>
    [Field(5)] public string Container { get; init; } = "";

    /// <summary>Program and arguments, run without a shell.</summary>
    [Field(6, Emit = Emit.Always), Atomic] public ApiList<string> Command { get; init; }
}
