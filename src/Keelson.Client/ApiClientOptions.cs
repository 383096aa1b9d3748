using Keelson.Client.Configuration;

namespace Keelson.Client;

/// <summary>How a client speaks to the API server.</summary>
public sealed record ApiClientOptions
{
    /// <summary>Where the server is and who the client is to it; null with a <see cref="Handler"/> that leads to it already.</summary>
    public ClientConfiguration? Configuration { get; init; }

    /// <summary>Sends the requests in place of a connection: an in-process server, a test. It stays the caller's.</summary>
    public HttpMessageHandler? Handler { get; init; }

    /// <summary>Whether objects travel as protobuf where both sides can. Default false: JSON.</summary>
    public bool UseProtobuf { get; init; }

    /// <summary>Requests a second on average; zero, the default, leaves limiting to the server.</summary>
    public double RequestsPerSecond { get; init; }

    /// <summary>Requests at once when there is a limit; default 10.</summary>
    public int Burst { get; init; } = 10;

    /// <summary>How often one request is sent again when the server says when (Retry-After), or a read was cut off; default 10.</summary>
    public int RetryLimit { get; init; } = 10;

    /// <summary>The longest wait that the server may ask for; what asks for more fails at once. Default one minute.</summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long a request that is no stream may take, its attempts together. Default two minutes over a connection, and no
    /// limit with a <see cref="Handler"/>: what is in the process does not get lost on the way.
    /// </summary>
    public TimeSpan? RequestTimeout { get; init; }

    /// <summary>The most bytes of one answer; default 1 GiB, for lists.</summary>
    public int AnswerLimit { get; init; } = 1 << 30;

    /// <summary>The most bytes of one event of a watch; default 16 MiB.</summary>
    public int WatchEventLimit { get; init; } = 16 << 20;

    /// <summary>How the client names itself.</summary>
    public string UserAgent { get; init; } = "keelson/0.1.0";

    /// <summary>Takes the warnings that the server sends beside its answers; by default nobody.</summary>
    public Action<string>? OnWarning { get; init; }

    /// <summary>The clock for waits and limits.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
