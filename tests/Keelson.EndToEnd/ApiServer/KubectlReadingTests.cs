namespace Keelson.EndToEnd.ApiServer;

/// <summary>Everything that shows what there is: discovery, explanations, and the output forms of kubectl get.</summary>
public sealed class KubectlReadingTests
{
    private const string Boats = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: boats.example.com}
        spec:
          group: example.com
          scope: Namespaced
          names: {plural: boats, singular: boat, kind: Boat, shortNames: [bt], categories: [all]}
          versions:
          - name: v1
            served: true
            storage: true
            additionalPrinterColumns: [{name: Crew, type: integer, jsonPath: .spec.crew}]
            schema:
              openAPIV3Schema:
                type: object
                description: Something that floats.
                properties:
                  spec: {type: object, required: [crew], properties: {crew: {type: integer, description: Who rows.}, name: {type: string}}}
        """;

    [Theory]
    [MemberData(nameof(Kubectl.Programs), MemberType = typeof(Kubectl))]
    public async Task Resources_are_discovered_and_explained_in_every_way(string program)
    {
        Assert.SkipWhen(program.Length == 0, Kubectl.WhyNot);
        await using var server = await RunningApiServer.StartAsync();
        var kubectl = server.Kubectl(program);
        await kubectl.SaysAsync("apply -f -", "boats.example.com created", Boats);
        await kubectl.SaysAsync("wait --for=condition=Established crd/boats.example.com --timeout=20s", "condition met");

        await kubectl.ShowsAsync("api-resources", "^boats +bt +example.com/v1 +true +Boat");
        await kubectl.SaysAsync("api-resources --namespaced=false -o name", "\nnodes\n");
        Assert.DoesNotContain("pods\n", await kubectl.DoAsync("api-resources --namespaced=false -o name"), StringComparison.Ordinal);
        await kubectl.ShowsAsync("api-resources --api-group=apps --verbs=list,watch -o wide --sort-by=kind", "^deployments +deploy +apps/v1 +true +Deployment +create,delete,deletecollection,get,list,patch,update,watch +all");
        await kubectl.ShowsAsync("api-resources --categories=all --no-headers --cached=true", "^boats ");
        await kubectl.SaysAsync("api-versions", "\nexample.com/v1\n");

        await kubectl.ShowsAsync("explain boats", "^KIND: +Boat$");
        await kubectl.SaysAsync("explain boats", "Something that floats.");
        await kubectl.ShowsAsync("explain boats.spec", @"crew\t<integer> -required-$");
        await kubectl.ShowsAsync("explain boat --recursive", @"^    crew\t<integer> -required-$");
        await kubectl.ShowsAsync("explain pods.spec.containers --recursive", @"^    containerPort\t<integer>");
        await kubectl.ShowsAsync("explain deploy --api-version=apps/v1", "^VERSION: +v1$");
        await kubectl.ShowsAsync("explain deploy.spec.strategy --output plaintext-openapiv2", "^VERSION: +apps/v1$");
        await kubectl.ShowsAsync("explain boats.spec --output plaintext-openapiv2", @"crew\t<integer> -required-$");
        await kubectl.FailsAsync("explain nosuch", "the server doesn't have a resource type \"nosuch\"");
        await kubectl.FailsAsync("explain pod.spec.nosuch", "field \"nosuch\" does not exist");

        await kubectl.SaysAsync("delete crd boats.example.com", "deleted");
        await kubectl.FailsAsync("get boats", "the server could not find the requested resource");
        Assert.DoesNotContain("boats", await kubectl.DoAsync("api-resources"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kubectl.Programs), MemberType = typeof(Kubectl))]
    public async Task Objects_are_shown_in_every_form(string program)
    {
        Assert.SkipWhen(program.Length == 0, Kubectl.WhyNot);
        await using var server = await RunningApiServer.StartAsync();
        var kubectl = server.Kubectl(program);
        await kubectl.DoAsync("create deployment web --image=nginx --replicas=2");
        await kubectl.DoAsync("create configmap b --from-literal=k=2");
        await kubectl.DoAsync("create configmap a --from-literal=k=1");
        await kubectl.DoAsync("create configmap c --from-literal=k=0 -n kube-public");
        kubectl.WriteFile("columns", "NAME REPLICAS\n.metadata.name .spec.replicas\n");
        kubectl.WriteFile("template", "{{range .items}}<{{.metadata.name}}>{{end}}");

        await kubectl.SaysAsync("get deploy -o json", "\"kind\": \"Deployment\"");
        await kubectl.SaysAsync("get deploy web -o yaml", "\n  replicas: 2\n");
        Assert.DoesNotContain("managedFields", await kubectl.DoAsync("get deploy web -o yaml"), StringComparison.Ordinal);
        await kubectl.SaysAsync("get deploy web -o yaml --show-managed-fields", "f:replicas: {}");
        Assert.Equal("deployment.apps/web\n", await kubectl.DoAsync("get deploy -o name"));
        await kubectl.ShowsAsync("get deploy -o wide", "^NAME +READY +UP-TO-DATE +AVAILABLE +AGE +CONTAINERS +IMAGES +SELECTOR\nweb +0/2 +0 +0 +[0-9]+s +nginx +nginx +app=web$");
        Assert.Matches("^N +R\nweb +2\n$", await kubectl.DoAsync("get deploy -o custom-columns=N:.metadata.name,R:.spec.replicas"));
        Assert.Matches("^NAME +REPLICAS\nweb +2\n$", await kubectl.DoAsync("get deploy -o custom-columns-file=columns"));
        Assert.Equal("a b", await kubectl.DoAsync("get cm -o jsonpath={.items[*].metadata.name}"));
        Assert.Equal("[\n    \"a\",\n    \"b\"\n]\n", await kubectl.DoAsync("get cm -o jsonpath-as-json={.items[*].metadata.name}"));
        Assert.Equal("<a><b>", await kubectl.DoAsync("get cm -o 'go-template={{range .items}}<{{.metadata.name}}>{{end}}'"));
        Assert.Equal("<a><b>", await kubectl.DoAsync("get cm -o go-template-file=template"));
        await kubectl.ShowsAsync("get deploy -L app --show-labels", "^NAME .* AGE +APP +LABELS\nweb .* web +app=web$");
        await kubectl.ShowsAsync("get cm,deploy --show-kind", "^configmap/a [^$]*^deployment.apps/web ");
        await kubectl.ShowsAsync("get deploy/web cm/a", "^configmap/a ");
        await kubectl.ShowsAsync("get cm -A", "^kube-public +c +1 ");
        await kubectl.ShowsAsync("get all", "^service/kubernetes +ClusterIP +10.96.0.1 +<none> +443/TCP ");
        Assert.Equal("configmap/a\nconfigmap/b\n", await kubectl.DoAsync("get cm --sort-by={.data.k} -o name"));
        Assert.Equal("configmap/a\n", await kubectl.DoAsync("get cm --field-selector metadata.name!=b -o name"));
        await kubectl.ShowsAsync("get deploy --selector 'app in (web,other),!gone' --no-headers", "^web ");
        await kubectl.ShowsAsync("get cm -A --chunk-size=1 --no-headers", "^kube-public +c ");
        await kubectl.ShowsAsync("get deploy --server-print=false", "^NAME +AGE\nweb ");
        await kubectl.ShowsAsync("get deploy web --subresource=scale", "^NAME +DESIRED +AVAILABLE +AGE\nweb +2 +0 ");
        await kubectl.SaysAsync("get deploy web --subresource=status -o jsonpath={.kind}", "Deployment");

        Assert.Equal("", await kubectl.DoAsync("get cm nosuch --ignore-not-found"));
        await kubectl.FailsAsync("get cm nosuch", "Error from server (NotFound): configmaps \"nosuch\" not found");
        await kubectl.SaysAsync("get secrets", "No resources found in default namespace.");
        await kubectl.FailsAsync("get cm --field-selector no=such", "\"no\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"");
        await kubectl.FailsAsync("get nosuch", "the server doesn't have a resource type \"nosuch\"");
        await kubectl.SaysAsync("get --raw /api/v1/namespaces/default/configmaps?limit=1", "\"remainingItemCount\":1");
        await kubectl.FailsAsync("get --raw /nosuch", "the server could not find the requested resource");
    }

    [Theory]
    [MemberData(nameof(Kubectl.Programs), MemberType = typeof(Kubectl))]
    public async Task A_watch_shows_what_there_is_and_what_changes(string program)
    {
        Assert.SkipWhen(program.Length == 0, Kubectl.WhyNot);
        await using var server = await RunningApiServer.StartAsync();
        var kubectl = server.Kubectl(program);
        await kubectl.DoAsync("create configmap old");
        await using var all = kubectl.Start("get cm -w");
        await using var later = kubectl.Start("get cm --watch-only -o name");
        await using var events = kubectl.Start("get cm -w --output-watch-events -o json");
        await using var chosen = kubectl.Start("get cm -w -l on=yes --output-watch-events");
        all.WaitForLine("old ");
        events.WaitForLine("\"ADDED\"");
        await WatchesAsync(kubectl, 4);

        await kubectl.DoAsync("create configmap new");
        all.WaitForLine("new ");
        later.WaitForLine("configmap/new");
        events.WaitForLine("\"new\"");
        await kubectl.DoAsync("label cm old on=yes");
        chosen.WaitForLine("ADDED ");
        await kubectl.DoAsync("label cm old on-");
        chosen.WaitForLine("DELETED ");
        await kubectl.DoAsync("delete cm new");
        events.WaitForLine("\"DELETED\"");
        Assert.DoesNotContain("configmap/old\nconfigmap/old\nconfigmap/old", later.Output, StringComparison.Ordinal);
    }

    private static async Task WatchesAsync(Kubectl kubectl, int count)
    {
        for (var tries = 0; !(await kubectl.DoAsync("get --raw /metrics")).Contains($"apiserver_longrunning_requests{{verb=\"WATCH\"}} {count}", StringComparison.Ordinal); tries++)
        {
            Assert.True(tries < 200, $"kubectl does not begin {count} watches");
        }
    }
}
