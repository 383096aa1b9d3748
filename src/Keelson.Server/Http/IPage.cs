using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Http;

/// <summary>Something that is served at paths of its own, beside the resources.</summary>
internal interface IPage
{
    /// <summary>Answers the request if it is for this page; false leaves it to the next.</summary>
    ValueTask<bool> TryAnswerAsync(HttpContext http, RequestInfo info);
}
