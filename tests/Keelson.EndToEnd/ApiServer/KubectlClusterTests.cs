namespace Keelson.EndToEnd.ApiServer;

/// <summary>Everything that follows what controllers, scheduler and nodes do.</summary>
public sealed class KubectlClusterTests
{
    private const string Several = """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: pvc}
        spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
        ---
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: sts}
        spec:
          serviceName: h
          selector: {matchLabels: {app: sts}}
          template: {metadata: {labels: {app: sts}}, spec: {containers: [{name: c, image: i}]}}
        ---
        apiVersion: apps/v1
        kind: DaemonSet
        metadata: {name: ds}
        spec:
          selector: {matchLabels: {app: ds}}
          template: {metadata: {labels: {app: ds}}, spec: {containers: [{name: c, image: i}]}}
        ---
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: np}
        spec: {podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {}}], ports: [{port: 80}]}]}
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: {name: short}
        spec: {template: {metadata: {annotations: {keelson.dev/exit-after: 1s}}, spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}
        ---
        apiVersion: v1
        kind: LimitRange
        metadata: {name: lr}
        spec: {limits: [{type: Container, default: {cpu: 100m}}]}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: single, labels: {app: single}}
        spec: {containers: [{name: c, image: i, ports: [{containerPort: 80}]}]}
        """;

    private static readonly (string What, string Expected)[] Descriptions =
    [
        ("pod single", "^  Normal +Scheduled +.* default-scheduler +Successfully assigned default/single to node-"),
        ("pod single", "^QoS Class: +Burstable$"),
        ("node node-1", "^  Ready +True .* KubeletReady +kubelet is posting ready status$"),
        ("node node-1", "^  cpu +.*%\\)"),
        ("deploy web", "^Replicas: +2 desired \\| 2 updated \\| 2 total \\| 2 available \\| 0 unavailable$"),
        ("deploy web", "^  Available +True +MinimumReplicasAvailable$"),
        ("rs -l app=web", "^Controlled By: +Deployment/web$"),
        ("svc web", "^Endpoints: +10\\."),
        ("ingress i", "^  foo.com"),
        ("cm cm", "^k:\n----\nv$"),
        ("secret s", "^k: +1 bytes$"),
        ("pvc pvc", "^Status: +Pending$"),
        ("job short", "^Completions: +1$"),
        ("cronjob cj", "^Schedule: +\\*/5 \\* \\* \\* \\*$"),
        ("sts sts", "^Replicas: +1 desired \\| 1 total$"),
        ("ds ds", "^Desired Number of Nodes Scheduled: 2$"),
        ("hpa web", "^Max replicas: +4$"),
        ("ns default", "^Status: +Active$"),
        ("ns default", "^ Container +cpu +- +- +100m +100m "),
        ("sa default", "^Name: +default$"),
        ("role r", "^  pods +\\[\\] +\\[\\] +\\[get\\]$"),
        ("rolebinding rb", "^  User +jane"),
        ("quota q", "^services +[0-9]+ +10$"),
        ("networkpolicy np", "^    To Port: 80/TCP$"),
        ("limits lr", "^Container +cpu +- +- +100m +100m "),
        ("pdb p", "^Min available: +1$"),
        ("endpointslices", "^    Conditions:\n      Ready: +true$"),
    ];

    [Theory]
    [MemberData(nameof(Kubectl.Programs), MemberType = typeof(Kubectl))]
    public async Task Workloads_are_rolled_out_awaited_and_rolled_back(string program)
    {
        Assert.SkipWhen(program.Length == 0, Kubectl.WhyNot);
        await using var cluster = await RunningCluster.StartAsync();
        var kubectl = cluster.Kubectl(program);
        await kubectl.DoAsync("create deployment web --image=nginx --replicas=2 --port=80");
        await kubectl.SaysAsync("rollout status deploy/web --timeout=50s", "deployment \"web\" successfully rolled out");
        await kubectl.SaysAsync("wait --for=condition=Available deploy/web --timeout=50s", "deployment.apps/web condition met");
        await kubectl.SaysAsync("wait --for=condition=Ready pod -l app=web --timeout=50s", "condition met");
        await kubectl.SaysAsync("wait --for=jsonpath={.status.readyReplicas}=2 deploy/web --timeout=50s", "condition met");
        if (kubectl.Minor >= 30) await kubectl.SaysAsync("wait --for=jsonpath={.status.readyReplicas} deploy/web --timeout=50s", "condition met");
        if (kubectl.Minor >= 31) await kubectl.SaysAsync("wait --for=create deploy/web --timeout=50s", "condition met");
        await kubectl.FailsAsync("wait --for=condition=Never deploy/web --timeout=1s", "timed out waiting for the condition on deployments/web");
        await kubectl.ShowsAsync("get pods -o wide --field-selector status.phase=Running", "^web-[0-9a-z]+-[0-9a-z]{5} +1/1 +Running +0 +[0-9]+s +10[0-9.]+ +node-[12] ");

        await kubectl.DoAsync("set image deploy/web nginx=nginx:2");
        await kubectl.DoAsync("annotate deploy/web kubernetes.io/change-cause=second");
        await kubectl.SaysAsync("rollout status deploy/web --timeout=50s", "successfully rolled out");
        await kubectl.SaysInTimeAsync("rollout history deploy/web", "2         second");
        await kubectl.ShowsAsync("rollout history deploy/web --revision=2", "^    Image:\tnginx:2$");
        await kubectl.SaysAsync("rollout undo deploy/web --dry-run=server", "rolled back (server dry run)");
        await kubectl.SaysAsync("rollout undo deploy/web --to-revision=1", "deployment.apps/web rolled back");
        await kubectl.SaysAsync("wait --for=jsonpath={.spec.template.spec.containers[0].image}=nginx deploy/web --timeout=50s", "condition met");
        await kubectl.SaysAsync("rollout pause deploy/web", "paused");
        await kubectl.FailsAsync("rollout pause deploy/web", "deployments.apps \"web\" is already paused");
        await kubectl.SaysAsync("rollout resume deploy/web", "resumed");
        await kubectl.SaysAsync("rollout restart deploy/web", "restarted");
        await kubectl.SaysAsync("rollout status deploy/web --timeout=50s", "successfully rolled out");
        await kubectl.SaysAsync("scale deploy/web --replicas=3 --timeout=50s", "scaled");
        await kubectl.SaysAsync("scale rs -l app=web --replicas=1", "scaled");

        await kubectl.DoAsync("apply -f -", Several);
        await kubectl.SaysAsync("rollout status ds/ds --timeout=50s", "daemon set \"ds\" successfully rolled out");
        await kubectl.SaysAsync("rollout status sts/sts --timeout=50s", "roll");
        await kubectl.SaysAsync("rollout restart ds/ds sts/sts", "statefulset.apps/sts restarted");
        await kubectl.SaysInTimeAsync("rollout history ds/ds", "\n2 ");
        await kubectl.SaysAsync("rollout undo ds/ds", "daemonset.apps/ds rolled back");
        await kubectl.SaysInTimeAsync("rollout history sts/sts", "\n2 ");
        await kubectl.ShowsAsync("get controllerrevisions", "^NAME +CONTROLLER +REVISION +AGE\nds-[0-9a-z]+ +daemonset.apps/ds +");
        await kubectl.SaysAsync("wait --for=condition=Complete job/short --timeout=50s", "job.batch/short condition met");
    }

    [Theory]
    [MemberData(nameof(Kubectl.Programs), MemberType = typeof(Kubectl))]
    public async Task Deletions_cascade_as_asked_and_wait_or_not(string program)
    {
        Assert.SkipWhen(program.Length == 0, Kubectl.WhyNot);
        await using var cluster = await RunningCluster.StartAsync();
        var kubectl = cluster.Kubectl(program);
        foreach (var cascade in (string[])["background", "foreground", "orphan"])
        {
            await kubectl.DoAsync($"create deployment {cascade} --image=i");
            await kubectl.DoAsync($"rollout status deploy/{cascade} --timeout=50s");
            await kubectl.SaysAsync($"delete deploy {cascade} --cascade={cascade}", $"deployment.apps \"{cascade}\" deleted");
            if (cascade != "orphan") await kubectl.DoAsync($"wait --for=delete pod -l app={cascade} --timeout=50s");
        }

        Assert.StartsWith("replicaset.apps/orphan-", await kubectl.DoAsync("get rs -o name"), StringComparison.Ordinal);
        await kubectl.SaysAsync("delete rs -l app=orphan", "deleted");
        await kubectl.DoAsync("wait --for=delete pod -l app=orphan --timeout=50s");

        foreach (var how in (string[])["--now", "--grace-period=0 --force", "--grace-period=1", "--wait=false"])
        {
            await kubectl.DoAsync("run x --image=i");
            await kubectl.DoAsync("wait --for=condition=Ready pod/x --timeout=50s");
            await kubectl.SaysAsync($"delete pod x {how} --timeout=50s", how.EndsWith("--force", StringComparison.Ordinal) ? "pod \"x\" force deleted" : "pod \"x\" deleted");
            await kubectl.DoAsync("wait --for=delete pod/x --timeout=50s");
        }

        await kubectl.DoAsync("create configmap kept");
        await kubectl.SaysAsync("delete cm kept --dry-run=server", "deleted (server dry run)");
        await kubectl.SaysAsync("delete cm nosuch --ignore-not-found", "");
        await kubectl.FailsAsync("delete cm nosuch", "configmaps \"nosuch\" not found");
        await kubectl.SaysAsync("delete --raw /api/v1/namespaces/default/configmaps/kept", "\"kind\":\"Status\"");
        await kubectl.DoAsync("create namespace n");
        await kubectl.DoAsync("create deployment inside --image=i -n n");
        await kubectl.SaysAsync("delete namespace n --timeout=55s", "namespace \"n\" deleted");
        await kubectl.FailsAsync("get namespace n", "namespaces \"n\" not found");
    }

    [Theory]
    [MemberData(nameof(Kubectl.Programs), MemberType = typeof(Kubectl))]
    public async Task Common_kinds_are_described_and_events_are_listed(string program)
    {
        Assert.SkipWhen(program.Length == 0, Kubectl.WhyNot);
        await using var cluster = await RunningCluster.StartAsync();
        var kubectl = cluster.Kubectl(program);
        foreach (var made in (string[])
        [
            "quota q --hard=services=10", "deployment web --image=nginx --replicas=2 --port=80", "configmap cm --from-literal=k=v", "secret generic s --from-literal=k=v", "cronjob cj --image=i '--schedule=*/5 * * * *'",
            "role r --verb=get --resource=pods", "rolebinding rb --role=r --user=jane", "pdb p --selector=app=web --min-available=1", "ingress i --rule=foo.com/bar=web:80",
        ]) await kubectl.DoAsync("create " + made);
        await kubectl.DoAsync("expose deployment web --port=80");
        await kubectl.DoAsync("autoscale deployment web --min=1 --max=4 --cpu-percent=50");
        await kubectl.DoAsync("rollout status deploy/web --timeout=50s");
        var limits = Several.Split("---").Single(document => document.Contains("LimitRange", StringComparison.Ordinal));
        await kubectl.DoAsync("apply -f -", limits);
        await kubectl.DoAsync("apply -f -", Several);
        await kubectl.DoAsync("wait --for=condition=Ready pod/single --timeout=50s");
        await kubectl.DoAsync("rollout status ds/ds --timeout=50s");
        await kubectl.DoAsync("wait --for=condition=Complete job/short --timeout=50s");
        await kubectl.SaysInTimeAsync("get quota q -o jsonpath={.status.used.services}", "2");
        await kubectl.SaysInTimeAsync("get endpointslices -l kubernetes.io/service-name=web -o jsonpath={.items[*].endpoints[*].conditions.ready}", "true true");
        foreach (var (what, expected) in Descriptions) await kubectl.ShowsAsync("describe " + what, expected);
        await kubectl.FailsAsync("describe pod nosuch", "pods \"nosuch\" not found");

        await kubectl.ShowsAsync("events --for deploy/web --types=Normal", "Normal +ScalingReplicaSet +Deployment/web +Scaled up replica set web-[0-9a-z]+ from 0 to 2$");
        await kubectl.ShowsAsync("events -A", "^default +.* Pod/single +Started");
        await kubectl.ShowsAsync("get events --sort-by=.metadata.creationTimestamp --field-selector involvedObject.name=single", " Normal +Scheduled +pod/single +Successfully assigned");
        await kubectl.ShowsAsync("get endpointslices", "^web-[0-9a-z]+ +IPv4 +80 +10[0-9.]+,10[0-9.]+ ");
        await kubectl.ShowsAsync("get quota q", "^q +.*services: [0-9]+/10 ");
    }

    [Theory]
    [MemberData(nameof(Kubectl.Programs), MemberType = typeof(Kubectl))]
    public async Task Nodes_are_tainted_cordoned_and_drained(string program)
    {
        Assert.SkipWhen(program.Length == 0, Kubectl.WhyNot);
        await using var cluster = await RunningCluster.StartAsync();
        var kubectl = cluster.Kubectl(program);
        await kubectl.SaysInTimeAsync("get nodes -o jsonpath={.items[*].metadata.name}", "node-1 node-2");
        await kubectl.DoAsync("wait --for=condition=Ready node --all --timeout=50s");
        await kubectl.DoAsync("create deployment web --image=i --replicas=4");
        await kubectl.DoAsync("rollout status deploy/web --timeout=50s");
        await kubectl.DoAsync("apply -f -", Several.Split("---").Single(document => document.Contains("DaemonSet", StringComparison.Ordinal)));
        await kubectl.DoAsync("rollout status ds/ds --timeout=50s");
        await kubectl.SaysAsync("taint node node-1 a=b:PreferNoSchedule", "node/node-1 tainted");
        await kubectl.FailsAsync("taint node node-1 a=c:PreferNoSchedule", "already has");
        await kubectl.SaysAsync("taint node node-1 a=c:PreferNoSchedule --overwrite", "node/node-1 modified");
        await kubectl.SaysAsync("taint node node-1 a:PreferNoSchedule-", "node/node-1 untainted");
        await kubectl.SaysAsync("cordon node-1", "node/node-1 cordoned");
        await kubectl.SaysAsync("cordon node-1", "node/node-1 already cordoned");
        await kubectl.ShowsAsync("get node node-1", "^node-1 +Ready,SchedulingDisabled ");
        await kubectl.SaysAsync("uncordon node-1", "node/node-1 uncordoned");
        await kubectl.FailsAsync("drain node-1 --timeout=50s", "use --ignore-daemonsets to ignore");
        await kubectl.SaysAsync("drain node-1 --ignore-daemonsets --dry-run=server", "node/node-1 drained (server dry run)");
        await kubectl.SaysAsync("drain node-1 --ignore-daemonsets --force --delete-emptydir-data --timeout=55s", "node/node-1 drained");
        Assert.DoesNotContain("web-", await kubectl.DoAsync("get pods -o name --field-selector spec.nodeName=node-1"), StringComparison.Ordinal);
        await kubectl.SaysAsync("uncordon node-1", "node/node-1 uncordoned");
        await kubectl.FailsAsync("top node", "Metrics API not available");
        await kubectl.FailsAsync("top pod", "Metrics API not available");
        await kubectl.SaysAsync("cluster-info dump --namespaces default --output-directory=dump", "Cluster info dumped to dump");
        Assert.Contains("\"node-1\"", kubectl.ReadFile("dump/nodes.json"), StringComparison.Ordinal);
    }
}
