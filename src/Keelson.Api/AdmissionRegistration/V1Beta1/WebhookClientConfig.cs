namespace Keelson.Api.AdmissionRegistration.V1Beta1;

/// <summary>How to reach a webhook: by URL or by Service, over TLS. Exactly one of url and service is set.</summary>
[ApiType]
public sealed partial record WebhookClientConfig
{
    /// <summary>Complete https address including path; no user info, query or fragment.</summary>
    [Field(3)] public string? Url { get; init; }

    /// <summary>Service inside the cluster to call; the server name for TLS is NAME.NAMESPACE.svc.</summary>
    [Field(1)] public ServiceReference? Service { get; init; }

    /// <summary>PEM certificates to verify the webhook's server certificate with. Unset trusts the system roots of the API server.</summary>
    [Field(2)] public Bytes CaBundle { get; init; }
}

/// <summary>Points a webhook client at a Service in the cluster.</summary>
[ApiType]
public sealed partial record ServiceReference
{
    /// <summary>Namespace of the Service.</summary>
    [Field(1, Emit = Emit.Always)] public string Namespace { get; init; } = "";

    /// <summary>Name of the Service.</summary>
    [Field(2, Emit = Emit.Always)] public string Name { get; init; } = "";

    /// <summary>URL path to post to. Defaults to the root.</summary>
    [Field(3)] public string? Path { get; init; }

    /// <summary>Port of the Service, 1 to 65535. Defaults to 443.</summary>
    [Field(4)] public int? Port { get; init; }
}
