using Keelson.Api.Authentication.V1;
using Keelson.Api.Meta.V1;
using Keelson.Server.Http;

namespace Keelson.Server.Access;

/// <summary>Decides who may do what.</summary>
public interface IAuthorizer
{
    ValueTask<Decision> AuthorizeAsync(UserInfo user, RequestInfo request, CancellationToken cancel);
}

/// <summary>Whether something is allowed, and why.</summary>
public readonly record struct Decision(bool IsAllowed, string Reason);

/// <summary>Refuses what was not allowed.</summary>
internal static class Refusals
{
    /// <summary>The refusal as clients are told it.</summary>
    public static ApiException Of(UserInfo user, RequestInfo request, string reason)
    {
        var because = reason.Length == 0 ? "" : $": {reason}";
        if (!request.IsResource) return Failures.Forbidden($"forbidden: User \"{user.Username}\" cannot {request.Verb} path \"{request.Path}\"{because}", new StatusDetails());
        var resource = request.Subresource.Length == 0 ? request.Resource : $"{request.Resource}/{request.Subresource}";
        var where = request.Namespace.Length == 0 ? " at the cluster scope" : $" in the namespace \"{request.Namespace}\"";
        var what = request.Group.Length == 0 ? request.Resource : $"{request.Resource}.{request.Group}";
        var name = request.Name.Length == 0 ? "" : $" \"{request.Name}\"";
        return Failures.Forbidden(
            $"{what}{name} is forbidden: User \"{user.Username}\" cannot {request.Verb} resource \"{resource}\" in API group \"{request.Group}\"{where}{because}",
            new StatusDetails { Name = request.Name, Group = request.Group, Kind = request.Resource });
    }
}
