using Keelson.EndToEnd.ApiServer;

namespace Keelson.EndToEnd.Operators;

/// <summary>Definitions of the shape that widespread operators bring along, installed and used with the oldest and the newest kubectl.</summary>
public sealed class OperatorTests
{
    public static TheoryData<string> Programs => Kubectl.Installed.Count == 0 ? [""] : [.. new[] { Kubectl.Installed[0], Kubectl.Installed[^1] }.Distinct()];

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task Certificates_are_defined_explained_shown_applied_and_reported_on(string program)
    {
        Assert.SkipWhen(program.Length == 0, Kubectl.WhyNot);
        await using var server = await RunningApiServer.StartAsync();
        var kubectl = server.Kubectl(program);
        await InstallAsync(kubectl, "certificates.yaml", "certificates.pki.example.org");
        Assert.Contains("The secret that holds the result.", await kubectl.DoAsync("explain certificate.spec.secretName"), StringComparison.Ordinal);
        Assert.Contains("rotationPolicy", await kubectl.DoAsync("explain pcert.spec --recursive"), StringComparison.Ordinal);
        const string Web = """
            apiVersion: pki.example.org/v1
            kind: Certificate
            metadata: {name: web}
            spec: {secretName: web-tls, dnsNames: [a.example.org, b.example.org], issuerRef: {name: ours}, usages: [digital signature]}
            """;
        await kubectl.DoAsync("apply --server-side --field-manager=gitops -f -", Web);
        Assert.Equal("2160h Issuer RSA PKCS1", await kubectl.DoAsync("get pcert web -o 'jsonpath={.spec.duration} {.spec.issuerRef.kind} {.spec.privateKey.algorithm} {.spec.privateKey.encoding}'"));
        await kubectl.DoAsync("apply --server-side --field-manager=other -f -", Web.Replace("dnsNames: [a.example.org, b.example.org]", "dnsNames: [c.example.org]", StringComparison.Ordinal).Replace(", usages: [digital signature]", "", StringComparison.Ordinal));
        Assert.Equal("""["a.example.org","b.example.org","c.example.org"]""", await kubectl.DoAsync("get pcert web -o jsonpath={.spec.dnsNames}"));
        await kubectl.DoAsync("apply -f -", Web.Replace("name: web}", "name: mail}", StringComparison.Ordinal).Replace("name: ours", "name: theirs", StringComparison.Ordinal));
        Assert.Contains("spec.privateKey.algorithm: Unsupported value: \"DSA\"", (await kubectl.RunAsync("patch pcert mail --type=merge -p {\"spec\":{\"privateKey\":{\"algorithm\":\"DSA\"}}}")).Error, StringComparison.Ordinal);
        Assert.Contains("spec.dnsNames[1]: Duplicate value", (await kubectl.RunAsync("patch pcert mail --type=merge -p {\"spec\":{\"dnsNames\":[\"x\",\"x\"]}}")).Error, StringComparison.Ordinal);
        Assert.Equal("pcert/web", (await kubectl.DoAsync("get pcert --field-selector spec.issuerRef.name=ours --no-headers -o custom-columns=N:.metadata.name")).Trim().Insert(0, "pcert/"));
        Assert.Contains("Warning: unknown field \"spec.nothing\"", (await kubectl.RunAsync("patch pcert mail --type=merge -p {\"spec\":{\"nothing\":1}}")).Error, StringComparison.Ordinal);
        const string Status = """{"status":{"revision":3,"notAfter":"2099-01-01T00:00:00Z","conditions":[{"type":"Issuing","status":"False"},{"type":"Ready","status":"True","message":"up to date"}]}}""";
        if (!program.EndsWith(".1.27", StringComparison.Ordinal)) await kubectl.DoAsync($"patch pcert web --subresource=status --type=merge -p '{Status}'");
        else await kubectl.DoAsync("replace --raw /apis/pki.example.org/v1/namespaces/default/certificates/web/status -f -", await WithStatusAsync(kubectl, Status));
        Assert.Matches("NAME +READY +SECRET +NAMES +EXPIRES +AGE\nmail +web-tls +.*\nweb +True +web-tls +\\[\"a.example.org\",\"b.example.org\",\"c.example.org\"\\] +<invalid> +[0-9]+s", await kubectl.DoAsync("get pcerts"));
        Assert.Matches("web +True +web-tls +[^ ]+ +3 +ours +up to date ", await kubectl.DoAsync("get pki-all -o wide"));
        await kubectl.DoAsync("wait --for=condition=Ready pcert/web --timeout=10s");
        Assert.Contains("Up to date".ToLowerInvariant(), (await kubectl.DoAsync("describe pcert web")).ToLowerInvariant(), StringComparison.Ordinal);
        await kubectl.DoAsync("delete pcert --all");
        await RemoveAsync(kubectl, "certificates.yaml", "certificates.pki");
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task Routes_hold_to_their_rules_also_against_what_they_were_before(string program)
    {
        Assert.SkipWhen(program.Length == 0, Kubectl.WhyNot);
        await using var server = await RunningApiServer.StartAsync();
        var kubectl = server.Kubectl(program);
        await InstallAsync(kubectl, "routes.yaml", "routes.gateway.example.org");
        const string Shop = """
            apiVersion: gateway.example.org/v1
            kind: Route
            metadata: {name: shop}
            spec:
              class: fast
              hostnames: [shop.example.org]
              parentRefs: [{name: main}]
              rules:
              - {name: cart, weight: 5, backends: [{name: cart, port: 80}], matches: [{path: {value: /cart}}]}
              - {name: rest, backends: [{name: web, port: 80}]}
            """;
        await kubectl.DoAsync("apply --server-side --field-manager=shop -f -", Shop);
        Assert.Equal("PathPrefix / 1", await kubectl.DoAsync("get gwr shop -o 'jsonpath={.spec.rules[1].matches[0].path.type} {.spec.rules[1].matches[0].path.value} {.spec.rules[1].weight}'"));
        await RefusedAsync("value: /cart", "value: cart", "value must be an absolute path");
        await RefusedAsync("value: /cart", "value: /a//b", "value must not contain two slashes");
        await RefusedAsync("port: 80}], matches", "kind: Service}], matches", "Must have port for Service reference");
        await RefusedAsync("name: main}", "name: main}, {name: main}", "sectionName must be unique");
        await RefusedAsync("backends: [{name: web, port: 80}]", "filters: [{type: Redirect}]", "filter.redirect must be specified for Redirect filter.type");
        await RefusedAsync("backends: [{name: web, port: 80}]", "backends: [{name: web, port: 80}], filters: [{type: Redirect, redirect: {hostname: a.example.org}}]", "a rule that redirects has no backends");
        await RefusedAsync("shop.example.org", "Shop_Example", "spec.hostnames[0]: Invalid value");

        // What was there before counts, by the keys of the list and not by its order.
        await RefusedAsync("class: fast", "class: slow", "spec.class: Forbidden: the class can not change");
        await RefusedAsync("weight: 5", "weight: 4", "the weight of cart can not fall from 5 to 4");
        await kubectl.DoAsync("patch gwr shop --type=merge -p '{\"spec\":{\"rules\":[{\"name\":\"rest\",\"weight\":2},{\"name\":\"cart\",\"weight\":5}]}}'");
        Assert.Contains("the weight of cart can not fall from 5 to 3", (await kubectl.RunAsync("patch gwr shop --type=merge -p '{\"spec\":{\"rules\":[{\"name\":\"rest\",\"weight\":9},{\"name\":\"cart\",\"weight\":3}]}}'")).Error, StringComparison.Ordinal);
        await kubectl.DoAsync("patch gwr shop --type=merge -p '{\"spec\":{\"rules\":[{\"name\":\"new\",\"weight\":0}]}}'");
        Assert.Contains("the class can not be taken away", (await kubectl.RunAsync("patch gwr shop --type=merge -p '{\"spec\":{\"class\":null}}'")).Error, StringComparison.Ordinal);
        Assert.Matches("shop +\\[\"shop.example.org\"\\] +[0-9]+s", await kubectl.DoAsync("get gateway-all"));
        Assert.Contains("spec.rules[1]: Duplicate value", (await kubectl.RunAsync("patch gwr shop --type=merge -p '{\"spec\":{\"rules\":[{\"name\":\"a\"},{\"name\":\"a\"}]}}'")).Error, StringComparison.Ordinal);
        await kubectl.DoAsync("delete gwr shop");
        await RemoveAsync(kubectl, "routes.yaml", "routes.gateway");

        async Task RefusedAsync(string from, string to, string why)
        {
            Assert.Contains(from, Shop, StringComparison.Ordinal);
            var run = await kubectl.RunAsync("replace -f -", Shop.Replace(from, to, StringComparison.Ordinal));
            Assert.True(run.Code != 0 && run.Error.Contains(why, StringComparison.Ordinal), $"{why}\n{run}");
        }
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task Clusters_are_converted_by_a_webhook_and_scaled_in_both_versions(string program)
    {
        Assert.SkipWhen(program.Length == 0, Kubectl.WhyNot);
        await using var server = await RunningApiServer.StartAsync();
        await using var webhook = await ClusterWebhook.StartAsync();
        var kubectl = server.Kubectl(program);
        await InstallAsync(kubectl, "clusters.yaml", "clusters.sql.example.org", text => text.Replace("WEBHOOK", webhook.Address, StringComparison.Ordinal).Replace("BUNDLE", webhook.Bundle, StringComparison.Ordinal));
        const string Main = """
            apiVersion: sql.example.org/v1
            kind: Cluster
            metadata: {name: main, labels: {team: a}}
            spec:
              instances: 3
              storage: {size: 20Gi}
              parameters: {max_connections: "100"}
              template:
                metadata: {labels: {tier: db}}
                spec:
                  containers:
                  - name: sql
                    image: sql:17
                    env: [{name: A, value: "1"}]
                    ports: [{containerPort: 5432}]
                    resources: {limits: {cpu: 2, memory: 4Gi}}
                    livenessProbe: {tcpSocket: {port: sql}}
                  volumes: [{name: tmp, emptyDir: {}}]
            """;
        await kubectl.DoAsync("apply --server-side --field-manager=dba -f -", Main);
        Assert.Equal("TCP 17 {}", await kubectl.DoAsync("get sqlc main -o 'jsonpath={.spec.template.spec.containers[0].ports[0].protocol} {.spec.version} {.spec.template.spec.volumes[0].emptyDir}'"));
        var old = await kubectl.RunAsync("get clusters.v1beta1.sql.example.org main -o 'jsonpath={.apiVersion} {.spec.replicas} {.spec.diskGiB} {.spec.template.metadata.labels.tier}'");
        Assert.True(old.Code == 0 && old.Output == "sql.example.org/v1beta1 3 20 db", old.ToString());
        Assert.Contains("Warning: sql.example.org/v1beta1 Cluster is old; use v1", old.Error, StringComparison.Ordinal);
        await kubectl.DoAsync("scale clusters.v1.sql.example.org main --replicas=5");
        Assert.Equal("5", await kubectl.DoAsync("get clusters.v1beta1.sql.example.org main -o jsonpath={.spec.replicas}"));
        await kubectl.DoAsync("patch clusters.v1beta1.sql.example.org main --type=merge -p '{\"spec\":{\"diskGiB\":40,\"replicas\":2}}'");
        Assert.Equal("40Gi 2", await kubectl.DoAsync("get sqlc main -o 'jsonpath={.spec.storage.size} {.spec.instances}'"));

        // Who owns a field owns it by the name that it has in his version.
        Assert.Contains("using sql.example.org/v1beta1:\n- .spec.diskGiB\n- .spec.replicas", (await kubectl.RunAsync("apply --server-side --field-manager=other -f -", Main)).Error, StringComparison.Ordinal);
        await kubectl.DoAsync("apply --server-side --field-manager=dba --force-conflicts -f -", Main);
        Assert.Contains("Unsupported value: \"9\"", (await kubectl.RunAsync("patch sqlc main --type=merge -p '{\"spec\":{\"version\":\"9\"}}'")).Error, StringComparison.Ordinal);
        Assert.Matches("main +3 +[0-9]+s", await kubectl.DoAsync("get sqlc"));
        Assert.Contains("What the container is called.", await kubectl.DoAsync("explain cluster.spec.template.spec.containers.name --api-version=sql.example.org/v1"), StringComparison.Ordinal);
        Assert.Contains("diskGiB", await kubectl.DoAsync("explain cluster.spec --api-version=sql.example.org/v1beta1"), StringComparison.Ordinal);
        webhook.IsBroken = true;
        Assert.Contains("conversion webhook for sql.example.org/v1, Kind=Cluster failed", (await kubectl.RunAsync("get clusters.v1beta1.sql.example.org main")).Error, StringComparison.Ordinal);
        Assert.Equal(0, (await kubectl.RunAsync("get clusters.v1.sql.example.org main")).Code);
        webhook.IsBroken = false;
        await kubectl.DoAsync("delete sqlc main");
        await kubectl.DoAsync("delete crd clusters.sql.example.org");
    }

    private static async Task InstallAsync(Kubectl kubectl, string file, string name, Func<string, string>? fill = null)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "tests", "Keelson.EndToEnd", "Operators", file));
        await kubectl.DoAsync("apply --server-side -f -", fill?.Invoke(text) ?? text);
        await kubectl.DoAsync($"wait --for=condition=Established crd/{name} --timeout=20s");
    }

    private static async Task RemoveAsync(Kubectl kubectl, string file, string plural)
    {
        await kubectl.DoAsync("delete -f -", await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "tests", "Keelson.EndToEnd", "Operators", file)));
        Assert.DoesNotContain(plural, await kubectl.DoAsync("api-resources -o name"), StringComparison.Ordinal);
    }

    /// <summary>The whole object with a status, for a kubectl that does not know subresources.</summary>
    private static async Task<string> WithStatusAsync(Kubectl kubectl, string status)
    {
        var whole = await kubectl.DoAsync("get pcert web -o json");
        return whole.TrimEnd().TrimEnd('}') + "," + status.TrimStart('{');
    }
}
