using System.Security.Cryptography;
using System.Text;
using Keelson.Api;
using Keelson.Api.Authentication.V1;
using Keelson.Server.Access;
using Keelson.Server.Objects;
using Keelson.Server.Registry;
using Keelson.Server.Storing;

namespace Keelson.Server.Tokens;

/// <summary>Issues the tokens of service accounts, and tells whose a token is.</summary>
/// <param name="known">Other bearer tokens that the server was started with, for reviews.</param>
internal sealed class ServiceAccountTokens(ServiceAccountKey key, ObjectStore objects, ResourceRegistry registry, TimeProvider time, IReadOnlyDictionary<string, UserInfo> known)
{
    public const string Issuer = "https://kubernetes.default.svc.cluster.local";

    private const string Extra = "authentication.kubernetes.io/";

    /// <summary>The longest text that is looked at as a token; default 32 KiB.</summary>
    private const int MaxLength = 32 * 1024;

    /// <summary>How long after the end of what it is bound to a token is still good, so that whoever ends can say goodbye; default 60 seconds, as upstream.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(60);

    /// <summary>Whom a token is for when nobody is named: this server.</summary>
    public static ApiList<string> OwnAudiences { get; } = [Issuer];

    public ServiceAccountKey Key => key;

    public string Issue(TokenClaims claims) => key.Sign(claims.ToJson());

    /// <summary>Whether a text claims to be a token that this server's key signed.</summary>
    public bool IsOurs(string token) => token.StartsWith(key.Header + ".", StringComparison.Ordinal);

    /// <summary>Whose a token is, and for which of the asked audiences; null where it is false, out of date, for others, or of somebody who is gone.</summary>
    public async ValueTask<(UserInfo User, ApiList<string> Audiences)?> CheckAsync(string token, ApiList<string> audiences, CancellationToken cancel)
    {
        if (token.Length > MaxLength || key.Verify(token) is not { } json || TokenClaims.Read(json) is not { } claims || claims.Issuer != Issuer) return null;
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        if (now >= claims.ExpiresAt || now < claims.IssuedAt) return null;
        var shared = audiences.Where(audience => claims.Audiences.Contains(audience)).ToApiList();
        if (shared.IsEmpty) return null;
        var alive = await IsAliveAsync("serviceaccounts", claims.Namespace, claims.Account, cancel).ConfigureAwait(false)
            && await IsAliveAsync("pods", claims.Namespace, claims.Pod, cancel).ConfigureAwait(false)
            && await IsAliveAsync("secrets", claims.Namespace, claims.Secret, cancel).ConfigureAwait(false);

        // A pod's node is told of for information only; a token that is bound to a node alone ends with it.
        if (alive && claims.Pod is null) alive = await IsAliveAsync("nodes", "", claims.Node, cancel).ConfigureAwait(false);
        return alive ? (UserOf(claims), shared) : null;
    }

    /// <summary>Answers whether a token is anybody's.</summary>
    public async ValueTask<TokenReviewStatus> ReviewAsync(TokenReviewSpec spec, CancellationToken cancel)
    {
        var audiences = spec.Audiences.IsEmpty ? OwnAudiences : spec.Audiences;
        if (await CheckAsync(spec.Token, audiences, cancel).ConfigureAwait(false) is { } found)
        {
            return new TokenReviewStatus { Authenticated = true, User = found.User, Audiences = found.Audiences };
        }

        var given = SHA256.HashData(Encoding.UTF8.GetBytes(spec.Token));
        foreach (var (token, user) in known)
        {
            if (CryptographicOperations.FixedTimeEquals(given, SHA256.HashData(Encoding.UTF8.GetBytes(token)))) return new TokenReviewStatus { Authenticated = true, User = user };
        }

        return new TokenReviewStatus { Error = "invalid bearer token" };
    }

    public async ValueTask<ApiObject?> FindAsync(string plural, ObjectName name, CancellationToken cancel)
    {
        var resource = registry.Find("", "v1", plural) ?? throw new InvalidOperationException($"{plural} are not registered");
        return (await objects.GetAsync(resource, name, cancel).ConfigureAwait(false))?.Object;
    }

    private async ValueTask<bool> IsAliveAsync(string plural, string space, NamedObject? wanted, CancellationToken cancel)
    {
        if (wanted is null) return true;
        var found = await FindAsync(plural, new ObjectName(space, wanted.Name), cancel).ConfigureAwait(false);
        if (found is null || found.Metadata.Uid != wanted.Uid) return false;
        return found.Metadata.DeletionTimestamp is not { } ended || time.GetUtcNow() < ended.ToDateTimeOffset() + Farewell;
    }

    private static UserInfo UserOf(TokenClaims claims)
    {
        var extra = new Dictionary<string, ApiList<string>> { [Extra + "credential-id"] = [$"JTI={claims.Id}"] };
        foreach (var (name, value) in new[] { ("pod", claims.Pod), ("node", claims.Node) })
        {
            if (value is null) continue;
            extra[$"{Extra}{name}-name"] = [value.Name];
            extra[$"{Extra}{name}-uid"] = [value.Uid];
        }

        return new UserInfo
        {
            Username = claims.Subject,
            Uid = claims.Account.Uid,
            Groups = ["system:serviceaccounts", $"system:serviceaccounts:{claims.Namespace}", KnownUsers.Authenticated],
            Extra = extra,
        };
    }
}
