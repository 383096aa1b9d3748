namespace Keelson.Client.Transport;

/// <summary>One request, which may be sent several times.</summary>
internal sealed record ApiCall(HttpMethod Method, string PathAndQuery)
{
    public ReadOnlyMemory<byte> Body { get; init; }

    public string? ContentType { get; init; }

    public string Accept { get; init; } = MediaTypes.Json;

    /// <summary>Whether the answer has no end that is to be waited for.</summary>
    public bool IsStream { get; init; }
}

/// <summary>Makes a result of the bytes of an answer.</summary>
internal delegate TResult BodyReader<out TResult>(ReadOnlySpan<byte> body, bool isProtobuf);
