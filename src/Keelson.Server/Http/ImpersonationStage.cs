using Keelson.Api;
using Keelson.Api.Authentication.V1;
using Keelson.Server.Access;
using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Http;

/// <summary>Lets who may act as somebody else do so; a request that asks for it and may not is refused.</summary>
internal sealed class ImpersonationStage(IAuthorizer authorizer) : IStage
{
    private const string AccountPrefix = "system:serviceaccount:";
    private const string UserHeader = "Impersonate-User";
    private const string UidHeader = "Impersonate-Uid";
    private const string GroupHeader = "Impersonate-Group";
    private const string ExtraPrefix = "Impersonate-Extra-";

    private const string Prefix = "Impersonate-";

    public Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        foreach (var (name, _) in http.Request.Headers)
        {
            if (name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)) return ActAsync(http, next);
        }

        return next(http);
    }

    private async Task ActAsync(HttpContext http, RequestDelegate next)
    {
        var headers = http.Request.Headers;
        var wanted = headers.Keys.Where(name => name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)).ToList();
        var facts = RequestFacts.Of(http);
        facts.User = await ImpersonateAsync(http, facts.User).ConfigureAwait(false);
        foreach (var name in wanted) headers.Remove(name);
        await next(http).ConfigureAwait(false);
    }

    private async ValueTask<UserInfo> ImpersonateAsync(HttpContext http, UserInfo user)
    {
        var headers = http.Request.Headers;
        var name = headers[UserHeader].ToString();
        if (name.Length == 0) throw Failures.BadRequest("requested to impersonate groups, uid or extra without impersonating a user");
        var account = name.StartsWith(AccountPrefix, StringComparison.Ordinal) ? name[AccountPrefix.Length..].Split(':') : [];
        if (account.Length == 2) await CheckAsync(user, "serviceaccounts", account[1], "", http.RequestAborted, space: account[0]).ConfigureAwait(false);
        else await CheckAsync(user, "users", name, "", http.RequestAborted).ConfigureAwait(false);
        var uid = headers[UidHeader].ToString();
        if (uid.Length > 0) await CheckAsync(user, "uids", uid, "authentication.k8s.io", http.RequestAborted).ConfigureAwait(false);
        var groups = new List<string>();
        foreach (var group in headers[GroupHeader].OfType<string>())
        {
            await CheckAsync(user, "groups", group, "", http.RequestAborted).ConfigureAwait(false);
            groups.Add(group);
        }

        var extra = new ApiMapBuilder<ApiList<string>>();
        foreach (var (header, values) in headers.Where(candidate => candidate.Key.StartsWith(ExtraPrefix, StringComparison.OrdinalIgnoreCase)))
        {
            var key = Uri.UnescapeDataString(header[ExtraPrefix.Length..].ToLowerInvariant());
            foreach (var value in values.OfType<string>()) await CheckAsync(user, "userextras", value, "authentication.k8s.io", http.RequestAborted, key).ConfigureAwait(false);
            extra.Add(key, values.OfType<string>().ToApiList());
        }

        // Which groups an account is in follows from its name.
        if (account.Length == 2 && groups.Count == 0) groups.AddRange(["system:serviceaccounts", $"system:serviceaccounts:{account[0]}"]);
        if (name == KnownUsers.Anonymous.Username) groups.Add(KnownUsers.Unauthenticated);
        else if (!groups.Contains(KnownUsers.Authenticated)) groups.Add(KnownUsers.Authenticated);
        return new UserInfo { Username = name, Uid = uid, Groups = groups.ToApiList(), Extra = extra.ToMap() };
    }

    private async ValueTask CheckAsync(UserInfo user, string resource, string name, string group, CancellationToken cancel, string subresource = "", string space = "")
    {
        var asked = new RequestInfo { Path = "", Verb = "impersonate", IsResource = true, Group = group, Version = "v1", Resource = resource, Subresource = subresource, Name = name, Namespace = space };
        var decision = await authorizer.AuthorizeAsync(user, asked, cancel).ConfigureAwait(false);
        if (!decision.IsAllowed) throw Refusals.Of(user, asked, decision.Reason);
    }
}
