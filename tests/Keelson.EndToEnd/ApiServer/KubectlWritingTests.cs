namespace Keelson.EndToEnd.ApiServer;

/// <summary>Everything that makes, changes and removes objects and needs nobody but the API server.</summary>
public sealed class KubectlWritingTests
{
    private const string Web = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, labels: {app: web}, annotations: {note: edited-before}}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec: {containers: [{name: c, image: nginx, ports: [{containerPort: 80}]}]}
        """;

    private const string One = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: one, labels: {set: s}}
        """;

    private const string Two = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: two, labels: {set: s}}
        """;

    private static readonly (string CommandLine, string Expected)[] Generators =
    [
        ("deployment d --image=i --replicas=2 --port=80", "deployment.apps/d created"),
        ("cronjob cj --image=i '--schedule=*/5 * * * *'", "cronjob.batch/cj created"),
        ("job j --image=i -- sleep 1", "job.batch/j created"),
        ("job j2 --from=cronjob/cj", "job.batch/j2 created"),
        ("configmap cm --from-literal=a=b --from-file=x=file", "configmap/cm created"),
        ("secret generic s --from-literal=a=b", "secret/s created"),
        ("secret docker-registry sd --docker-username=a --docker-password=b", "secret/sd created"),
        ("service clusterip a --tcp=80:8080", "service/a created"),
        ("service nodeport b --tcp=80:8080 --node-port=30080", "service/b created"),
        ("service loadbalancer c --tcp=80:8080", "service/c created"),
        ("service externalname e --external-name=example.com", "service/e created"),
        ("service clusterip h --clusterip=None", "service/h created"),
        ("role r --verb=get --resource=pods,deployments.apps,pods/log --resource-name=x", "role.rbac.authorization.k8s.io/r created"),
        ("rolebinding rb --role=r --user=jane --serviceaccount=default:sa", "rolebinding.rbac.authorization.k8s.io/rb created"),
        ("clusterrole cr --verb=get --non-resource-url=/logs/*", "clusterrole.rbac.authorization.k8s.io/cr created"),
        ("clusterrole sum --aggregation-rule=part=sum", "clusterrole.rbac.authorization.k8s.io/sum created"),
        ("clusterrolebinding crb --clusterrole=cr --group=g", "clusterrolebinding.rbac.authorization.k8s.io/crb created"),
        ("quota q --hard=pods=20,services=10", "resourcequota/q created"),
        ("poddisruptionbudget p --selector=app=web --min-available=50%", "poddisruptionbudget.policy/p created"),
        ("ingress i --rule=foo.com/bar=a:80,tls=cert --class=x", "ingress.networking.k8s.io/i created"),
        ("priorityclass pc --value=10 --description=x", "priorityclass.scheduling.k8s.io/pc created"),
        ("namespace n", "namespace/n created"),
        ("serviceaccount sa", "serviceaccount/sa created"),
    ];

    [Theory]
    [MemberData(nameof(Kubectl.Programs), MemberType = typeof(Kubectl))]
    public async Task Every_generator_makes_its_object(string program)
    {
        Assert.SkipWhen(program.Length == 0, Kubectl.WhyNot);
        await using var server = await RunningApiServer.StartAsync();
        var kubectl = server.Kubectl(program);
        kubectl.WriteFile("file", "content");
        foreach (var (commandLine, expected) in Generators) await kubectl.SaysAsync("create " + commandLine, expected);

        await kubectl.ShowsAsync("get svc", "^b +NodePort +10[0-9.]+ +<none> +80:30080/TCP ");
        await kubectl.ShowsAsync("get ingress i", "^i +x +foo.com +80, 443 ");
        await kubectl.ShowsAsync("get pdb p", "^NAME +MIN AVAILABLE +MAX UNAVAILABLE +ALLOWED DISRUPTIONS +AGE\np +50% +N/A +0 ");
        await kubectl.ShowsAsync("get priorityclass pc", "^pc +10 +false +");
        await kubectl.ShowsAsync("get rolebinding rb -o wide", "^rb +Role/r +[0-9]+s +jane +default/sa");
        Assert.Equal(3, (await kubectl.DoAsync("create token sa --duration=10m")).Split('.').Length);
        Assert.Equal(3, (await kubectl.DoAsync("create token sa --audience=x --bound-object-kind=Secret --bound-object-name=s")).Split('.').Length);
        await kubectl.SaysAsync("create deployment z --image=i --dry-run=client -o yaml", "kind: Deployment");
        await kubectl.SaysAsync("create deployment z --image=i --dry-run=server -o name", "deployment.apps/z");
        await kubectl.SaysAsync("run x --image=busybox --restart=Never", "pod/x created");
        await kubectl.SaysAsync("expose deployment d --port=80 --name=exposed", "service/exposed exposed");
        await kubectl.SaysAsync("autoscale deployment d --min=1 --max=4 --cpu-percent=50", "horizontalpodautoscaler.autoscaling/d autoscaled");
        await kubectl.ShowsAsync("get hpa d", "^d +Deployment/d +cpu: <unknown>/50% +1 +4 +0 ");
        await kubectl.FailsAsync("create deployment d --image=i", "deployments.apps \"d\" already exists");
        await kubectl.FailsAsync("create deployment UPPER --image=i", "is invalid: metadata.name: Invalid value: \"UPPER\"");
        await kubectl.FailsAsync("create quota q2 --hard=services=10 --scopes=NotTerminating", "unsupported scope applied to resource");
    }

    [Theory]
    [MemberData(nameof(Kubectl.Programs), MemberType = typeof(Kubectl))]
    public async Task Manifests_are_applied_by_client_and_server_and_pruned(string program)
    {
        Assert.SkipWhen(program.Length == 0, Kubectl.WhyNot);
        await using var server = await RunningApiServer.StartAsync();
        var kubectl = server.Kubectl(program);
        var three = Web.Replace("replicas: 2", "replicas: 3", StringComparison.Ordinal);
        kubectl.WriteFile("three.yaml", three);
        await kubectl.SaysAsync("apply -f -", "deployment.apps/web created", Web);
        await kubectl.SaysAsync("apply view-last-applied deploy/web", "note: edited-before");
        await kubectl.SaysAsync("apply set-last-applied -f three.yaml", "configured");
        await kubectl.SaysAsync("apply view-last-applied deploy/web -o json", "\"replicas\": 3");
        await kubectl.SaysAsync("apply edit-last-applied deploy/web", "edited");
        await kubectl.SaysAsync("apply view-last-applied deploy/web", "note: edited-after");

        var difference = await kubectl.RunAsync("diff -f -", three);
        Assert.True(difference.Code == 1 && difference.Output.Contains("+  replicas: 3", StringComparison.Ordinal), difference.ToString());
        Assert.Equal(0, (await kubectl.RunAsync("diff -f -", Web)).Code);
        await kubectl.FailsAsync("apply --server-side -f -", "conflict with \"kubectl-client-side-apply\" using apps/v1: .spec.replicas", three);
        await kubectl.SaysAsync("apply --server-side --field-manager=mine --force-conflicts -f -", "serverside-applied", three);
        await kubectl.FailsAsync("apply --server-side --field-manager=other -f -", "conflict with \"mine\": .spec.replicas", Web);
        difference = await kubectl.RunAsync("diff --server-side --force-conflicts --field-manager=other -f -", Web);
        Assert.True(difference.Code == 1 && difference.Output.Contains("+  replicas: 2", StringComparison.Ordinal), difference.ToString());

        await kubectl.SaysAsync("apply -f - --prune -l set=s --prune-allowlist=core/v1/ConfigMap", "configmap/two created", One + "\n---\n" + Two);
        await kubectl.SaysAsync("apply -f - --prune -l set=s --prune-allowlist=core/v1/ConfigMap", "configmap/two pruned", One);
        kubectl.Variables["KUBECTL_APPLYSET"] = "true";
        await kubectl.SaysAsync("apply -f - -n default --prune --applyset=parts", "configmap/two created", One + "\n---\n" + Two);
        await kubectl.SaysAsync("apply -f - -n default --prune --applyset=parts", "configmap/two pruned", One);
        await kubectl.SaysAsync("apply -f - -n default --prune --applyset=configmaps/parts --server-side", "configmap/two serverside-applied", One + "\n---\n" + Two);
        await kubectl.SaysAsync("apply -f - -n default --prune --applyset=configmaps/parts --server-side", "configmap/two pruned", One);

        await kubectl.SaysAsync("apply -f - --dry-run=client", "configmap/two created (dry run)", Two);
        await kubectl.SaysAsync("apply -f - --dry-run=server", "configmap/two created (server dry run)", Two);
        var wrong = Web.Replace("replicas", "replicaz", StringComparison.Ordinal).Replace("name: web", "name: wrong", StringComparison.Ordinal);
        foreach (var strict in (string[])["strict", "true"]) await kubectl.FailsAsync($"create -f - --validate={strict}", "strict decoding error: unknown field \"spec.replicaz\"", wrong);
        await kubectl.SaysAsync("create -f - --validate=warn --dry-run=server", "Warning: unknown field \"spec.replicaz\"", wrong);
        foreach (var none in (string[])["ignore", "false"])
        {
            var silent = await kubectl.RunAsync($"create -f - --validate={none} --dry-run=server", wrong);
            Assert.True(silent.Code == 0 && !silent.Error.Contains("replicaz", StringComparison.Ordinal), silent.ToString());
        }
    }

    [Theory]
    [MemberData(nameof(Kubectl.Programs), MemberType = typeof(Kubectl))]
    public async Task Objects_are_edited_patched_replaced_and_set(string program)
    {
        Assert.SkipWhen(program.Length == 0, Kubectl.WhyNot);
        await using var server = await RunningApiServer.StartAsync();
        var kubectl = server.Kubectl(program);
        await kubectl.DoAsync("apply -f -", Web);
        await kubectl.SaysAsync("edit deploy web", "deployment.apps/web edited");
        await kubectl.SaysAsync("edit deploy web", "Edit cancelled, no changes made.");
        kubectl.Variables["KUBE_EDITOR"] = "sed -i s/replicas:.2/replicas:.-2/";
        await kubectl.FailsAsync("edit deploy web", "deployments.apps \"web\" is invalid");
        kubectl.Variables["KUBE_EDITOR"] = "sed -i s/nginx/nginx:1/";
        await kubectl.SaysAsync("edit deploy web -o json", "\"image\": \"nginx:1\"");

        await kubectl.SaysAsync("patch deploy web -p {\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"d\",\"image\":\"x\"}]}}}}", "patched");
        Assert.Equal("d c", await kubectl.DoAsync("get deploy web -o jsonpath={.spec.template.spec.containers[*].name}"));
        await kubectl.SaysAsync("patch deploy web --type=merge -p {\"spec\":{\"paused\":true}}", "patched");
        await kubectl.SaysAsync("patch deploy web --type=merge -p {\"spec\":{\"paused\":true}}", "patched (no change)");
        await kubectl.SaysAsync("patch deploy web --type=json -p [{\"op\":\"remove\",\"path\":\"/spec/paused\"}]", "patched");
        await kubectl.SaysAsync("patch deploy web --subresource=scale --type=merge -p {\"spec\":{\"replicas\":1}}", "scale.autoscaling/web patched");
        await kubectl.SaysAsync("patch deploy web --subresource=status --type=merge -p {\"status\":{\"replicas\":1}}", "deployment.apps/web patched");
        await kubectl.FailsAsync("patch deploy web --type=json -p [{\"op\":\"test\",\"path\":\"/spec/paused\",\"value\":1}]", "the server rejected our request due to an error in our request");
        await kubectl.FailsAsync("patch deploy web -p {\"spec\":{\"selector\":{\"matchLabels\":{\"app\":\"x\"}}}}", "field is immutable");
        await kubectl.SaysAsync("replace -f -", "deployment.apps/web replaced", Web);
        await kubectl.SaysAsync("replace --force --grace-period=0 -f -", "deployment.apps/web replaced", Web);
        await kubectl.FailsAsync("replace -f -", "deployments.apps \"other\" not found", Web.Replace("name: web", "name: other", StringComparison.Ordinal));

        await kubectl.SaysAsync("label deploy web x=y", "labeled");
        await kubectl.FailsAsync("label deploy web x=z", "'x' already has a value (y), and --overwrite is false");
        await kubectl.SaysAsync("label deploy web x=z --overwrite", "labeled");
        await kubectl.SaysAsync("label deploy web x-", "unlabeled");
        await kubectl.SaysAsync("label deploy web --list", "app=web");
        await kubectl.SaysAsync("annotate deploy --all x=y", "deployment.apps/web annotate");
        await kubectl.SaysAsync("annotate deploy web --list", "x=y");
        await kubectl.FailsAsync("scale deploy web --replicas=3 --current-replicas=9", "Expected replicas to be 9, was 2");
        await kubectl.SaysAsync("scale deploy web --replicas=3 --current-replicas=2", "scaled");

        await kubectl.DoAsync("create configmap values --from-literal=k=v");
        await kubectl.DoAsync("create service clusterip s --tcp=80");
        await kubectl.DoAsync("create rolebinding rb --clusterrole=view --user=jane");
        await kubectl.SaysAsync("set image deploy/web c=nginx:2", "image updated");
        await kubectl.SaysAsync("set env deploy/web A=b", "env updated");
        await kubectl.SaysAsync("set env deploy/web --from=configmap/values", "env updated");
        await kubectl.SaysAsync("set env deploy/web --list --resolve", "K=v");
        await kubectl.SaysAsync("set resources deploy/web --limits=cpu=1", "resource requirements updated");
        await kubectl.SaysAsync("set serviceaccount deploy/web sa", "serviceaccount updated");
        await kubectl.SaysAsync("set selector svc s x=y", "selector updated");
        await kubectl.SaysAsync("set subject rolebinding/rb --user=joe", "subjects updated");
        Assert.Equal("{\"x\":\"y\"}", await kubectl.DoAsync("get svc s -o jsonpath={.spec.selector}"));
        await kubectl.ShowsAsync("get deploy web -o wide", "^web +0/3 .* nginx:2 ");
    }

    [Theory]
    [MemberData(nameof(Kubectl.Programs), MemberType = typeof(Kubectl))]
    public async Task Kustomizations_are_applied_and_deleted(string program)
    {
        Assert.SkipWhen(program.Length == 0, Kubectl.WhyNot);
        await using var server = await RunningApiServer.StartAsync();
        var kubectl = server.Kubectl(program);
        kubectl.WriteFile("web.yaml", Web);
        kubectl.WriteFile("kustomization.yaml", """
            namePrefix: my-
            resources: [web.yaml]
            configMapGenerator: [{name: values, literals: [a=b]}]
            """);
        await kubectl.SaysAsync("kustomize .", "name: my-web");
        await kubectl.SaysAsync("apply -k .", "deployment.apps/my-web created");
        await kubectl.ShowsAsync("get -k .", "^deployment.apps/my-web ");
        Assert.Equal(0, (await kubectl.RunAsync("diff -k .")).Code);
        await kubectl.SaysAsync("delete -k .", "deployment.apps \"my-web\" deleted");
        await kubectl.FailsAsync("get -k .", "NotFound");
    }
}
