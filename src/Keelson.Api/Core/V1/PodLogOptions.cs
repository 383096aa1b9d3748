namespace Keelson.Api.Core.V1;

/// <summary>Carries the query parameters of the log subresource of a pod. It is never stored; kubectl logs uses it.</summary>
[Kind("", "v1")]
public sealed partial record PodLogOptions
{
    /// <summary>Container to read; may be omitted when the pod has only one.</summary>
    [Field(1)] public string Container { get; init; } = "";

    /// <summary>Keep the stream open and send new lines as they appear; false by default.</summary>
    [Field(2)] public bool Follow { get; init; }

    /// <summary>Read the log of the run before the last restart; false by default.</summary>
    [Field(3)] public bool Previous { get; init; }

    /// <summary>Only lines younger than this many seconds; excludes sinceTime.</summary>
    [Field(4)] public long? SinceSeconds { get; init; }

    /// <summary>Only lines from this time on; excludes sinceSeconds.</summary>
    [Field(5)] public Time? SinceTime { get; init; }

    /// <summary>Begin each line with its time in RFC 3339; false by default.</summary>
    [Field(6)] public bool Timestamps { get; init; }

    /// <summary>Only this many lines from the end; everything from the start, or from the since time, when unset.</summary>
    [Field(7)] public long? TailLines { get; init; }

    /// <summary>Stop after this many bytes, possibly in the middle of a line.</summary>
    [Field(8)] public long? LimitBytes { get; init; }

    /// <summary>Skip verifying the kubelet's certificate, so the log could come from an impostor; false by default.</summary>
    [Field(9)] public bool InsecureSkipTLSVerifyBackend { get; init; }

    /// <summary>Which stream to read: All, Stdout or Stderr; All by default. A single stream cannot be combined with tailLines.</summary>
    [Field(10)] public string? Stream { get; init; }
}
