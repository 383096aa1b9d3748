using Keelson.Api.Authentication.V1;
using Keelson.Server.Http;

namespace Keelson.Server.Access;

/// <summary>Allows what any of several authorizers allows, asked in order.</summary>
internal sealed class UnionAuthorizer(IReadOnlyList<IAuthorizer> authorizers) : IAuthorizer
{
    public IReadOnlyList<IAuthorizer> Authorizers => authorizers;

    public async ValueTask<Decision> AuthorizeAsync(UserInfo user, RequestInfo request, CancellationToken cancel)
    {
        var reasons = "";
        foreach (var authorizer in authorizers)
        {
            var decision = await authorizer.AuthorizeAsync(user, request, cancel).ConfigureAwait(false);
            if (decision.IsAllowed) return decision;
            if (decision.Reason.Length > 0) reasons = reasons.Length == 0 ? decision.Reason : $"{reasons}\n{decision.Reason}";
        }

        return new Decision(false, reasons);
    }
}
