using Keelson.Api;
using Keelson.Api.Values;
using Keelson.Storage;
using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Http;

/// <summary>The one place where failures of the parts below become what clients are told.</summary>
internal static class FailureTranslation
{
    /// <summary>The failure to answer with; null for a client that has gone away.</summary>
    public static ApiException? Translate(Exception failure, HttpContext context) => failure switch
    {
        ApiException known => known,
        OperationCanceledException when context.RequestAborted.IsCancellationRequested => null,
        OperationCanceledException => Failures.Timeout("The server was unable to complete the request in time"),
        ApiFormatException format => Failures.BadRequest(format.Message, format),
        JsonFormatException format => Failures.BadRequest(format.Message, format),
        ValueDepthException deep => Failures.BadRequest("the document is nested too deeply", deep),
        StoreException store => Translate(store),
        Cache.DamagedObjectException damaged => Failures.Internal(damaged.Message, damaged),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => Failures.TooLarge(Objects.ObjectLimits.MaxBodyBytes),
        BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } => Failures.SlowBody(),
        BadHttpRequestException bad => Failures.BadRequest(bad.Message, bad),
        IOException when context.RequestAborted.IsCancellationRequested => null,
        _ => Failures.Internal(failure.Message, failure),
    };

    private static ApiException Translate(StoreException store) => store.Error switch
    {
        StoreError.Compacted => Failures.Expired("The resourceVersion for the provided list is too old."),
        StoreError.Unavailable => Failures.Unavailable(store.Message, store),
        _ => Failures.Internal(store.Message, store),
    };
}
