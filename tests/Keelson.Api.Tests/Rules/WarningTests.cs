using Keelson.Api.Apps.V1;
using Keelson.Api.Batch.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Discovery.V1;
using Keelson.Api.Json;
using Keelson.Api.Networking.V1;
using Keelson.Api.Nodes.V1;
using Keelson.Api.Storage.V1;
using Keelson.Api.Validation;
using Keelson.Api.Values;
using Keelson.Api.Yaml;

namespace Keelson.Api.Tests.Rules;

/// <summary>What clients are told of objects that are taken all the same.</summary>
public sealed class WarningTests
{
    [Fact]
    public void A_usual_pod_gets_no_warning() => Assert.Empty(Pod("containers: [{name: a, image: b, env: [{name: X, value: yy}, {name: X, value: $(X)z}], ports: [{containerPort: 1}, {containerPort: 2}]}]"));

    [Fact]
    public void A_pod_with_a_name_that_is_no_label_is_told_of_its_hostname() => Assert.Equal(
        ["metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]"],
        Warnings<Pod>("{apiVersion: v1, kind: Pod, metadata: {name: a.b}, spec: {containers: [{name: c}]}}"));

    [Theory]
    [InlineData("nodeSelector: {beta.kubernetes.io/os: linux}", "spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use \"kubernetes.io/os\" instead")]
    [InlineData(
        "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: failure-domain.beta.kubernetes.io/zone, operator: Exists}]}]}}}",
        "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].key: failure-domain.beta.kubernetes.io/zone is deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead")]
    [InlineData("topologySpreadConstraints: [{maxSkew: 1, topologyKey: z, whenUnsatisfiable: DoNotSchedule}]", "spec.topologySpreadConstraints[0].labelSelector: a null labelSelector results in matching no pod")]
    [InlineData(
        "affinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, podAffinityTerm: {topologyKey: z}}]}}",
        "spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.labelSelector: a null labelSelector results in matching no pod")]
    [InlineData("volumes: [{name: v, gitRepo: {repository: r}}]", "spec.volumes[0].gitRepo: deprecated in v1.11")]
    [InlineData("volumes: [{name: v, cephfs: {monitors: [m]}}]", "spec.volumes[0].cephfs: deprecated in v1.28, non-functional in v1.31+")]
    [InlineData(
        "volumes: [{name: v, configMap: {name: m, items: [{key: a, path: x}, {key: b, path: x/y}]}}]", "volume \"v\" (ConfigMap \"m\"): overlapping paths: \"x/y\" with \"x\"")]
    [InlineData("volumes: [{name: v, projected: {sources: [{}]}}]", "volume \"v\" (Projected) has no sources provided")]
    [InlineData("hostAliases: [{ip: 1.2.3.4}, {ip: 1.2.3.4}]", "spec.hostAliases[1].ip: duplicate ip \"1.2.3.4\"")]
    [InlineData("imagePullSecrets: [{name: s}, {name: s}]", "spec.imagePullSecrets[1].name: duplicate name \"s\"")]
    [InlineData("imagePullSecrets: [{}]", "spec.imagePullSecrets[0].name: invalid empty name \"\"")]
    [InlineData("terminationGracePeriodSeconds: -5", "spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1")]
    public void A_pod_is_told_of_what_will_not_do_what_it_says(string spec, string warning) => Assert.Equal([warning], Pod($"containers: [{{name: a}}]\n{spec}"));

    [Theory]
    [InlineData("env: [{name: X, value: a}, {name: X, value: b}]", "spec.containers[0].env[1]: hides previous definition of \"X\", which may be dropped when using apply")]
    [InlineData("resources: {limits: {memory: 1500m}, requests: {memory: 1}}", "spec.containers[0].resources.limits[memory]: fractional byte value \"1500m\" is invalid, must be an integer")]
    [InlineData("ports: [{containerPort: 80, protocol: TCP}, {containerPort: 80, protocol: TCP}]", "spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]")]
    [InlineData("ports: [{containerPort: 80, hostPort: 1}, {containerPort: 80}]", "spec.containers[0].ports[1]: overlapping port definition with spec.containers[0].ports[0]")]
    [InlineData("ports: [{containerPort: 80, hostPort: 1, hostIP: 1.1.1.1}, {containerPort: 80, hostPort: 1}]", "spec.containers[0].ports[1]: dangerously ambiguous port definition with spec.containers[0].ports[0]")]
    [InlineData(
        "ports: [{name: nn, containerPort: 80, hostIP: 1.1.1.1}]", "spec.containers[0].ports[0]: hostIP set without hostPort: {Name:nn HostPort:0 ContainerPort:80 Protocol:TCP HostIP:1.1.1.1}")]
    public void Containers_are_told_of_what_hides_what(string container, string warning) => Assert.Equal([warning], Pod($"containers: [{{name: a, {container}}}]"));

    [Fact]
    public void A_pod_that_is_changed_hears_nothing()
    {
        var warnings = new FieldWarnings();
        var pod = Read<Pod>("{apiVersion: v1, kind: Pod, metadata: {name: a.b}, spec: {containers: []}}");
        pod.Warn(pod, warnings);

        Assert.Empty(warnings);
    }

    [Fact]
    public void Templates_are_told_at_their_place_and_of_profiles_in_annotations() => Assert.Equal(
        [
            "spec.template.metadata.annotations[container.apparmor.security.beta.kubernetes.io/a]: deprecated since v1.30; use the \"appArmorProfile\" field instead",
            "spec.template.spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1",
        ],
        Warnings<Deployment>("""
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: d}
            spec: {template: {metadata: {annotations: {container.apparmor.security.beta.kubernetes.io/a: unconfined}}, spec: {terminationGracePeriodSeconds: -1, containers: [{name: a}]}}}
            """));

    [Fact]
    public void A_set_that_keeps_all_revisions_is_told_so() => Assert.Equal(
        ["spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended"],
        Warnings<StatefulSet>("{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: s}, spec: {revisionHistoryLimit: -1}}"));

    [Fact]
    public void A_job_with_very_many_indexes_is_told_of_the_limits_of_bookkeeping() => Assert.StartsWith(
        "spec: In Indexed Jobs with a number of completions higher than 10^5",
        Assert.Single(Warnings<Job>("{apiVersion: batch/v1, kind: Job, metadata: {name: j}, spec: {completionMode: Indexed, completions: 200000, parallelism: 20000}}")), StringComparison.Ordinal);

    [Theory]
    [InlineData("{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {type: ClusterIP, clusterIP: None, sessionAffinity: ClientIP}}", "spec.SessionAffinity is ignored for headless services")]
    [InlineData("{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {type: ClusterIP, externalName: x}}", "spec.externalName is ignored when spec.type is not \"ExternalName\"")]
    [InlineData("{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {type: ClusterIP, externalIPs: [1.2.3.4]}}", "spec.externalIPs is deprecated")]
    [InlineData("{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {type: ClusterIP, trafficDistribution: PreferClose}}", "spec.trafficDistribution: \"PreferClose\" is deprecated; use \"PreferSameZone\"")]
    [InlineData("{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {loadBalancerIP: 'FD00:0::1'}}", "spec.loadBalancerIP: IPv6 address \"FD00:0::1\" should be in RFC 5952 canonical format (\"fd00::1\")")]
    public void Services_are_told_of_what_has_no_effect(string service, string warning) => Assert.Equal([warning], Warnings<Service>(service));

    [Fact]
    public void Ranges_that_could_mean_two_things_are_told_of() => Assert.Equal(
        ["spec.ingress[0].from[0].ipBlock.cidr: CIDR value \"10.0.0.5/8\" is ambiguous in this context (should be \"10.0.0.0/8\" or \"10.0.0.5/32\"?)"],
        Warnings<NetworkPolicy>("{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: nn}, spec: {ingress: [{from: [{ipBlock: {cidr: 10.0.0.5/8}}]}]}}"));

    [Fact]
    public void Old_annotations_are_told_of() => Assert.Multiple(
        () => Assert.Equal(
            ["annotation \"kubernetes.io/ingress.class\" is deprecated, please use 'spec.ingressClassName' instead"],
            Warnings<Ingress>("{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: i, annotations: {kubernetes.io/ingress.class: x}}}")),
        () => Assert.Equal(
            ["metadata.annotations[volume.beta.kubernetes.io/storage-class]: deprecated since v1.8; use \"storageClassName\" attribute instead"],
            Warnings<PersistentVolumeClaim>("{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c, annotations: {volume.beta.kubernetes.io/storage-class: x}}}")));

    [Fact]
    public void Kinds_around_nodes_and_storage_are_told_of_what_is_gone() => Assert.Multiple(
        () => Assert.Equal(["spec.configSource: the feature is removed"], Warnings<Node>("{apiVersion: v1, kind: Node, metadata: {name: nn}, spec: {configSource: {}}}")),
        () => Assert.Equal(
            ["scheduling.nodeSelector: deprecated since v1.14; use \"kubernetes.io/arch\" instead"],
            Warnings<RuntimeClass>("{apiVersion: node.k8s.io/v1, kind: RuntimeClass, metadata: {name: r}, handler: h, scheduling: {nodeSelector: {beta.kubernetes.io/arch: x}}}")),
        () => Assert.Equal(
            ["allowedTopologies[0].matchLabelExpressions[0].key: deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead"],
            Warnings<StorageClass>("{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: s}, allowedTopologies: [{matchLabelExpressions: [{key: failure-domain.beta.kubernetes.io/zone, values: [a]}]}]}")),
        () => Assert.Equal(
            ["spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning."],
            Warnings<PersistentVolume>("{apiVersion: v1, kind: PersistentVolume, metadata: {name: p}, spec: {persistentVolumeReclaimPolicy: Recycle}}")),
        () => Assert.Equal(
            ["spec.addressType: FQDN endpoints are deprecated"],
            Warnings<EndpointSlice>("{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: e}, addressType: FQDN, endpoints: [], ports: []}")));

    [Theory]
    [InlineData("{}", "tls: failed to find any PEM data in certificate input")]
    [InlineData("{tls.crt: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'}", "tls: failed to find any PEM data in key input")]
    public void A_secret_with_a_certificate_that_is_none_is_told_so(string data, string warning) => Assert.Equal(
        [warning], Warnings<Secret>($"{{apiVersion: v1, kind: Secret, metadata: {{name: s}}, type: kubernetes.io/tls, stringData: {{}}, data: {Encoded(data)}}}"));

    private static string Encoded(string data) => ValueWriter.WriteText(MapValue.From(
        ((MapValue)YamlReader.Read(data)).Select(entry => KeyValuePair.Create(entry.Key, (Value)Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(entry.Value.AsText()!.Replace(" ", "\n", StringComparison.Ordinal).Replace("BEGIN\n", "BEGIN ", StringComparison.Ordinal).Replace("END\n", "END ", StringComparison.Ordinal)))))));

    private static string[] Pod(string spec) => Warnings<Pod>($"apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n  {spec.Replace("\n", "\n  ", StringComparison.Ordinal)}\n");

    private static string[] Warnings<T>(string yaml)
        where T : class, IResource<T>
    {
        var warnings = new FieldWarnings();
        ((IHasWarnings)Read<T>(yaml)).Warn(null, warnings);
        Assert.Equal(0, warnings.Place.Depth);
        return [.. warnings];
    }

    private static T Read<T>(string yaml)
        where T : class, IResource<T>
    {
        var read = ApiJson.Decode<T>(ValueWriter.WriteBytes(YamlReader.Read(yaml)), new DecodeReport());
        return read is IHasDefaults defaults ? (T)defaults.WithDefaults() : read;
    }
}
