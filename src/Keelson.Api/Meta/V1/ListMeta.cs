namespace Keelson.Api.Meta.V1;

/// <summary>Data about a list as a whole.</summary>
[ApiType]
public sealed partial record ListMeta
{
    /// <summary>Formerly the URL of the list; the server no longer fills it.</summary>
    [Field(1)] public string SelfLink { get; init; } = "";

    /// <summary>Opaque version of the whole collection, from which a watch can continue.</summary>
    [Field(2)] public string ResourceVersion { get; init; } = "";

    /// <summary>Token for the next page of a limited list; empty on the last page. It expires after a few minutes.</summary>
    [Field(3)] public string Continue { get; init; } = "";

    /// <summary>Number of items on later pages; absent when a selector is used or it is unknown.</summary>
    [Field(4)] public long? RemainingItemCount { get; init; }

    /// <summary>Tells that the list is one shard of the collection; absent for full lists.</summary>
    [Field(5)] public ShardInfo? ShardInfo { get; init; }
}

/// <summary>Tells which part of a collection a list contains.</summary>
[ApiType]
public sealed partial record ShardInfo
{
    /// <summary>Shard selector the server applied, as the client sent it.</summary>
    [Field(1, Emit = Emit.Always)] public string Selector { get; init; } = "";
}
