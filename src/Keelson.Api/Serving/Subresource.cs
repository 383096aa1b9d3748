namespace Keelson.Api.Serving;

/// <summary>How a subresource is spoken to: read and written as an object, created, or connected to.</summary>
public enum SubresourceForm { Object, Replace, Create, Text, Connect, Proxy }

/// <summary>What is known of a subresource by its name.</summary>
public static class Subresource
{
    private static readonly IReadOnlyList<string> ObjectVerbs = ["get", "patch", "update"];
    private static readonly IReadOnlyList<string> ProxyVerbs = ["create", "delete", "get", "patch", "update"];

    /// <summary>The form of a subresource, by its name and the kind that it speaks.</summary>
    public static SubresourceForm FormOf(SubresourceInfo subresource) => subresource.Name switch
    {
        "finalize" => SubresourceForm.Replace,
        "eviction" or "token" => SubresourceForm.Create,
        "binding" when subresource.Kind is not null => SubresourceForm.Create,
        "log" => SubresourceForm.Text,
        "exec" or "attach" or "portforward" => SubresourceForm.Connect,
        "proxy" => SubresourceForm.Proxy,
        _ => SubresourceForm.Object,
    };

    /// <summary>The verbs of a subresource, in discovery's order.</summary>
    public static IReadOnlyList<string> VerbsOf(SubresourceInfo subresource) => FormOf(subresource) switch
    {
        SubresourceForm.Replace => ["update"],
        SubresourceForm.Create => ["create"],
        SubresourceForm.Text => ["get"],
        SubresourceForm.Connect => ["create", "get"],
        SubresourceForm.Proxy => ProxyVerbs,
        _ => ObjectVerbs,
    };
}
