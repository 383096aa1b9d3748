using Keelson.Api.Meta.V1;

namespace Keelson.Api.AdmissionRegistration.V1;

/// <summary>
/// Registers external HTTPS services that the API server asks for consent before it stores an object. They run in parallel after
/// all mutation, and one refusal rejects the request.
/// </summary>
[Resource("admissionregistration.k8s.io", "v1", "validatingwebhookconfigurations", Scope.Cluster, Categories = ["api-extensions"])]
public sealed partial record ValidatingWebhookConfiguration
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>The webhooks and the requests each is called for.</summary>
    [Field(2), ListMap("name"), StrategicMerge("merge", Key = "name")] public ApiList<ValidatingWebhook> Webhooks { get; init; }
}

/// <summary>One HTTP callback that may reject, but never change, objects on admission.</summary>
[ApiType]
public sealed partial record ValidatingWebhook
{
    /// <summary>Fully qualified name such as images.example.com, unique within the configuration.</summary>
    [Field(1, Emit = Emit.Always)] public string Name { get; init; } = "";

    /// <summary>Where and how the API server reaches the webhook.</summary>
    [Field(2, Emit = Emit.Always)] public WebhookClientConfig ClientConfig { get; init; } = WebhookClientConfig.Empty;

    /// <summary>Operations and resources that trigger the call; any matching rule is enough.</summary>
    [Field(3), Atomic] public ApiList<RuleWithOperations> Rules { get; init; }

    /// <summary>What happens if the call fails or times out: Fail (default) rejects the request, Ignore lets it pass.</summary>
    [Field(4), KnownValues(typeof(FailurePolicyType))] public string? FailurePolicy { get; init; }

    /// <summary>
    /// Exact reacts only to versions named in rules; Equivalent (default) converts requests made through another version of the same
    /// resource.
    /// </summary>
    [Field(9), KnownValues(typeof(MatchPolicyType))] public string? MatchPolicy { get; init; }

    /// <summary>
    /// Limits calls to namespaces with matching labels; cluster-scoped objects other than Namespace are always included. Default is
    /// all.
    /// </summary>
    [Field(5)] public LabelSelector? NamespaceSelector { get; init; }

    /// <summary>Limits calls to objects whose new or old state has matching labels. Default is all.</summary>
    [Field(10)] public LabelSelector? ObjectSelector { get; init; }

    /// <summary>None, or NoneOnDryRun if the webhook honours dryRun; anything else is refused in this version.</summary>
    [Field(6, Emit = Emit.Always), KnownValues(typeof(SideEffectClass))] public string? SideEffects { get; init; }

    /// <summary>How long to wait for an answer, 1 to 30 seconds. Defaults to 10.</summary>
    [Field(7)] public int? TimeoutSeconds { get; init; }

    /// <summary>AdmissionReview versions the webhook understands, most wanted first; the server sends the first it knows too.</summary>
    [Field(8, Emit = Emit.Always), Atomic] public ApiList<string> AdmissionReviewVersions { get; init; }

    /// <summary>CEL filters that must all be true for the call to be made. At most 64; an error follows failurePolicy.</summary>
    [Field(11), ListMap("name"), StrategicMerge("merge", Key = "name")] public ApiList<MatchCondition> MatchConditions { get; init; }
}
