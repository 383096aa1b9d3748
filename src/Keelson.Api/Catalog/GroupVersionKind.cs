namespace Keelson.Api;

/// <summary>What an object is: the API group (empty for the core group), its version, and the kind.</summary>
public readonly record struct GroupVersionKind(string Group, string Version, string Kind)
{
    /// <summary>As it stands in objects: "v1", "apps/v1".</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>Takes an apiVersion apart; null where it has more than one slash.</summary>
    public static GroupVersionKind? Parse(string apiVersion, string kind)
    {
        var slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0) return new GroupVersionKind("", apiVersion, kind);
        if (apiVersion.IndexOf('/', slash + 1) >= 0) return null;
        return new GroupVersionKind(apiVersion[..slash], apiVersion[(slash + 1)..], kind);
    }

    public override string ToString() => $"{ApiVersion}, Kind={Kind}";
}
