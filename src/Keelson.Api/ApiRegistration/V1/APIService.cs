using Keelson.Api.Meta.V1;

namespace Keelson.Api.ApiRegistration.V1;

/// <summary>
/// Registers one version of an API group, either built in or served by another API server behind a Service. Authors of
/// aggregated API servers, such as a metrics server, create one, and matching requests are then proxied to them.
/// </summary>
[Resource("apiregistration.k8s.io", "v1", "apiservices", Scope.Cluster, Categories = ["api-extensions"], Subresources = ["status"])]
public sealed partial record APIService
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>Which group version it is and who serves it.</summary>
    [Field(2)] public APIServiceSpec Spec { get; init; } = APIServiceSpec.Empty;

    /// <summary>Whether the backing server can be reached; written by the server.</summary>
    [Field(3)] public APIServiceStatus Status { get; init; } = APIServiceStatus.Empty;
}

/// <summary>Contents of an APIService.</summary>
[ApiType]
public sealed partial record APIServiceSpec
{
    /// <summary>Service requests are proxied to; unset means this API server handles the group version itself.</summary>
    [Field(1)] public ServiceReference? Service { get; init; }

    /// <summary>Name of the API group. Empty is the core group.</summary>
    [Field(2)] public string Group { get; init; } = "";

    /// <summary>Name of the version, such as v1; with the group it forms the object's name, VERSION.GROUP.</summary>
    [Field(3)] public string Version { get; init; } = "";

    /// <summary>Whether the certificate of the backing server goes unchecked. Discouraged; excludes caBundle.</summary>
    [Field(4)] public bool InsecureSkipTLSVerify { get; init; }

    /// <summary>PEM certificates to verify the backing server with. Unset trusts the system roots of the API server.</summary>
    [Field(5), Atomic] public Bytes CaBundle { get; init; }

    /// <summary>Rank of the group, 1 to 20000; higher comes first in discovery. The highest value among the group's versions counts.</summary>
    [Field(7, Emit = Emit.Always)] public int GroupPriorityMinimum { get; init; }

    /// <summary>Rank of the version within its group, 1 to 1000; higher comes first, ties are broken by version name.</summary>
    [Field(8, Emit = Emit.Always)] public int VersionPriority { get; init; }
}

/// <summary>Points an APIService at the Service in front of its server.</summary>
[ApiType]
public sealed partial record ServiceReference
{
    /// <summary>Namespace of the Service.</summary>
    [Field(1)] public string Namespace { get; init; } = "";

    /// <summary>Name of the Service.</summary>
    [Field(2)] public string Name { get; init; } = "";

    /// <summary>Port of the Service, 1 to 65535. Defaults to 443.</summary>
    [Field(3)] public int? Port { get; init; }
}

/// <summary>What the server observed about an APIService.</summary>
[ApiType]
public sealed partial record APIServiceStatus
{
    /// <summary>Current conditions, one for each type.</summary>
    [Field(1), ListMap("type"), StrategicMerge("merge", Key = "type")] public ApiList<APIServiceCondition> Conditions { get; init; }
}

/// <summary>One aspect of the state of an APIService.</summary>
[ApiType]
public sealed partial record APIServiceCondition
{
    /// <summary>Aspect; Available is the one in use.</summary>
    [Field(1, Emit = Emit.Always), KnownValues(typeof(APIServiceConditionType))] public string Type { get; init; } = "";

    /// <summary>True, False or Unknown.</summary>
    [Field(2, Emit = Emit.Always), KnownValues(typeof(ConditionStatus))] public string Status { get; init; } = "";

    /// <summary>When status last changed.</summary>
    [Field(3)] public Time LastTransitionTime { get; init; }

    /// <summary>One CamelCase word explaining the last change.</summary>
    [Field(4)] public string Reason { get; init; } = "";

    /// <summary>Explanation for human readers.</summary>
    [Field(5)] public string Message { get; init; } = "";
}

/// <summary>The values of APIServiceConditionType that are known.</summary>
public static class APIServiceConditionType
{
    public const string Available = "Available";
}

/// <summary>The values of ConditionStatus that are known.</summary>
public static class ConditionStatus
{
    public const string False = "False";
    public const string True = "True";
    public const string Unknown = "Unknown";
}
