namespace Keelson.Client.Transport;

/// <summary>Where objects are, below the server's address.</summary>
internal static class ResourcePath
{
    public static string Of(ApiResource resource, string? inNamespace, string? name = null, string? subresource = null)
    {
        var path = (resource.Group.Length == 0 ? "/api/" : $"/apis/{Segment(resource.Group, "group")}/") + Segment(resource.Version, "version");
        if (!string.IsNullOrEmpty(inNamespace) && resource.IsNamespaced) path += "/namespaces/" + Segment(inNamespace, "namespace");
        path += "/" + Segment(resource.Plural, "resource");
        if (name is not null) path += "/" + Segment(name, "name");
        // A subresource may have a path of its own below it, as a proxied request has.
        if (subresource is not null) path += "/" + string.Join('/', subresource.Split('/').Select(part => Segment(part, "subresource")));
        return path;
    }

    // What would lead elsewhere than it says is no name of anything.
    private static string Segment(string text, string what)
    {
        if (text.Length == 0) throw new ArgumentException($"The {what} is empty.");
        if (text is "." or ".." || text.AsSpan().ContainsAny('/', '%')) throw new ArgumentException($"\"{text}\" cannot be a {what}.");
        return Uri.EscapeDataString(text);
    }
}
