namespace Keelson.EndToEnd.ApiServer;

/// <summary>What kubectl prints where something is refused, unusual, or told beside the answer.</summary>
public sealed class KubectlUnusualTests
{
    private const string Gated = """
        apiVersion: v1
        kind: Pod
        metadata: {name: gated, labels: {app: a}}
        spec:
          schedulingGates: [{name: example.com/wait}]
          initContainers: [{name: side, image: busybox, restartPolicy: Always}]
          containers: [{name: c, image: nginx}]
          topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, labelSelector: {}, matchLabelKeys: [app]}]
        """;

    [Theory]
    [MemberData(nameof(Kubectl.Programs), MemberType = typeof(Kubectl))]
    public async Task Refusals_say_what_is_wrong_and_where(string program)
    {
        Assert.SkipWhen(program.Length == 0, Kubectl.WhyNot);
        await using var server = await RunningApiServer.StartAsync();
        var kubectl = server.Kubectl(program);
        await kubectl.DoAsync("create deployment web --image=nginx");
        await kubectl.FailsAsync("patch deploy web -p '{\"metadata\":{\"labels\":\"x\"}}'", "cannot restore map from string");
        await kubectl.FailsAsync("patch deploy web -p '{\"spec\":{\"replicas\":\"three\"}}'", "unrecognized type: int32");
        await kubectl.FailsAsync("patch deploy web --type=merge -p '{\"spec\":{\"replicas\":\"three\"}}'", "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32");
        await kubectl.FailsAsync("patch deploy web -p '{\"spec\":{\"selector\":{\"matchLabels\":{\"app\":\"other\"}}}}'", "The Deployment \"web\" is invalid:");
        await kubectl.SaysAsync("patch deploy web -p '{\"metadata\":{\"labels\":{\"app\":\"web\"}}}'", "patched (no change)");
        kubectl.WriteFile("pod.yaml", Gated);
        await kubectl.FailsAsync("create --raw /api/v1/namespaces -f pod.yaml", "the object provided is unrecognized (must be of type Namespace): couldn't get version/kind; json parse error: invalid character 'a' looking for beginning of value");
        await kubectl.FailsAsync("create --validate=false -f -", "Pod in version \"v1\" cannot be handled as a Pod: json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container", """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"},"spec":{"containers":{}}}""");
        await kubectl.DoAsync("create configmap map");
        await kubectl.FailsAsync("get configmap map --subresource=scale", "the server could not find the requested resource");
    }

    [Theory]
    [MemberData(nameof(Kubectl.Programs), MemberType = typeof(Kubectl))]
    public async Task What_is_unusual_is_shown_as_such(string program)
    {
        Assert.SkipWhen(program.Length == 0, Kubectl.WhyNot);
        await using var server = await RunningApiServer.StartAsync();
        var kubectl = server.Kubectl(program);
        await kubectl.DoAsync("create serviceaccount default");
        await kubectl.DoAsync("apply -f -", Gated);
        await kubectl.ShowsAsync("get pod gated", "^gated +0/2 +SchedulingGated +0 ");
        await kubectl.ShowsAsync("describe pod gated", "^ +PodScheduled +False");
        await kubectl.SaysAsync("get pod gated -o jsonpath={.spec.topologySpreadConstraints[0].labelSelector.matchExpressions}", """[{"key":"app","operator":"In","values":["a"]}]""");
        await kubectl.DoAsync("create service loadbalancer lb --tcp=80");
        await kubectl.ShowsAsync("get service lb", "^lb +LoadBalancer +10[.0-9]+ +<pending> +80:[0-9]+/TCP ");
        await kubectl.ShowsAsync("get prioritylevelconfiguration exempt", "^exempt +Exempt +<none> +<none> +<none> +<none> ");
        await kubectl.ShowsAsync("get flowschemas --no-headers", "^exempt(.*\n)+catch-all ");
        await kubectl.SaysAsync("apply -f -", "daemonset.apps/d created", """
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: d}
            spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: x}]}}}
            """);
        await kubectl.DoAsync("set image daemonset/d c=y");
        await kubectl.ShowsAsync("describe daemonset d", "^Annotations: +deprecated.daemonset.template.generation: 2$");
        if (kubectl.Minor >= 28) await kubectl.ShowsAsync("auth whoami", @"^Extra: authentication.kubernetes.io/credential-id +\[X509SHA256=[0-9a-f]{64}\]$");
    }
}
