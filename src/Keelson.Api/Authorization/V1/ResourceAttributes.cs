using Keelson.Api.Meta.V1;

namespace Keelson.Api.Authorization.V1;

/// <summary>A request to an API resource.</summary>
[ApiType]
public sealed partial record ResourceAttributes
{
    /// <summary>Namespace of the request. Empty means none for cluster-scoped resources, and all namespaces otherwise.</summary>
    [Field(1)] public string Namespace { get; init; } = "";

    /// <summary>Verb such as get, list, watch, create, update, patch or delete; * stands for all.</summary>
    [Field(2)] public string Verb { get; init; } = "";

    /// <summary>API group of the resource; * stands for all.</summary>
    [Field(3)] public string Group { get; init; } = "";

    /// <summary>API version of the resource; * stands for all.</summary>
    [Field(4)] public string Version { get; init; } = "";

    /// <summary>Plural resource name; * stands for all.</summary>
    [Field(5)] public string Resource { get; init; } = "";

    /// <summary>Subresource such as status; empty for the resource itself.</summary>
    [Field(6)] public string Subresource { get; init; } = "";

    /// <summary>Name of the object. Empty means any, as for list and create.</summary>
    [Field(7)] public string Name { get; init; } = "";

    /// <summary>Field selector limiting the request; an authorizer may use it to allow what it would deny without.</summary>
    [Field(8)] public FieldSelectorAttributes? FieldSelector { get; init; }

    /// <summary>Label selector limiting the request; an authorizer may use it to allow what it would deny without.</summary>
    [Field(9)] public LabelSelectorAttributes? LabelSelector { get; init; }
}

/// <summary>The field selector of a list, watch or deletecollection request being authorized.</summary>
[ApiType]
public sealed partial record FieldSelectorAttributes
{
    /// <summary>The selector as it stands in the query string, for webhooks that receive it unparsed. Excludes requirements.</summary>
    [Field(1)] public string RawSelector { get; init; } = "";

    /// <summary>The selector in parsed form; all entries must hold. Excludes rawSelector.</summary>
    [Field(2), Atomic] public ApiList<FieldSelectorRequirement> Requirements { get; init; }
}

/// <summary>The label selector of a list, watch or deletecollection request being authorized.</summary>
[ApiType]
public sealed partial record LabelSelectorAttributes
{
    /// <summary>The selector as it stands in the query string, for webhooks that receive it unparsed. Excludes requirements.</summary>
    [Field(1)] public string RawSelector { get; init; } = "";

    /// <summary>The selector in parsed form; all entries must hold. Excludes rawSelector.</summary>
    [Field(2), Atomic] public ApiList<LabelSelectorRequirement> Requirements { get; init; }
}
