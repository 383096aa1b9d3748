using Keelson.Api.Core.V1;
using Keelson.Api.Validation;
using Keelson.Api.Values;

namespace Keelson.Api.Tests.Rules;

public sealed class PodTests
{
    private const string Minimal = """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"n"},"spec":{"containers":[{"name":"a","image":"nginx"}]}}""";

    [Fact]
    public void A_minimal_pod_is_valid() => Assert.Empty(RulesOf.Errors(RulesOf.Read<Pod>(Minimal)));

    [Fact]
    public void A_minimal_pod_gets_all_that_upstream_fills_in() => Assert.Equal<Value>(
        ValueReader.Read("""
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"n"},"spec":{
              "containers":[{"name":"a","image":"nginx","resources":{},"terminationMessagePath":"/dev/termination-log",
                "terminationMessagePolicy":"File","imagePullPolicy":"Always"}],
              "restartPolicy":"Always","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst","securityContext":{},
              "schedulerName":"default-scheduler","enableServiceLinks":true},"status":{}}
            """),
        RulesOf.Defaults<Pod>(Minimal));

    [Fact]
    public void Probes_ports_and_volumes_get_their_defaults()
    {
        var pod = RulesOf.Filled<Pod>("""
            {"apiVersion":"v1","kind":"Pod","spec":{"hostNetwork":true,"serviceAccount":"old","containers":[{"name":"a","image":"x:1",
              "ports":[{"containerPort":80}],"readinessProbe":{"httpGet":{"port":80}},
              "env":[{"name":"E","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}],
              "resources":{"limits":{"cpu":"1","memory":"1Gi"},"requests":{"cpu":"100u"}}}],
              "volumes":[{"name":"e"},{"name":"h","hostPath":{"path":"/x"}},{"name":"s","secret":{"secretName":"s"}},
                {"name":"t","projected":{"sources":[{"serviceAccountToken":{"path":"t"}}]}}]}}
            """);

        var container = pod.Spec.Containers[0];
        Assert.Equal("IfNotPresent", container.ImagePullPolicy);
        Assert.Equal(("TCP", 80), (container.Ports[0].Protocol, container.Ports[0].HostPort));
        Assert.Equal((1, 10, 1, 3), (container.ReadinessProbe!.TimeoutSeconds, container.ReadinessProbe.PeriodSeconds,
            container.ReadinessProbe.SuccessThreshold, container.ReadinessProbe.FailureThreshold));
        Assert.Equal(("/", "HTTP"), (container.ReadinessProbe.ProbeHandler.HttpGet!.Path, container.ReadinessProbe.ProbeHandler.HttpGet.Scheme));
        Assert.Equal("v1", container.Env[0].ValueFrom!.FieldRef!.ApiVersion);
        Assert.Equal("1m", container.Resources.Requests["cpu"].ToString());
        Assert.Equal("1Gi", container.Resources.Requests["memory"].ToString());
        Assert.Equal(("old", "old"), (pod.Spec.ServiceAccountName, pod.Spec.ServiceAccount));
        Assert.NotNull(pod.Spec.Volumes[0].VolumeSource.EmptyDir);
        Assert.Equal("", pod.Spec.Volumes[1].VolumeSource.HostPath!.Type);
        Assert.Equal(420, pod.Spec.Volumes[2].VolumeSource.Secret!.DefaultMode);
        Assert.Equal(3600, pod.Spec.Volumes[3].VolumeSource.Projected!.Sources[0].ServiceAccountToken!.ExpirationSeconds);
    }

    [Theory]
    [InlineData("nginx", "Always")]
    [InlineData("nginx:latest", "Always")]
    [InlineData("nginx:1.27", "IfNotPresent")]
    [InlineData("registry.example.com:5000/a/b", "Always")]
    [InlineData("a@sha256:0123456789012345678901234567890123456789012345678901234567890123", "IfNotPresent")]
    [InlineData("Not A Name", "IfNotPresent")]
    public void An_image_is_pulled_always_only_when_its_tag_moves(string image, string policy) =>
        Assert.Equal(policy, RulesOf.Filled<Pod>(RulesOf.With(Minimal, "spec.containers.0.image", $"\"{image}\"")).Spec.Containers[0].ImagePullPolicy);

    [Fact]
    public void A_pod_with_all_its_defaults_comes_back_as_the_same_object()
    {
        var pod = RulesOf.Filled<Pod>(Minimal);

        Assert.Same(pod, pod.WithDefaults());
    }

    [Theory]
    [InlineData("spec.containers", "[]", "spec.containers: Required value")]
    [InlineData("spec.containers.0.name", "\"A_b\"", "spec.containers[0].name: Invalid value: \"A_b\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')")]
    [InlineData("spec.containers.0.image", "\"\"", "spec.containers[0].image: Required value")]
    [InlineData("spec.containers.0.image", "\" x\"", "spec.containers[0].image: Invalid value: \" x\": must not have leading or trailing whitespace")]
    [InlineData("spec.containers.1", """{"name":"a","image":"x"}""", "spec.containers[1].name: Duplicate value: \"a\"")]
    [InlineData("spec.containers.0.imagePullPolicy", "\"Now\"", "spec.containers[0].imagePullPolicy: Unsupported value: \"Now\": supported values: \"Always\", \"IfNotPresent\", \"Never\"")]
    [InlineData("spec.containers.0.ports", """[{"containerPort":70000}]""", "spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive")]
    [InlineData("spec.containers.0.ports", """[{"containerPort":1,"protocol":"X"}]""", "spec.containers[0].ports[0].protocol: Unsupported value: \"X\": supported values: \"SCTP\", \"TCP\", \"UDP\"")]
    [InlineData("spec.containers.0.ports", """[{"containerPort":1,"hostPort":5},{"containerPort":2,"hostPort":5}]""", "spec.containers[0].ports[1].hostPort: Duplicate value: \"TCP//5\"")]
    [InlineData("spec.containers.0.env", """[{"name":"a=b"}]""", "spec.containers[0].env[0].name: Invalid value: \"a=b\": a valid environment variable name must consist only of printable ASCII characters other than '='")]
    [InlineData("spec.containers.0.env", """[{"name":"a","value":"v","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}]""", "spec.containers[0].env[0].valueFrom: Invalid value: \"\": may not be specified when `value` is not empty")]
    [InlineData("spec.containers.0.env", """[{"name":"a","valueFrom":{"fieldRef":{"fieldPath":"spec.x"}}}]""", "spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: \"spec.x\": error converting fieldPath: field label not supported: spec.x")]
    [InlineData("spec.containers.0.envFrom", "[{}]", "spec.containers[0].envFrom: Invalid value: \"\": must specify one of: `configMapRef` or `secretRef`")]
    [InlineData("spec.containers.0.volumeMounts", """[{"name":"v","mountPath":"/x"}]""", "spec.containers[0].volumeMounts[0].name: Not found: \"v\"")]
    [InlineData("spec.containers.0.resources", """{"limits":{"cpu":"1"},"requests":{"cpu":"2"}}""", "spec.containers[0].resources.requests: Invalid value: \"2\": must be less than or equal to cpu limit of 1")]
    [InlineData("spec.containers.0.resources", """{"requests":{"cpu":"-1"}}""", "spec.containers[0].resources.requests[cpu]: Invalid value: \"-1\": must be greater than or equal to 0")]
    [InlineData("spec.containers.0.resources", """{"requests":{"example.com/gpu":"1"}}""", "spec.containers[0].resources.limits: Required value: Limit must be set for non overcommitable resources")]
    [InlineData("spec.containers.0.resources", """{"limits":{"hugepages-2Mi":"2Mi"}}""", "spec.containers[0].resources: Forbidden: HugePages require cpu or memory")]
    [InlineData("spec.containers.0.livenessProbe", "{}", "spec.containers[0].livenessProbe: Required value: must specify a handler type")]
    [InlineData("spec.containers.0.livenessProbe", """{"tcpSocket":{"port":1},"successThreshold":2}""", "spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1")]
    [InlineData("spec.containers.0.lifecycle", """{"preStop":{"sleep":{"seconds":31}}}""", "spec.containers[0].lifecycle.preStop.sleep: Invalid value: 31: must be non-negative and less than terminationGracePeriodSeconds (30)")]
    [InlineData("spec.containers.0.securityContext", """{"runAsUser":-1}""", "spec.containers[0].securityContext.runAsUser: Invalid value: -1: must be between 0 and 4294967295, inclusive")]
    [InlineData("spec.containers.0.resizePolicy", """[{"resourceName":"x","restartPolicy":"NotRequired"}]""", "spec.containers[0].resizePolicy: Unsupported value: \"x\": supported values: \"cpu\", \"memory\"")]
    [InlineData("spec.initContainers", """[{"name":"i","image":"x","lifecycle":{}}]""", "spec.initContainers[0].lifecycle: Forbidden: may not be set for init containers without restartPolicy=Always")]
    [InlineData("spec.initContainers", """[{"name":"a","image":"x"}]""", "spec.initContainers[0].name: Duplicate value: \"a\"")]
    [InlineData("spec.volumes", """[{"name":"v","hostPath":{"path":"/a/../b"}}]""", "spec.volumes[0].hostPath.path: Invalid value: \"/a/../b\": must not contain '..'")]
    [InlineData("spec.volumes", """[{"name":"v","emptyDir":{},"secret":{"secretName":"s"}}]""", "spec.volumes[0].secret: Forbidden: may not specify more than 1 volume type")]
    [InlineData("spec.volumes", """[{"name":"v"},{"name":"v"}]""", "spec.volumes[1].name: Duplicate value: \"v\"")]
    [InlineData("spec.volumes", """[{"name":"v","configMap":{"name":"c","defaultMode":512}}]""", "spec.volumes[0].configMap.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive")]
    [InlineData("spec.volumes", """[{"name":"v","projected":{"sources":[{"serviceAccountToken":{"path":"t"}}]}}]""", "spec.volumes[0].projected.sources[0].serviceAccountToken: Forbidden: must not be specified when serviceAccountName is not set")]
    [InlineData("spec.restartPolicy", "\"Maybe\"", "spec.restartPolicy: Unsupported value: \"Maybe\": supported values: \"Always\", \"OnFailure\", \"Never\"")]
    [InlineData("spec.dnsPolicy", "\"None\"", "spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None")]
    [InlineData("spec.activeDeadlineSeconds", "0", "spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive")]
    [InlineData("spec.tolerations", """[{"operator":"Equal"}]""", "spec.tolerations[0].operator: Invalid value: \"Equal\": operator must be Exists when `key` is empty, which means \"match all values and all keys\"")]
    [InlineData("spec.tolerations", """[{"key":"a","effect":"X"}]""", "spec.tolerations[0].effect: Unsupported value: \"X\": supported values: \"NoSchedule\", \"PreferNoSchedule\", \"NoExecute\"")]
    [InlineData("spec.tolerations", """[{"key":"a","operator":"Gt","value":"1"}]""", "spec.tolerations[0].operator: Unsupported value: \"Gt\": supported values: \"Equal\", \"Exists\"")]
    [InlineData("spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution", "{}", "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Required value: must have at least one node selector term")]
    [InlineData("spec.topologySpreadConstraints", """[{"maxSkew":0,"topologyKey":"z","whenUnsatisfiable":"DoNotSchedule"}]""", "spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero")]
    [InlineData("spec.hostAliases", """[{"ip":"x"}]""", "spec.hostAliases[0].ip: Invalid value: \"x\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")]
    [InlineData("spec.schedulingGates", """[{"name":"g"},{"name":"g"}]""", "spec.schedulingGates[1]: Duplicate value: \"g\"")]
    [InlineData("spec.os", """{"name":"dos"}""", "spec.os: Unsupported value: \"dos\": supported values: \"linux\", \"windows\"")]
    [InlineData("spec.overhead", """{"cpu":"-1"}""", "spec.overhead.limits[cpu]: Invalid value: \"-1\": must be greater than or equal to 0")]
    [InlineData("spec.ephemeralContainers", """[{"name":"e","image":"x"}]""", "spec.ephemeralContainers: Forbidden: cannot be set on create")]
    [InlineData("spec.resourceClaims", """[{"name":"c"}]""", "spec.resourceClaims[0]: Invalid value: {\"name\":\"c\"}: must specify one of: `resourceClaimName`, `resourceClaimTemplateName`")]
    public void What_is_wrong_is_said_in_upstreams_words(string path, string value, string message) =>
        Assert.Equal([message], RulesOf.Errors(RulesOf.Read<Pod>(RulesOf.With(Minimal, path, value))));

    [Fact]
    public void The_windows_rules_hold_for_each_container()
    {
        var pod = RulesOf.With(RulesOf.With(Minimal, "spec.os.name", "\"windows\""), "spec.containers.0.securityContext.privileged", "true");

        Assert.Equal(["spec.containers[0].securityContext.privileged: Forbidden: cannot be set for a windows pod"], RulesOf.Errors(RulesOf.Read<Pod>(pod)));
    }

    [Theory]
    [InlineData("spec.containers.0.image", "\"other\"")]
    [InlineData("spec.tolerations", """[{"key":"a","operator":"Exists"}]""")]
    [InlineData("spec.activeDeadlineSeconds", "5")]
    public void A_few_fields_of_a_pod_may_change(string path, string value)
    {
        var pod = RulesOf.Filled<Pod>(RulesOf.With(RulesOf.With(Minimal, "spec.containers.0.imagePullPolicy", "\"Never\""), path, value));

        Assert.Empty(RulesOf.UpdateErrors(pod, RulesOf.Filled<Pod>(RulesOf.With(Minimal, "spec.containers.0.imagePullPolicy", "\"Never\""))));
    }

    [Fact]
    public void No_other_field_of_a_pod_may_change()
    {
        var changed = RulesOf.Filled<Pod>(RulesOf.With(Minimal, "spec.hostname", "\"h\""));

        var error = Assert.Single(RulesOf.UpdateErrors(changed, RulesOf.Filled<Pod>(Minimal)));

        Assert.Equal(
            "spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
            + "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
            + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n+ hostname: \"h\"\n", error);
    }

    [Fact]
    public void A_gated_pod_may_be_told_more_narrowly_where_to_run_but_not_more_widely()
    {
        var gated = RulesOf.With(RulesOf.With(Minimal, "spec.schedulingGates", """[{"name":"g"}]"""), "spec.nodeSelector.a", "\"1\"");
        var old = RulesOf.Filled<Pod>(gated);

        Assert.Empty(RulesOf.UpdateErrors(RulesOf.Filled<Pod>(RulesOf.With(gated, "spec.nodeSelector.b", "\"2\"")), old));
        Assert.Equal(
            ["spec.nodeSelector: Invalid value: {\"a\":\"2\"}: only additions are allowed (no mutations or deletions)"],
            RulesOf.UpdateErrors(RulesOf.Filled<Pod>(RulesOf.With(gated, "spec.nodeSelector.a", "\"2\"")), old));
    }

    [Fact]
    public void Resizing_changes_cpu_and_memory_and_nothing_else()
    {
        var old = RulesOf.Filled<Pod>(RulesOf.With(Minimal, "spec.containers.0.resources.requests.cpu", "\"1\""));
        var more = RulesOf.Filled<Pod>(RulesOf.With(Minimal, "spec.containers.0.resources.requests.cpu", "\"2\""));
        var gone = RulesOf.Filled<Pod>(RulesOf.With(Minimal, "spec.containers.0.resources.requests.memory", "\"1Mi\""));

        Assert.Empty(Resized(more, old));
        Assert.Equal(["spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed"], Resized(gone, old));
        Assert.Equal(["spec: Forbidden: only cpu and memory resources are mutable"], Resized(more with { Spec = more.Spec with { Hostname = "h" } }, old));

        static string[] Resized(Pod pod, Pod old)
        {
            var errors = new FieldErrors();
            pod.ValidateResize(old, errors);
            return RulesOf.Texts(errors);
        }
    }

    [Fact]
    public void An_ephemeral_container_that_was_there_stays_as_it_was()
    {
        var with = RulesOf.Filled<Pod>(RulesOf.With(Minimal, "spec.ephemeralContainers", """[{"name":"e","image":"x"}]"""));
        var without = RulesOf.Filled<Pod>(Minimal);
        var (added, removed) = (new FieldErrors(), new FieldErrors());

        with.ValidateEphemeralContainersUpdate(without, added);
        without.ValidateEphemeralContainersUpdate(with, removed);

        Assert.Empty(added);
        Assert.Equal(["spec.ephemeralContainers: Forbidden: existing ephemeral containers \"e\" may not be removed\n"], RulesOf.Texts(removed));
    }

    [Fact]
    public void An_ended_container_that_does_not_restart_cannot_live_again()
    {
        var once = RulesOf.With(Minimal, "spec.restartPolicy", "\"Never\"");
        var ended = RulesOf.Filled<Pod>(RulesOf.With(once, "status.containerStatuses", """[{"name":"a","state":{"terminated":{"exitCode":0}}}]"""));
        var running = RulesOf.Filled<Pod>(RulesOf.With(once, "status.containerStatuses", """[{"name":"a","state":{"running":{}}}]"""));
        var errors = new FieldErrors();

        running.ValidateStatusUpdate(ended, errors);

        Assert.Equal(["status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state"], RulesOf.Texts(errors));
    }

    [Theory]
    [InlineData("""{}""", "BestEffort")]
    [InlineData("""{"requests":{"cpu":"1"}}""", "Burstable")]
    [InlineData("""{"limits":{"cpu":"1","memory":"1Gi"}}""", "Guaranteed")]
    public void The_quality_of_a_pod_follows_from_its_resources(string resources, string expected) =>
        Assert.Equal(expected, PodQuality.ClassOf(RulesOf.Filled<Pod>(RulesOf.With(Minimal, "spec.containers.0.resources", resources))));
}
