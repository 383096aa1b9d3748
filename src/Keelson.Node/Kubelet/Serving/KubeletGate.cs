using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Keelson.Api;
using Keelson.Api.Authentication.V1;
using Keelson.Api.Authorization.V1;
using Keelson.Client;
using Microsoft.AspNetCore.Http;

namespace Keelson.Node.Kubelet.Serving;

/// <summary>Lets pass whom the cluster lets: by a client certificate or a token, and by what the API server says of their rights.</summary>
internal sealed class KubeletGate(ApiClient client, KubeletOptions options, KubeletServerOptions serving)
{
    private const string Scheme = "Bearer ";
    private const string Authenticated = "system:authenticated";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private readonly Recollection<UserInfo?> _users = new(options.Time);
    private readonly Recollection<bool> _rights = new(options.Time);

    /// <exception cref="Refusal">The client is unknown, or may not do this.</exception>
    public async Task CheckAsync(HttpContext http)
    {
        var user = await FindUserAsync(http).ConfigureAwait(false) ?? throw new Refusal(401, "Unauthorized");
        var action = KubeletAction.Of(http.Request.Method, http.Request.Path.Value ?? "/");
        foreach (var subresource in action.Subresources)
        {
            if (await MayAsync(user, action.Verb, subresource, http.RequestAborted).ConfigureAwait(false)) return;
        }

        throw new Refusal(403, $"Forbidden (user={user.Username}, verb={action.Verb}, resource=nodes, subresource(s)=[{string.Join(' ', action.Subresources)}])\n");
    }

    private async ValueTask<UserInfo?> FindUserAsync(HttpContext http)
    {
        if (http.Connection.ClientCertificate is { } certificate && IsTrusted(certificate) && Read(certificate) is { } known) return known;
        var header = http.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return null;
        var token = header[Scheme.Length..].Trim();
        var key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        if (_users.TryGet(key, out var remembered)) return remembered;
        try
        {
            var review = await client.Resource<TokenReview>().CreateAsync(new TokenReview { Spec = new TokenReviewSpec { Token = token } }, cancel: http.RequestAborted).ConfigureAwait(false);
            var user = review.Status is { Authenticated: true, User: { } found } ? found : null;
            _users.Add(key, user, serving.RememberTokens);
            return user;
        }
        catch (Exception failure) when (failure is ApiException or HttpRequestException or IOException or TimeoutException)
        {
            options.OnError?.Invoke(failure);
            return null;
        }
    }

    private async ValueTask<bool> MayAsync(UserInfo user, string verb, string subresource, CancellationToken cancel)
    {
        var key = string.Join('\n', [verb, subresource, user.Username, user.Uid, .. user.Groups]);
        if (_rights.TryGet(key, out var remembered)) return remembered;
        var review = new SubjectAccessReview
        {
            Spec = new SubjectAccessReviewSpec
            {
                User = user.Username,
                Uid = user.Uid,
                Groups = user.Groups,
                Extra = user.Extra,
                ResourceAttributes = new ResourceAttributes { Verb = verb, Version = "v1", Resource = "nodes", Subresource = subresource, Name = options.NodeName },
            },
        };
        try
        {
            var answer = await client.Resource<SubjectAccessReview>().CreateAsync(review, cancel: cancel).ConfigureAwait(false);
            var isAllowed = answer.Status.Allowed && !answer.Status.Denied;
            _rights.Add(key, isAllowed, isAllowed ? serving.RememberPermissions : serving.RememberRefusals);
            return isAllowed;
        }
        catch (Exception failure) when (failure is ApiException or HttpRequestException or IOException or TimeoutException)
        {
            options.OnError?.Invoke(failure);
            throw new Refusal(500, $"Authorization error (user={user.Username}, verb={verb}, resource=nodes, subresource={subresource})\n");
        }
    }

    private bool IsTrusted(X509Certificate2 certificate)
    {
        if (serving.ClientAuthorities.Count == 0) return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(serving.ClientAuthorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = options.Time.GetUtcNow().UtcDateTime;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        return chain.Build(certificate);
    }

    private static UserInfo? Read(X509Certificate2 certificate)
    {
        var name = "";
        var groups = new ApiListBuilder<string>();
        foreach (var part in certificate.SubjectName.EnumerateRelativeDistinguishedNames())
        {
            if (part.HasMultipleElements) continue;
            if (part.GetSingleElementType().Value == "2.5.4.3") name = part.GetSingleElementValue() ?? "";
            else if (part.GetSingleElementType().Value == "2.5.4.10") groups.Add(part.GetSingleElementValue() ?? "");
        }

        if (name.Length == 0) return null;
        groups.Add(Authenticated);
        return new UserInfo { Username = name, Groups = groups.ToList() };
    }
}
