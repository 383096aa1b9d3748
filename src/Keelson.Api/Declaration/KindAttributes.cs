namespace Keelson.Api;

/// <summary>Whether a resource's objects live in namespaces or in the cluster as a whole.</summary>
public enum Scope { Namespaced, Cluster }

/// <summary>Marks a part of the API that is not a kind of its own: the generator gives it codecs and a schema.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ApiTypeAttribute : Attribute;

/// <summary>Marks a kind: a type that stands alone on the wire with its apiVersion and kind, such as DeleteOptions or Scale.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public class KindAttribute(string group, string version) : Attribute
{
    public string Group { get; } = group;

    public string Version { get; } = version;

    /// <summary>The kind has a list although it is no resource that can be listed.</summary>
    public bool List { get; init; }
}

/// <summary>Marks a kind that the API server serves as a resource, with what discovery tells of it.</summary>
public sealed class ResourceAttribute(string group, string version, string plural, Scope scope) : KindAttribute(group, version)
{
    public string Plural { get; } = plural;

    public Scope Scope { get; } = scope;

    /// <summary>What one is called in commands; by default the kind in lower case.</summary>
    public string? Singular { get; init; }

    public string[] ShortNames { get; init; } = [];

    public string[] Categories { get; init; } = [];

    /// <summary>Names of what is served below an object, such as status; with another kind as "scale:autoscaling/v1/Scale".</summary>
    public string[] Subresources { get; init; } = [];

    /// <summary>What can be done with the resource; by default everything.</summary>
    public string[] Verbs { get; init; } = [];
}

/// <summary>Says under which package name a namespace's types appear in OpenAPI documents.</summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class OpenApiPackageAttribute(string @namespace, string package) : Attribute
{
    public string Namespace { get; } = @namespace;

    public string Package { get; } = package;
}
