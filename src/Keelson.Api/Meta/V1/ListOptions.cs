namespace Keelson.Api.Meta.V1;

/// <summary>Options of list, watch and delete-collection requests.</summary>
[Kind("", "v1")]
public sealed partial record ListOptions
{
    /// <summary>Only objects with matching labels, such as app=web,tier!=db; all when empty.</summary>
    [Field(1)] public string LabelSelector { get; init; } = "";

    /// <summary>Only objects whose fields match, such as spec.nodeName=n1; kinds support few fields. All when empty.</summary>
    [Field(2)] public string FieldSelector { get; init; } = "";

    /// <summary>Stream changes instead of returning a list; begin at resourceVersion.</summary>
    [Field(3)] public bool Watch { get; init; }

    /// <summary>Let the server send BOOKMARK events, which carry only a newer resource version; ignored unless watching.</summary>
    [Field(9)] public bool AllowWatchBookmarks { get; init; }

    /// <summary>Freshness of a list or start of a watch: unset for the latest, 0 for any cached state, else from this version.</summary>
    [Field(4)] public string ResourceVersion { get; init; } = "";

    /// <summary>How resourceVersion binds a list: Exact or NotOlderThan; unset follows older rules.</summary>
    [Field(10), KnownValues(typeof(ResourceVersionMatch))] public string ResourceVersionMatch { get; init; } = "";

    /// <summary>Seconds after which the call ends, whether or not anything happens; the server chooses when unset.</summary>
    [Field(5)] public long? TimeoutSeconds { get; init; }

    /// <summary>Largest number of items to return; more are fetched with continue. Unlimited when 0, ignored for watches.</summary>
    [Field(7)] public long Limit { get; init; }

    /// <summary>Token of the previous page, to get the next one with otherwise the same options; a 410 answer means starting over.</summary>
    [Field(8)] public string Continue { get; init; } = "";

    /// <summary>Begin a watch with the present objects as ADDED events and then a marked bookmark; needs resourceVersionMatch NotOlderThan.</summary>
    [Field(11)] public bool? SendInitialEvents { get; init; }

    /// <summary>
    /// Only objects whose hash falls into a range, such as shardRange(object.metadata.uid, '0x0', '0x8000000000000000'), to divide a
    /// collection among clients.
    /// </summary>
    [Field(15)] public string ShardSelector { get; init; } = "";
}

/// <summary>The values of ResourceVersionMatch that are known.</summary>
public static class ResourceVersionMatch
{
    public const string Exact = "Exact";
    public const string NotOlderThan = "NotOlderThan";
}
