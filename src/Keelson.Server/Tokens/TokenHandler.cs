using Keelson.Api;
using Keelson.Api.Authentication.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Server.Http;
using Keelson.Server.Objects;
using Keelson.Server.Verbs;

namespace Keelson.Server.Tokens;

/// <summary>Issues a token for a service account, bound to an object where one is named.</summary>
internal sealed class TokenHandler(ServerContext server) : IVerbHandler
{
    /// <summary>How long a token is good for unless the request says; default one hour, as upstream.</summary>
    private const long DefaultSeconds = 3600;

    /// <summary>The shortest life that can be asked for, as upstream.</summary>
    private const long MinSeconds = 600;

    /// <summary>The longest life that can be asked for, as upstream.</summary>
    private const long MaxSeconds = 1L << 32;

    public async ValueTask HandleAsync(ApiRequest request)
    {
        var sent = await RequestBody.ReadKindAsync<TokenRequest>(request.Http.Request, request.Cancel).ConfigureAwait(false) ?? throw Failures.BadRequest("a token request is expected");
        if (sent.Metadata.Name.Length > 0 && sent.Metadata.Name != request.Info.Name) throw Failures.BadRequest("name in URL does not match name in TokenRequest object");
        var account = await server.Tokens.FindAsync("serviceaccounts", request.Name, request.Cancel).ConfigureAwait(false)
            ?? throw Failures.NotFound(request.Resource, request.Info.Name);
        sent = (TokenRequest)await Admitting.RunAsync(server, request, sent).ConfigureAwait(false);
        var seconds = sent.Spec.ExpirationSeconds ?? DefaultSeconds;
        if (seconds < MinSeconds) throw Wrong(seconds, "may not specify a duration less than 10 minutes");
        if (seconds > MaxSeconds) throw Wrong(seconds, "may not specify a duration larger than 2^32 seconds");
        var now = server.Now.ToUnixTimeSeconds();
        var claims = await BindAsync(
            request,
            sent.Spec.BoundObjectRef,
            new TokenClaims
            {
                Issuer = ServiceAccountTokens.Issuer,
                Audiences = sent.Spec.Audiences.IsEmpty ? ServiceAccountTokens.OwnAudiences : sent.Spec.Audiences,
                IssuedAt = now,
                ExpiresAt = now + seconds,
                Id = server.NewUid(),
                Namespace = request.Info.Namespace,
                Account = new NamedObject(request.Info.Name, account.Metadata.Uid),
            }).ConfigureAwait(false);
        var answer = sent with
        {
            ApiVersion = "authentication.k8s.io/v1",
            Kind = "TokenRequest",
            Metadata = new ObjectMeta { Name = request.Info.Name, Namespace = request.Info.Namespace, CreationTimestamp = Time.FromDateTimeOffset(server.Now) },
            Spec = sent.Spec with { Audiences = claims.Audiences, ExpirationSeconds = seconds },
            Status = new TokenRequestStatus
            {
                Token = request.Options.DryRun ? "" : server.Tokens.Issue(claims),
                ExpirationTimestamp = Time.FromDateTimeOffset(DateTimeOffset.FromUnixTimeSeconds(claims.ExpiresAt)),
            },
        };
        await Answers.KindAsync(request, 201, answer).ConfigureAwait(false);
    }

    private async ValueTask<TokenClaims> BindAsync(ApiRequest request, BoundObjectReference? reference, TokenClaims claims)
    {
        if (reference is null) return claims;
        var plural = (reference.ApiVersion, reference.Kind) switch
        {
            ("v1", "Pod") => "pods",
            ("v1", "Secret") => "secrets",
            ("v1", "Node") => "nodes",
            _ => throw Failures.BadRequest($"cannot bind token for serviceaccount \"{claims.Account.Name}\" to object of type {reference.ApiVersion}, Kind={reference.Kind}"),
        };
        var resource = server.Registry.Find("", "v1", plural)!;
        var found = await server.Tokens.FindAsync(plural, new ObjectName(plural == "nodes" ? "" : request.Info.Namespace, reference.Name), request.Cancel).ConfigureAwait(false)
            ?? throw Failures.NotFound(resource, reference.Name);
        if (reference.Uid.Length > 0 && reference.Uid != found.Metadata.Uid)
        {
            throw Failures.Conflict(
                resource,
                reference.Name,
                $"the UID in the bound object reference ({reference.Uid}) does not match the UID in record. The object might have been deleted and then recreated");
        }

        var bound = new NamedObject(reference.Name, found.Metadata.Uid);
        if (plural == "nodes") return claims with { Node = bound };
        if (found.Typed is not Pod pod) return claims with { Secret = bound };
        if (pod.Spec.ServiceAccountName != claims.Account.Name)
        {
            throw Failures.BadRequest($"cannot bind token for serviceaccount \"{claims.Account.Name}\" to pod running with different serviceaccount name.");
        }

        var node = pod.Spec.NodeName.Length == 0 ? null : await server.Tokens.FindAsync("nodes", new ObjectName("", pod.Spec.NodeName), request.Cancel).ConfigureAwait(false);
        return claims with { Pod = bound, Node = node is null ? null : new NamedObject(pod.Spec.NodeName, node.Metadata.Uid) };
    }

    private static ApiException Wrong(long seconds, string why) =>
        Failures.Invalid("authentication.k8s.io", "TokenRequest", "", [MetadataRules.Invalid("spec.expirationSeconds", seconds, why)]);
}
