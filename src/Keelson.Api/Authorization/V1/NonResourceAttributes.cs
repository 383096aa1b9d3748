namespace Keelson.Api.Authorization.V1;

/// <summary>A request to a URL that is no API resource.</summary>
[ApiType]
public sealed partial record NonResourceAttributes
{
    /// <summary>Path of the URL, such as /healthz.</summary>
    [Field(1)] public string Path { get; init; } = "";

    /// <summary>HTTP method in lower case, such as get.</summary>
    [Field(2)] public string Verb { get; init; } = "";
}
