using Keelson.Api.Authentication.V1;
using Keelson.Server.Access;
using Keelson.Server.Http;

namespace Keelson.Server.Admission;

/// <summary>Whether somebody may do something for a signer of certificates: by its name, or by its domain and a star.</summary>
internal static class SignerRights
{
    public static async ValueTask<bool> MayAsync(IAuthorizer authorizer, UserInfo user, string verb, string signer, CancellationToken cancel)
    {
        var slash = signer.IndexOf('/', StringComparison.Ordinal);
        var names = slash < 0 ? [signer] : new[] { signer, signer[..slash] + "/*" };
        foreach (var name in names)
        {
            var asked = new RequestInfo { Path = "", Verb = verb, IsResource = true, Group = "certificates.k8s.io", Version = "*", Resource = "signers", Name = name };
            if ((await authorizer.AuthorizeAsync(user, asked, cancel).ConfigureAwait(false)).IsAllowed) return true;
        }

        return false;
    }
}
