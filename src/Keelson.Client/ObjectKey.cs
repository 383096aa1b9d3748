namespace Keelson.Client;

/// <summary>Which object of a kind: its namespace, empty for a cluster-wide one, and its name.</summary>
public readonly record struct ObjectKey(string Namespace, string Name)
{
    /// <summary>Reads "namespace/name" or "name".</summary>
    public static ObjectKey Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? new ObjectKey("", text) : new ObjectKey(text[..slash], text[(slash + 1)..]);
    }

    public override string ToString() => string.IsNullOrEmpty(Namespace) ? Name : $"{Namespace}/{Name}";
}
