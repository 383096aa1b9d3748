using Keelson.Api;
using Keelson.Api.Apps.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Selectors;
using Keelson.Client.Reconciling;
using Keelson.Control.Workloads;

namespace Keelson.Control.Controllers.DaemonSets;

/// <summary>The pods of a daemon set, as they are created: bound by affinity to one node, and not driven off by its troubles.</summary>
internal static class DaemonPods
{
    /// <summary>How often the template was changed, as the API server counts it; its pods carry it as a label for those who still look at it.</summary>
    private const string GenerationAnnotation = "deprecated.daemonset.template.generation";
    private const string GenerationLabel = "pod-template-generation";

    public static Pod Make(DaemonSet set, string hash, string node)
    {
        var template = PodTemplates.WithLabel(set.Spec.Template, TemplateHistory.HashLabel, hash);
        if (set.Metadata.Annotations.TryGetValue(GenerationAnnotation, out var generation)) template = PodTemplates.WithLabel(template, GenerationLabel, generation);
        var pod = PodTemplates.ToPod(template, set.Metadata, Owners.ControllerReference(set));
        var term = new NodeSelectorTerm { MatchFields = [new NodeSelectorRequirement { Key = NodeSelection.NameField, Operator = NodeSelectorOperator.In, Values = [node] }] };
        var affinity = pod.Spec.Affinity ?? Affinity.Empty;
        var nodeAffinity = (affinity.NodeAffinity ?? NodeAffinity.Empty) with { RequiredDuringSchedulingIgnoredDuringExecution = new NodeSelector { NodeSelectorTerms = [term] } };
        return pod with { Spec = pod.Spec with { Affinity = affinity with { NodeAffinity = nodeAffinity }, Tolerations = Tolerations(pod.Spec) } };
    }

    /// <summary>The node on which the pod is or will be.</summary>
    public static string NodeOf(Pod pod)
    {
        if (pod.Spec.NodeName.Length > 0) return pod.Spec.NodeName;
        var terms = pod.Spec.Affinity?.NodeAffinity?.RequiredDuringSchedulingIgnoredDuringExecution?.NodeSelectorTerms ?? default;
        foreach (var requirement in terms.SelectMany(term => term.MatchFields))
        {
            if (requirement is { Key: NodeSelection.NameField, Operator: NodeSelectorOperator.In, Values: [var name] }) return name;
        }

        return "";
    }

    /// <summary>What daemons put up with beside what the template says.</summary>
    public static ApiList<Toleration> Tolerations(PodSpec spec)
    {
        var tolerations = spec.Tolerations;
        Add("node.kubernetes.io/not-ready", TaintEffect.NoExecute);
        Add("node.kubernetes.io/unreachable", TaintEffect.NoExecute);
        Add("node.kubernetes.io/disk-pressure", TaintEffect.NoSchedule);
        Add("node.kubernetes.io/memory-pressure", TaintEffect.NoSchedule);
        Add("node.kubernetes.io/pid-pressure", TaintEffect.NoSchedule);
        Add("node.kubernetes.io/unschedulable", TaintEffect.NoSchedule);
        if (spec.HostNetwork) Add("node.kubernetes.io/network-unavailable", TaintEffect.NoSchedule);
        return tolerations;

        void Add(string key, string effect)
        {
            var toleration = new Toleration { Key = key, Operator = TolerationOperator.Exists, Effect = effect };
            if (!tolerations.Contains(toleration)) tolerations = tolerations.Add(toleration);
        }
    }
}
