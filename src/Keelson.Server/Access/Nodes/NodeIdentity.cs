using Keelson.Api.Authentication.V1;

namespace Keelson.Server.Access.Nodes;

/// <summary>Tells kubelets from other users: they are in a group, and their names have the node's in them.</summary>
internal static class NodeIdentity
{
    public const string Group = "system:nodes";

    private const string UserPrefix = "system:node:";

    /// <summary>Whether a user is a kubelet, and of which node; the node is empty where the name does not tell.</summary>
    public static bool Is(UserInfo user, out string node)
    {
        node = "";
        if (!user.Username.StartsWith(UserPrefix, StringComparison.Ordinal) || !user.Groups.Contains(Group)) return false;
        node = user.Username[UserPrefix.Length..];
        return true;
    }
}
