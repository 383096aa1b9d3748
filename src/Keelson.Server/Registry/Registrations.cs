using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Server.Registry.Strategies;
using Keelson.Server.Verbs.Reviews;
using Event = Keelson.Api.Core.V1.Event;

namespace Keelson.Server.Registry;

/// <summary>What is special about built-in kinds, as one list of data; a kind that is not in it is plain.</summary>
internal static class Registrations
{
    private static readonly ResourceStrategy Counted = new() { CountsGenerations = true };
    private static readonly ResourceStrategy Answered = new() { AnswersDeletedObject = true };
    private static readonly ResourceStrategy AnyPathSegment = new() { CheckName = NameChecks.PathSegment };

    private static readonly Dictionary<string, ResourceStrategy> ByResource = new(StringComparer.Ordinal)
    {
        ["pods"] = new PodStrategy(),
        ["namespaces"] = new NamespaceStrategy(),
        ["nodes"] = new() { StatusOnCreate = StatusOnCreate.Kept, SelectableFields = [SelectableField.Of<Node>("spec.unschedulable", node => Text(node.Spec.Unschedulable))] },
        ["events"] = new() { SelectableFields = EventFields() },
        ["secrets"] = new() { SelectableFields = [SelectableField.Of<Secret>("type", secret => secret.Type)] },
        ["services"] = new()
        {
            AnswersDeletedObject = true,
            CheckName = NameChecks.Label1035,
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
        ["serviceaccounts"] = Answered,
        ["podtemplates"] = new() { AnswersDeletedObject = true, CountsGenerations = true },
        ["resourcequotas"] = Answered,
        ["deployments.apps"] = Counted,
        ["daemonsets.apps"] = Counted,
        ["statefulsets.apps"] = Counted,
        ["replicasets.apps"] = new()
        {
            CountsGenerations = true,
            SelectableFields = [SelectableField.Of<Api.Apps.V1.ReplicaSet>("status.replicas", set => Text(set.Status.Replicas))],
        },
        ["jobs.batch"] = new JobStrategy(),
        ["cronjobs.batch"] = Counted,
        ["poddisruptionbudgets.policy"] = Counted,
        ["ingresses.networking.k8s.io"] = Counted,
        ["networkpolicies.networking.k8s.io"] = Counted,
        ["ingressclasses.networking.k8s.io"] = Counted,
        ["customresourcedefinitions.apiextensions.k8s.io"] = new CustomResources.DefinitionStrategy(),
        ["validatingadmissionpolicies.admissionregistration.k8s.io"] = new Admission.Policies.PolicyStrategy(),
        ["validatingwebhookconfigurations.admissionregistration.k8s.io"] = new Webhooks.WebhookStrategy(),
        ["mutatingwebhookconfigurations.admissionregistration.k8s.io"] = new Webhooks.WebhookStrategy(),
        ["validatingadmissionpolicybindings.admissionregistration.k8s.io"] = Counted,
        ["mutatingadmissionpolicies.admissionregistration.k8s.io"] = new Admission.Policies.PolicyStrategy(),
        ["mutatingadmissionpolicybindings.admissionregistration.k8s.io"] = Counted,
        ["flowschemas.flowcontrol.apiserver.k8s.io"] = Counted,
        ["prioritylevelconfigurations.flowcontrol.apiserver.k8s.io"] = Counted,
        ["resourceslices.resource.k8s.io"] = Counted,
        ["priorityclasses.scheduling.k8s.io"] = Counted,
        ["leases.coordination.k8s.io"] = new() { CreatesOnUpdate = true },
        ["runtimeclasses.node.k8s.io"] = Counted,
        ["csidrivers.storage.k8s.io"] = Counted,
        ["roles.rbac.authorization.k8s.io"] = AnyPathSegment,
        ["rolebindings.rbac.authorization.k8s.io"] = AnyPathSegment,
        ["clusterroles.rbac.authorization.k8s.io"] = AnyPathSegment,
        ["clusterrolebindings.rbac.authorization.k8s.io"] = AnyPathSegment,
        ["certificatesigningrequests.certificates.k8s.io"] = new SigningRequestStrategy(),
    };

    /// <summary>Groups whose objects are kept by other servers, or as another group's: core has the events.</summary>
    private static readonly string[] Elsewhere = ["metrics.k8s.io", "custom.metrics.k8s.io", "external.metrics.k8s.io", "events.k8s.io"];

    /// <summary>Versions that have a better one, in which the resource is stored; <see cref="Older.OlderVersion"/> serves some of them all the same.</summary>
    private static readonly (string Group, string Plural, string Version)[] Superseded =
    [
        ("autoscaling", "horizontalpodautoscalers", "v1"),
        ("certificates.k8s.io", "certificatesigningrequests", "v1beta1"),
        ("coordination.k8s.io", "leases", "v1beta1"),
        ("resource.k8s.io", "resourceslices", "v1beta2"),
        ("resource.k8s.io", "resourceclaims", "v1beta2"),
        ("resource.k8s.io", "resourceclaimtemplates", "v1beta2"),
        ("resource.k8s.io", "deviceclasses", "v1beta2"),
    ];

    /// <summary>Every built-in resource whose objects are stored.</summary>
    public static IEnumerable<RegisteredResource> BuiltIn() => Newest().Concat(Older.OlderVersion.All());

    private static IEnumerable<RegisteredResource> Newest() =>
        from kind in Catalog.Kinds
        where kind.Resource is not null && kind.Type.IsAssignableTo(typeof(IResource))
        where kind.Resource!.Verbs.Contains("watch") || ReviewHandler.Resources.Contains($"{kind.Resource.Plural}.{kind.Kind.Group}")
        where !Elsewhere.Contains(kind.Kind.Group)
        where kind.Kind is not { Group: "admissionregistration.k8s.io", Version: "v1beta1" }
        where !Superseded.Contains((kind.Kind.Group, kind.Resource!.Plural, kind.Kind.Version))
        select Of(kind, kind.Resource!);

    private static RegisteredResource Of(KindInfo kind, ResourceInfo info)
    {
        var name = kind.Kind.Group.Length == 0 ? info.Plural : $"{info.Plural}.{kind.Kind.Group}";
        return new RegisteredResource(info, kind.Schema, kind, ByResource.GetValueOrDefault(name, ResourceStrategy.Plain));
    }

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
