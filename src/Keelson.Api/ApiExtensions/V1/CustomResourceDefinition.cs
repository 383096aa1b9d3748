using Keelson.Api.Meta.V1;

namespace Keelson.Api.ApiExtensions.V1;

/// <summary>
/// Adds a new resource to the API, for extension authors who want to store and watch their own kinds. Once it is Established,
/// objects can be created, validated against the schema and pruned like built-in ones. Deleting it deletes all of them.
/// </summary>
[Resource("apiextensions.k8s.io", "v1", "customresourcedefinitions", Scope.Cluster,
    ShortNames = ["crd", "crds"],
    Categories = ["api-extensions"],
    Subresources = ["status"])]
public sealed partial record CustomResourceDefinition
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>Names, versions and schemas of the new resource.</summary>
    [Field(2, Emit = Emit.Always)] public CustomResourceDefinitionSpec Spec { get; init; } = CustomResourceDefinitionSpec.Empty;

    /// <summary>Whether the definition is accepted and served; written by the server.</summary>
    [Field(3)] public CustomResourceDefinitionStatus Status { get; init; } = CustomResourceDefinitionStatus.Empty;
}

/// <summary>The names under which a custom resource is known.</summary>
[ApiType]
public sealed partial record CustomResourceDefinitionNames
{
    /// <summary>Lower-case plural used in URLs; the object's own name must be PLURAL.GROUP.</summary>
    [Field(1, Emit = Emit.Always)] public string Plural { get; init; } = "";

    /// <summary>Lower-case singular. Defaults to the kind in lower case.</summary>
    [Field(2)] public string Singular { get; init; } = "";

    /// <summary>Lower-case abbreviations for the command line.</summary>
    [Field(3), Atomic] public ApiList<string> ShortNames { get; init; }

    /// <summary>CamelCase singular kind written in manifests.</summary>
    [Field(4, Emit = Emit.Always)] public string Kind { get; init; } = "";

    /// <summary>Kind of lists. Defaults to the kind followed by List.</summary>
    [Field(5)] public string ListKind { get; init; } = "";

    /// <summary>Groups such as all, with which kubectl get shows several resources at once.</summary>
    [Field(6), Atomic] public ApiList<string> Categories { get; init; }
}

/// <summary>Contents of a CustomResourceDefinition.</summary>
[ApiType]
public sealed partial record CustomResourceDefinitionSpec
{
    /// <summary>API group of the resource, a DNS name such as example.com. Immutable.</summary>
    [Field(1, Emit = Emit.Always)] public string Group { get; init; } = "";

    /// <summary>Names of the resource.</summary>
    [Field(3, Emit = Emit.Always)] public CustomResourceDefinitionNames Names { get; init; } = CustomResourceDefinitionNames.Empty;

    /// <summary>Namespaced or Cluster. Immutable.</summary>
    [Field(4, Emit = Emit.Always), KnownValues(typeof(ResourceScope))] public string Scope { get; init; } = "";

    /// <summary>The versions of the resource; clients see them in priority order: stable before beta before alpha, higher numbers first.</summary>
    [Field(7, Emit = Emit.Always), Atomic] public ApiList<CustomResourceDefinitionVersion> Versions { get; init; }

    /// <summary>How objects are converted between versions. Defaults to strategy None.</summary>
    [Field(9)] public CustomResourceConversion? Conversion { get; init; }

    /// <summary>Must be false or unset; use x-kubernetes-preserve-unknown-fields in the schema to keep fields the schema does not know.</summary>
    [Field(10)] public bool PreserveUnknownFields { get; init; }
}

/// <summary>How objects move between the versions of a custom resource.</summary>
[ApiType]
public sealed partial record CustomResourceConversion
{
    /// <summary>None (default) only rewrites apiVersion; Webhook calls an external service.</summary>
    [Field(1, Emit = Emit.Always), KnownValues(typeof(ConversionStrategyType))] public string Strategy { get; init; } = "";

    /// <summary>The service to call; required exactly when strategy is Webhook.</summary>
    [Field(2)] public WebhookConversion? Webhook { get; init; }
}

/// <summary>The values of ConversionStrategyType that are known.</summary>
public static class ConversionStrategyType
{
    public const string None = "None";
    public const string Webhook = "Webhook";
}

/// <summary>Settings of the conversion webhook.</summary>
[ApiType]
public sealed partial record WebhookConversion
{
    /// <summary>Where and how the API server reaches the webhook.</summary>
    [Field(2)] public WebhookClientConfig? ClientConfig { get; init; }

    /// <summary>ConversionReview versions the webhook understands, most wanted first; the server sends the first it knows too.</summary>
    [Field(3, Emit = Emit.Always), Atomic] public ApiList<string> ConversionReviewVersions { get; init; }
}

/// <summary>How to reach a conversion webhook: by URL or by Service, over TLS. Exactly one of url and service is set.</summary>
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

/// <summary>Points a conversion webhook client at a Service in the cluster.</summary>
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

/// <summary>The values of ResourceScope that are known.</summary>
public static class ResourceScope
{
    public const string Cluster = "Cluster";
    public const string Namespaced = "Namespaced";
}

/// <summary>What the server observed about a CustomResourceDefinition.</summary>
[ApiType]
public sealed partial record CustomResourceDefinitionStatus
{
    /// <summary>Current conditions, one for each type.</summary>
    [Field(1, Emit = Emit.Always), Optional, ListMap("type")] public ApiList<CustomResourceDefinitionCondition> Conditions { get; init; }

    /// <summary>Names really in use; may differ from spec.names while those clash with another definition.</summary>
    [Field(2, Emit = Emit.Always), Optional] public CustomResourceDefinitionNames AcceptedNames { get; init; } = CustomResourceDefinitionNames.Empty;

    /// <summary>Every version in which objects may lie in storage. An entry may be removed only after all such objects have been migrated.</summary>
    [Field(3, Emit = Emit.Always), Optional, Atomic] public ApiList<string> StoredVersions { get; init; }

    /// <summary>Generation of the definition the status describes.</summary>
    [Field(4)] public long ObservedGeneration { get; init; }
}

/// <summary>One aspect of the state of a CustomResourceDefinition.</summary>
[ApiType]
public sealed partial record CustomResourceDefinitionCondition
{
    /// <summary>
    /// Aspect: Established, NamesAccepted, NonStructuralSchema, Terminating, StorageMigrating or
    /// KubernetesAPIApprovalPolicyConformant.
    /// </summary>
    [Field(1, Emit = Emit.Always), KnownValues(typeof(CustomResourceDefinitionConditionType))] public string Type { get; init; } = "";

    /// <summary>True, False or Unknown.</summary>
    [Field(2, Emit = Emit.Always), KnownValues(typeof(ConditionStatus))] public string Status { get; init; } = "";

    /// <summary>When status last changed.</summary>
    [Field(3)] public Time LastTransitionTime { get; init; }

    /// <summary>One CamelCase word explaining the last change.</summary>
    [Field(4)] public string Reason { get; init; } = "";

    /// <summary>Explanation for human readers.</summary>
    [Field(5)] public string Message { get; init; } = "";

    /// <summary>Generation of the definition on which the condition is based.</summary>
    [Field(6)] public long ObservedGeneration { get; init; }
}

/// <summary>The values of ConditionStatus that are known.</summary>
public static class ConditionStatus
{
    public const string False = "False";
    public const string True = "True";
    public const string Unknown = "Unknown";
}

/// <summary>The values of CustomResourceDefinitionConditionType that are known.</summary>
public static class CustomResourceDefinitionConditionType
{
    public const string Established = "Established";
    public const string KubernetesAPIApprovalPolicyConformant = "KubernetesAPIApprovalPolicyConformant";
    public const string NamesAccepted = "NamesAccepted";
    public const string NonStructuralSchema = "NonStructuralSchema";
    public const string StorageMigrating = "StorageMigrating";
    public const string Terminating = "Terminating";
}
