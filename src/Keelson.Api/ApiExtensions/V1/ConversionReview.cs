using Keelson.Api.Meta.V1;

namespace Keelson.Api.ApiExtensions.V1;

/// <summary>
/// The message an API server posts to a conversion webhook and gets back from it. It is never stored; authors of webhooks
/// convert the objects of the request and return them in the response.
/// </summary>
[Kind("apiextensions.k8s.io", "v1")]
public sealed partial record ConversionReview
{
    /// <summary>Filled by the API server when it calls the webhook.</summary>
    [Field(1)] public ConversionRequest? Request { get; init; }

    /// <summary>Filled by the webhook when it answers.</summary>
    [Field(2)] public ConversionResponse? Response { get; init; }
}

/// <summary>Asks a conversion webhook to bring custom resources to another version.</summary>
[ApiType]
public sealed partial record ConversionRequest
{
    /// <summary>Identifies this call; the response must echo it.</summary>
    [Field(1, Emit = Emit.Always)] public string Uid { get; init; } = "";

    /// <summary>Group and version all objects must have afterwards, such as example.com/v1.</summary>
    [Field(2, Emit = Emit.Always)] public string DesiredAPIVersion { get; init; } = "";

    /// <summary>Objects to convert, possibly of mixed versions.</summary>
    [Field(3, Emit = Emit.Always), Atomic] public ApiList<RawJson> Objects { get; init; }
}

/// <summary>The converted objects, or the reason why there are none.</summary>
[ApiType]
public sealed partial record ConversionResponse
{
    /// <summary>Must repeat the uid of the request being answered.</summary>
    [Field(1, Emit = Emit.Always)] public string Uid { get; init; } = "";

    /// <summary>
    /// The objects in the requested version, in the same order and number. Apart from labels and annotations, metadata must be
    /// unchanged.
    /// </summary>
    [Field(2, Emit = Emit.Always), Atomic] public ApiList<RawJson> ConvertedObjects { get; init; }

    /// <summary>Status Success, or Failure with a message for the client; one failure fails the whole batch.</summary>
    [Field(3, Emit = Emit.Always)] public Status Result { get; init; } = Status.Empty;
}
