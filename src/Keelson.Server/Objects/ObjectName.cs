namespace Keelson.Server.Objects;

/// <summary>Names one object of a resource; the namespace is empty for cluster-wide ones.</summary>
public readonly record struct ObjectName(string Namespace, string Name)
{
    /// <summary>As it stands behind the resource in keys: "namespace/name", or the name alone.</summary>
    public string Path => Namespace.Length == 0 ? Name : $"{Namespace}/{Name}";

    public override string ToString() => Path;
}
