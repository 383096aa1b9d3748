using Keelson.Api.Meta.V1;
using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Http;

/// <summary>Turns whatever goes wrong further in into a status for the client.</summary>
internal sealed class FailureStage : IStage
{
    public async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            // A client that is gone, or has half an answer already, can be told nothing any more.
            if (FailureTranslation.Translate(failure, http) is not { } known || http.Response.HasStarted)
            {
                http.Abort();
                return;
            }

            await AnswerAsync(http, known.Status).ConfigureAwait(false);
        }
    }

    private static ValueTask AnswerAsync(HttpContext http, Status status)
    {
        if (status.Details is { RetryAfterSeconds: > 0 } details) http.Response.Headers.RetryAfter = details.RetryAfterSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var accept = MediaTypes.Choose(http.Request.Headers.Accept, hasProtobuf: true, forms: true) ?? AcceptedForm.Json;
        return Answers.KindAsync(http, status.Code, accept.Encoding, status);
    }
}
