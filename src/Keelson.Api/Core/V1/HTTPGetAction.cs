namespace Keelson.Api.Core.V1;

/// <summary>Sends an HTTP GET request; any answer from 200 to 399 counts as success.</summary>
[ApiType]
public sealed partial record HTTPGetAction
{
    /// <summary>Path of the request; / by default.</summary>
    [Field(1)] public string Path { get; init; } = "";

    /// <summary>Port number, 1 to 65535, or the name of a container port.</summary>
    [Field(2, Emit = Emit.Always)] public IntOrString Port { get; init; }

    /// <summary>Host to connect to; the pod's address by default. To send a Host header use httpHeaders.</summary>
    [Field(3)] public string Host { get; init; } = "";

    /// <summary>HTTP or HTTPS, the latter without verifying the certificate; HTTP by default.</summary>
    [Field(4), KnownValues(typeof(URIScheme))] public string Scheme { get; init; } = "";

    /// <summary>Extra headers of the request; names may repeat.</summary>
    [Field(5), Atomic] public ApiList<HTTPHeader> HttpHeaders { get; init; }
}

/// <summary>One header of an HTTP probe or hook.</summary>
[ApiType]
public sealed partial record HTTPHeader
{
    /// <summary>Name of the header, canonicalised on sending.</summary>
    [Field(1, Emit = Emit.Always)] public string Name { get; init; } = "";

    /// <summary>Value of the header, sent as it is.</summary>
    [Field(2, Emit = Emit.Always)] public string Value { get; init; } = "";
}

/// <summary>The values of URIScheme that are known.</summary>
[Closed]
public static class URIScheme
{
    public const string HTTP = "HTTP";
    public const string HTTPS = "HTTPS";
}
