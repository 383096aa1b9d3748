namespace Keelson.Api.Core.V1;

/// <summary>Carries the query parameters of the attach subresource of a pod. It is never stored; kubectl attach uses it.</summary>
[Kind("", "v1")]
public sealed partial record PodAttachOptions
{
    /// <summary>Forward standard input to the container; false by default.</summary>
    [Field(1)] public bool Stdin { get; init; }

    /// <summary>Stream standard output back; true by default.</summary>
    [Field(2)] public bool Stdout { get; init; }

    /// <summary>Stream standard error back; true by default.</summary>
    [Field(3)] public bool Stderr { get; init; }

    /// <summary>Treat the stream as a terminal; the container must have one too. False by default.</summary>
    [Field(4)] public bool Tty { get; init; }

    /// <summary>Container to attach to; may be omitted when the pod has only one.</summary>
    [Field(5)] public string Container { get; init; } = "";
}
