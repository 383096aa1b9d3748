using System.Text;
using Keelson.Node.Runtime;
using Microsoft.AspNetCore.Http;

namespace Keelson.Node.Kubelet.Serving;

/// <summary>The way of every request: who is it, may it, what is the answer, and what goes wrong.</summary>
internal sealed class KubeletPipeline(KubeletGate gate, KubeletPages pages)
{
    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await gate.CheckAsync(http).ConfigureAwait(false);
            await pages.AnswerAsync(http).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            // Half an answer can't be taken back: the client learns from the broken connection.
            if (http.Response.HasStarted || http.RequestAborted.IsCancellationRequested) http.Abort();
            else await RefuseAsync(http, failure).ConfigureAwait(false);
        }
    }

    internal static async Task RefuseAsync(HttpContext http, Exception failure)
    {
        var (code, text) = failure switch
        {
            Refusal refusal => (refusal.Code, refusal.Message),
            RuntimeException { Error: RuntimeError.NotFound } => (404, failure.Message),
            RuntimeException { Error: RuntimeError.OutOfResources } => (429, failure.Message),
            RuntimeException { Error: RuntimeError.NotOffered } => (501, failure.Message),
            _ => (500, failure.Message),
        };
        http.Response.StatusCode = code;
        http.Response.ContentType = "text/plain; charset=utf-8";
        await http.Response.BodyWriter.WriteAsync(Encoding.UTF8.GetBytes(text), http.RequestAborted).ConfigureAwait(false);
    }
}

/// <summary>A request is refused; the message is the whole answer.</summary>
internal sealed class Refusal(int code, string message) : Exception(message)
{
    public int Code => code;
}
