namespace Keelson.EndToEnd.ApiServer;

/// <summary>What people do with a definition and its objects, done with every kubectl that this machine has.</summary>
public sealed class CustomResourceTests
{
    private const string Definition = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: certs.pki.example.com}
        spec:
          group: pki.example.com
          scope: Namespaced
          names: {plural: certs, singular: cert, kind: Cert, shortNames: [ct], categories: [pki]}
          versions:
          - name: v1
            served: true
            storage: true
            subresources:
              status: {}
              scale: {specReplicasPath: .spec.copies, statusReplicasPath: .status.copies}
            additionalPrinterColumns:
            - {name: Ready, type: string, jsonPath: '.status.conditions[?(@.type=="Ready")].status'}
            - {name: Secret, type: string, jsonPath: .spec.secretName}
            - {name: Issuer, type: string, priority: 1, jsonPath: .spec.issuer.name}
            - {name: Age, type: date, jsonPath: .metadata.creationTimestamp}
            schema:
              openAPIV3Schema:
                type: object
                required: [spec]
                properties:
                  spec:
                    description: What the certificate is to be.
                    type: object
                    required: [secretName, issuer]
                    properties:
                      secretName: {type: string, description: Where the key is kept.}
                      copies: {type: integer, minimum: 0, default: 1}
                      names: {type: array, items: {type: string}, x-kubernetes-list-type: set}
                      issuer:
                        type: object
                        required: [name]
                        properties: {name: {type: string}, kind: {type: string, enum: [Issuer, ClusterIssuer], default: Issuer}}
                  status:
                    type: object
                    properties:
                      copies: {type: integer}
                      conditions:
                        type: array
                        items: {type: object, properties: {type: {type: string}, status: {type: string}}}
        """;

    private const string Web = """
        apiVersion: pki.example.com/v1
        kind: Cert
        metadata: {name: web}
        spec: {secretName: web-key, issuer: {name: ours}, names: [a.example.com]}
        """;

    public static TheoryData<string> Programs => Kubectl.Programs;

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task A_kind_is_defined_used_and_taken_away(string program)
    {
        Assert.SkipWhen(program.Length == 0, Kubectl.WhyNot);
        await using var server = await RunningApiServer.StartAsync();
        var kubectl = server.Kubectl(program);
        await kubectl.DoAsync("apply -f -", Definition);
        await kubectl.DoAsync("wait --for=condition=Established crd/certs.pki.example.com --timeout=20s");
        Assert.Matches("(?m)^certs +ct +pki.example.com/v1 +true +Cert", await kubectl.DoAsync("api-resources --api-group=pki.example.com"));
        Assert.Contains("Where the key is kept.", await kubectl.DoAsync("explain cert.spec.secretName"), StringComparison.Ordinal);
        Assert.Contains("secretName", await kubectl.DoAsync("explain certs --recursive"), StringComparison.Ordinal);
        Assert.Contains("created", await kubectl.DoAsync("apply -f -", Web), StringComparison.Ordinal);
        Assert.Equal("1 Issuer", await kubectl.DoAsync("get ct web -o 'jsonpath={.spec.copies} {.spec.issuer.kind}'"));
        Assert.Matches("NAME +READY +SECRET +AGE\nweb +web-key +[0-9]+s", await kubectl.DoAsync("get cert"));
        Assert.Matches("NAME +READY +SECRET +ISSUER +AGE\nweb +web-key +ours +[0-9]+s", await kubectl.DoAsync("get pki -o wide"));
        await kubectl.DoAsync("patch cert web --type=merge -p {\"spec\":{\"names\":[\"b.example.com\"]}}");
        if (!program.EndsWith(".1.27", StringComparison.Ordinal))
        {
            await kubectl.DoAsync("patch cert web --subresource=status --type=merge -p {\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}");
            Assert.Matches("web +True +web-key", await kubectl.DoAsync("get cert web"));
        }

        await kubectl.DoAsync("scale cert web --replicas=3");
        Assert.Equal("3", await kubectl.DoAsync("get cert web -o jsonpath={.spec.copies}"));
        var two = Web.Replace("spec: {", "spec: {copies: 2, ", StringComparison.Ordinal);
        Assert.Contains(".spec.copies", (await kubectl.RunAsync("apply --server-side --field-manager=me -f -", two)).Error, StringComparison.Ordinal);
        await kubectl.DoAsync("apply --server-side --force-conflicts --field-manager=me -f -", two);
        Assert.Contains("unknown field \"spec.nothing\"", (await kubectl.RunAsync("apply --validate=strict -f -", Web.Replace("spec: {", "spec: {nothing: 1, ", StringComparison.Ordinal))).Error, StringComparison.Ordinal);
        Assert.Contains("spec.issuer.kind: Unsupported value: \"Other\"", (await kubectl.RunAsync("apply --validate=false -f -", Web.Replace("{name: ours}", "{name: ours, kind: Other}", StringComparison.Ordinal))).Error, StringComparison.Ordinal);
        Assert.Matches("(?s)ADDED +web ", (await kubectl.RunAsync("get cert -w --output-watch-events --request-timeout=2s")).Output);
        Assert.Contains("Secret Name:", await kubectl.DoAsync("describe cert web"), StringComparison.Ordinal);
        await kubectl.DoAsync("delete cert web");
        await kubectl.DoAsync("apply -f -", Web);
        await kubectl.DoAsync("delete crd certs.pki.example.com --timeout=20s");
        Assert.DoesNotContain("certs", await kubectl.DoAsync("api-resources"), StringComparison.Ordinal);
    }
}
