using Keelson.Api;
using Keelson.Api.Meta.V1;

namespace Keelson.Client.Resources;

/// <summary>Objects as a list request answered them, in one page or whole.</summary>
public sealed record ObjectList<T>(ApiList<T> Items, ListMeta Metadata)
    where T : class
{
    /// <summary>The version of the collection, from which a watch continues.</summary>
    public string ResourceVersion => Metadata.ResourceVersion;

    /// <summary>What asks for the next page; empty on the last one.</summary>
    public string Continue => Metadata.Continue;
}
