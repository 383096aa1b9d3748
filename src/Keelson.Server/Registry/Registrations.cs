using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Server.Converting;
using Keelson.Server.Registry.Strategies;
using Keelson.Server.Verbs.Reviews;
using Event = Keelson.Api.Core.V1.Event;

namespace Keelson.Server.Registry;

/// <summary>What is special about built-in kinds, as one list of data; a kind that is not in it is plain.</summary>
internal static class Registrations
{
    private static readonly ResourceStrategy Counted = new() { CountsGenerations = true };
    private static readonly ResourceStrategy Answered = new() { AnswersDeletedObject = true };
    private static readonly ResourceStrategy AnyPathSegment = new() { CheckName = NameChecks.PathSegment, CreatesOnUpdate = true };
    private static readonly ResourceStrategy Created = new() { CreatesOnUpdate = true };
    private static readonly ResourceStrategy Versioned = new() { NeedsVersion = true };
    private static readonly ResourceStrategy CountedAndVersioned = new() { CountsGenerations = true, NeedsVersion = true };

    private static readonly Dictionary<string, ResourceStrategy> ByResource = new(StringComparer.Ordinal)
    {
        ["pods"] = new PodStrategy(),
        ["namespaces"] = new NamespaceStrategy(),
        ["nodes"] = new() { StatusOnCreate = StatusOnCreate.Kept, SelectableFields = [SelectableField.Of<Node>("spec.unschedulable", node => Text(node.Spec.Unschedulable))] },
        ["events"] = new() { CreatesOnUpdate = true, CheckName = NameChecks.PathSegment, SelectableFields = EventFields() },
        ["endpoints"] = Created,
        ["limitranges"] = Created,
        ["secrets"] = new() { SelectableFields = [SelectableField.Of<Secret>("type", secret => secret.Type)] },
        ["services"] = new()
        {
            AnswersDeletedObject = true,
            CreatesOnUpdate = true,
            CheckName = NameChecks.Label,
            SelectableFields =
            [
                SelectableField.Of<Service>("spec.clusterIP", service => service.Spec.ClusterIP),
                SelectableField.Of<Service>("spec.type", service => service.Spec.Type),
            ],
        },
        ["replicationcontrollers"] = new()
        {
            CountsGenerations = true,
            OrphansByDefault = true,
            SelectableFields = [SelectableField.Of<ReplicationController>("status.replicas", controller => Text(controller.Status.Replicas))],
        },
        ["persistentvolumes"] = new() { AnswersDeletedObject = true, FirstStatus = """{"phase":"Pending"}""" },
        ["persistentvolumeclaims"] = new() { AnswersDeletedObject = true, FirstStatus = """{"phase":"Pending"}""" },
        ["serviceaccounts"] = new() { AnswersDeletedObject = true, NeedsVersion = true },
        ["podtemplates"] = new() { AnswersDeletedObject = true, CountsGenerations = true },
        ["resourcequotas"] = Answered,
        ["deployments.apps"] = Counted,
        ["daemonsets.apps"] = new DaemonSetStrategy(),
        ["statefulsets.apps"] = new() { CountsGenerations = true, CheckName = NameChecks.Label },
        ["replicasets.apps"] = new()
        {
            CountsGenerations = true,
            SelectableFields = [SelectableField.Of<Api.Apps.V1.ReplicaSet>("status.replicas", set => Text(set.Status.Replicas))],
        },
        ["jobs.batch"] = new JobStrategy(),
        ["cronjobs.batch"] = Counted,
        ["poddisruptionbudgets.policy"] = new() { CountsGenerations = true, NeedsVersion = true, CheckName = NameChecks.PathSegment },
        ["ingresses.networking.k8s.io"] = Counted,
        ["networkpolicies.networking.k8s.io"] = Counted,
        ["ingressclasses.networking.k8s.io"] = Counted,
        ["ipaddresses.networking.k8s.io"] = new() { CheckName = NameChecks.Address },
        ["customresourcedefinitions.apiextensions.k8s.io"] = new CustomResources.DefinitionStrategy { NeedsVersion = true },
        ["validatingadmissionpolicies.admissionregistration.k8s.io"] = new Admission.Policies.PolicyStrategy { NeedsVersion = true },
        ["validatingwebhookconfigurations.admissionregistration.k8s.io"] = new Webhooks.WebhookStrategy { NeedsVersion = true },
        ["mutatingwebhookconfigurations.admissionregistration.k8s.io"] = new Webhooks.WebhookStrategy { NeedsVersion = true },
        ["validatingadmissionpolicybindings.admissionregistration.k8s.io"] = CountedAndVersioned,
        ["mutatingadmissionpolicies.admissionregistration.k8s.io"] = new Admission.Policies.PolicyStrategy { NeedsVersion = true },
        ["mutatingadmissionpolicybindings.admissionregistration.k8s.io"] = CountedAndVersioned,
        ["flowschemas.flowcontrol.apiserver.k8s.io"] = CountedAndVersioned,
        ["prioritylevelconfigurations.flowcontrol.apiserver.k8s.io"] = CountedAndVersioned,
        ["resourceslices.resource.k8s.io"] = new()
        {
            CountsGenerations = true,
            SelectableFields =
            [
                SelectableField.Of<Api.Resources.V1.ResourceSlice>("spec.nodeName", slice => slice.Spec.NodeName),
                SelectableField.Of<Api.Resources.V1.ResourceSlice>("spec.driver", slice => slice.Spec.Driver),
            ],
        },
        ["priorityclasses.scheduling.k8s.io"] = Counted,
        ["leases.coordination.k8s.io"] = new() { CreatesOnUpdate = true, NeedsVersion = true },
        ["leasecandidates.coordination.k8s.io"] = new() { NeedsVersion = true, CheckName = NameChecks.ConfigKey },
        ["apiservices.apiregistration.k8s.io"] = Versioned,
        ["csinodes.storage.k8s.io"] = Versioned,
        ["csistoragecapacities.storage.k8s.io"] = Versioned,
        ["volumeattachments.storage.k8s.io"] = Versioned,
        ["clustertrustbundles.certificates.k8s.io"] = new()
        {
            NeedsVersion = true,
            CheckName = NameChecks.PathSegment,
            SelectableFields = [SelectableField.Of<Api.Certificates.V1Beta1.ClusterTrustBundle>("spec.signerName", bundle => bundle.Spec.SignerName)],
        },
        ["podcertificaterequests.certificates.k8s.io"] = new()
        {
            NeedsVersion = true,
            SelectableFields =
            [
                SelectableField.Of<Api.Certificates.V1Beta1.PodCertificateRequest>("spec.signerName", request => request.Spec.SignerName),
                SelectableField.Of<Api.Certificates.V1Beta1.PodCertificateRequest>("spec.podName", request => request.Spec.PodName),
                SelectableField.Of<Api.Certificates.V1Beta1.PodCertificateRequest>("spec.nodeName", request => request.Spec.NodeName),
            ],
        },
        ["storageversionmigrations.storagemigration.k8s.io"] = Versioned,
        ["runtimeclasses.node.k8s.io"] = CountedAndVersioned,
        ["csidrivers.storage.k8s.io"] = CountedAndVersioned,
        ["roles.rbac.authorization.k8s.io"] = AnyPathSegment,
        ["rolebindings.rbac.authorization.k8s.io"] = AnyPathSegment,
        ["clusterroles.rbac.authorization.k8s.io"] = AnyPathSegment,
        ["clusterrolebindings.rbac.authorization.k8s.io"] = AnyPathSegment,
        ["certificatesigningrequests.certificates.k8s.io"] = new SigningRequestStrategy(),
    };

    /// <summary>Groups whose objects are kept by other servers.</summary>
    private static readonly string[] Elsewhere = ["metrics.k8s.io", "custom.metrics.k8s.io", "external.metrics.k8s.io"];

    /// <summary>What whoever asks for a resource is told of its end.</summary>
    private static readonly Dictionary<(string Group, string Version, string Plural), string> Deprecated = new()
    {
        [("", "v1", "componentstatuses")] = "v1 ComponentStatus is deprecated in v1.19+",
        [("", "v1", "endpoints")] = "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
        [("coordination.k8s.io", "v1beta1", "leasecandidates")] = "coordination.k8s.io/v1beta1 LeaseCandidate is deprecated in v1.36+, unavailable in v1.39+",
        [("resource.k8s.io", "v1beta2", "resourceslices")] = "resource.k8s.io/v1beta2 ResourceSlice is deprecated in v1.36+, unavailable in v1.39+",
        [("resource.k8s.io", "v1beta2", "resourceclaims")] = "resource.k8s.io/v1beta2 ResourceClaim is deprecated in v1.36+, unavailable in v1.39+",
        [("resource.k8s.io", "v1beta2", "resourceclaimtemplates")] = "resource.k8s.io/v1beta2 ResourceClaimTemplate is deprecated in v1.36+, unavailable in v1.39+",
        [("resource.k8s.io", "v1beta2", "deviceclasses")] = "resource.k8s.io/v1beta2 DeviceClass is deprecated in v1.36+, unavailable in v1.39+",
    };

    /// <summary>What whoever asks for a resource in a version is told of its end; null for most.</summary>
    internal static string? Deprecation(ResourceInfo info) => Deprecated.GetValueOrDefault((info.Kind.Group, info.Kind.Version, info.Plural));

    /// <summary>All kinds that can be served, whether they are or not.</summary>
    public static IReadOnlyList<KindInfo> Kinds { get; } = [.. Servable()];

    /// <summary>All groups and versions that can be served.</summary>
    public static IReadOnlySet<(string Group, string Version)> Versions { get; } = Kinds.Select(kind => (kind.Kind.Group, kind.Kind.Version)).ToHashSet();

    /// <summary>Every built-in resource that is served.</summary>
    /// <exception cref="ArgumentException">A resource is to be served without the version in which it is stored.</exception>
    public static IEnumerable<RegisteredResource> BuiltIn(ServedApis apis)
    {
        var served = Kinds.Where(kind => apis.Includes(kind.Kind, kind.Resource!.Plural)).ToHashSet();
        foreach (var (stored, other, _) in Families.All)
        {
            if (served.Contains(other.Kind) && !served.Contains(stored)) throw new ArgumentException($"{other.Kind.Resource!.Plural} of {other.Kind.Kind.ApiVersion} are stored as {stored.Kind.ApiVersion}, which is not served");
        }

        foreach (var kind in Kinds.Where(kind => served.Contains(kind) && Families.All.All(family => family.Other.Kind != kind)))
        {
            var family = Families.All.FirstOrDefault(family => family.Stored == kind);
            if (family.Stored is null || !served.Contains(family.Other.Kind))
            {
                yield return Of(kind, kind.Resource!, null);
                continue;
            }

            var members = new VersionFamily(family.Stored, [family.Other]);
            var storage = Of(kind, kind.Resource!, members);
            var other = family.Other.Kind;
            yield return storage;
            yield return new RegisteredResource(other.Resource!, other.Schema, other, family.Strategy(members), storage) { Family = members };
        }
    }

    private static IEnumerable<KindInfo> Servable() =>
        from kind in Catalog.Kinds
        where kind.Resource is not null && kind.Type.IsAssignableTo(typeof(IResource))
        where kind.Resource!.Verbs.Contains("watch") || ReviewHandler.Resources.Contains($"{kind.Resource.Plural}.{kind.Kind.Group}") || kind.Type == typeof(ComponentStatus)
        where !Elsewhere.Contains(kind.Kind.Group)
        where !Api.Serving.ServedResource.IsRetired(kind.Resource!)
        select kind;

    /// <summary>What is special about a resource, in the version in which it is stored.</summary>
    internal static ResourceStrategy StrategyOf(ResourceInfo info) =>
        ByResource.GetValueOrDefault(info.Kind.Group.Length == 0 ? info.Plural : $"{info.Plural}.{info.Kind.Group}", ResourceStrategy.Plain);

    private static RegisteredResource Of(KindInfo kind, ResourceInfo info, VersionFamily? family) =>
        new(info, kind.Schema, kind, StrategyOf(info)) { Family = family };

    private static SelectableField[] EventFields() =>
    [
        SelectableField.Of<Event>("involvedObject.kind", value => value.InvolvedObject.Kind),
        SelectableField.Of<Event>("involvedObject.namespace", value => value.InvolvedObject.Namespace),
        SelectableField.Of<Event>("involvedObject.name", value => value.InvolvedObject.Name),
        SelectableField.Of<Event>("involvedObject.uid", value => value.InvolvedObject.Uid),
        SelectableField.Of<Event>("involvedObject.apiVersion", value => value.InvolvedObject.ApiVersion),
        SelectableField.Of<Event>("involvedObject.resourceVersion", value => value.InvolvedObject.ResourceVersion),
        SelectableField.Of<Event>("involvedObject.fieldPath", value => value.InvolvedObject.FieldPath),
        SelectableField.Of<Event>("reason", value => value.Reason),
        SelectableField.Of<Event>("reportingComponent", value => value.ReportingComponent),
        SelectableField.Of<Event>("source", value => value.Source.Component.Length > 0 ? value.Source.Component : value.ReportingComponent),
        SelectableField.Of<Event>("type", value => value.Type),
    ];

    private static string Text(bool value) => value ? "true" : "false";

    private static string Text(int value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
