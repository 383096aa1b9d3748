using System.Globalization;
using System.Text;

namespace Keelson.EndToEnd.ApiServer;

/// <summary>Large manifests of many documents, as operators ship them: everything that they need, in one file.</summary>
public sealed class KubectlManifestTests
{
    private const string Parts = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: fleet-system, labels: {pod-security.kubernetes.io/enforce: restricted}}
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: fleet, namespace: fleet-system}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: fleet, labels: {rbac.authorization.k8s.io/aggregate-to-admin: "true"}}
        rules:
        - {apiGroups: [fleet.example.com], resources: ["*"], verbs: ["*"]}
        - {apiGroups: ["", events.k8s.io], resources: [events], verbs: [create, patch]}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: fleet}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: fleet}
        subjects: [{kind: ServiceAccount, name: fleet, namespace: fleet-system}]
        ---
        # A comment alone, and then an empty document.
        ---

        ---
        apiVersion: v1
        kind: Service
        metadata: {name: fleet-webhook, namespace: fleet-system}
        spec: {ports: [{port: 443, targetPort: 9443}], selector: {app: fleet}}
        ---
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingWebhookConfiguration
        metadata: {name: fleet}
        webhooks:
        - name: ships.fleet.example.com
          admissionReviewVersions: [v1]
          clientConfig: {service: {name: fleet-webhook, namespace: fleet-system, path: /validate}}
          failurePolicy: Ignore
          sideEffects: None
          timeoutSeconds: 1
          rules: [{apiGroups: [other.example.com], apiVersions: [v1], operations: [CREATE], resources: [others]}]
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: fleet, namespace: fleet-system}
        spec:
          selector: {matchLabels: {app: fleet}}
          template:
            metadata: {labels: {app: fleet}}
            spec:
              serviceAccountName: fleet
              securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
              containers:
              - name: manager
                image: example.com/fleet:1
                args: [--leader-elect]
                ports: [{containerPort: 9443, name: webhook}]
                securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
        ---
        apiVersion: v1
        kind: List
        items:
        - {apiVersion: v1, kind: ConfigMap, metadata: {name: listed-a, namespace: fleet-system}}
        - {apiVersion: v1, kind: ConfigMap, metadata: {name: listed-b, namespace: fleet-system}}
        """;

    private const string Ship = """
        apiVersion: fleet.example.com/v1
        kind: Ship
        metadata: {name: one, namespace: fleet-system}
        spec: {field0: {text1: x, number1: 1}}
        """;

    [Theory]
    [MemberData(nameof(Kubectl.Programs), MemberType = typeof(Kubectl))]
    public async Task An_operator_is_installed_and_applied_again(string program)
    {
        Assert.SkipWhen(program.Length == 0, Kubectl.WhyNot);
        await using var server = await RunningApiServer.StartAsync();
        var kubectl = server.Kubectl(program);
        kubectl.WriteFile("all.yaml", Definition(fields: 60) + "\n---\n" + Parts + "\n---\n" + Ship);

        // What a definition in the same file makes is not known yet the first time.
        await kubectl.FailsAsync("apply -f all.yaml", "ensure CRDs are installed first");
        await kubectl.SaysAsync("wait --for=condition=Established crd/ships.fleet.example.com --timeout=20s", "condition met");
        await kubectl.SaysAsync("apply -f all.yaml", "ship.fleet.example.com/one created");
        var again = await kubectl.DoAsync("apply -f all.yaml");
        Assert.Contains("customresourcedefinition.apiextensions.k8s.io/ships.fleet.example.com unchanged", again, StringComparison.Ordinal);
        Assert.Contains("clusterrole.rbac.authorization.k8s.io/fleet unchanged", again, StringComparison.Ordinal);
        Assert.Contains("deployment.apps/fleet unchanged", again, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kubectl.Programs), MemberType = typeof(Kubectl))]
    public async Task Hundreds_of_documents_are_applied_listed_in_pages_and_deleted(string program)
    {
        Assert.SkipWhen(program.Length == 0, Kubectl.WhyNot);
        await using var server = await RunningApiServer.StartAsync();
        var kubectl = server.Kubectl(program);
        var documents = Enumerable.Range(0, 300).Select(number => string.Create(CultureInfo.InvariantCulture, $"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: map-{number:d3}, labels: {{many: \"yes\"}}}}\ndata: {{number: \"{number}\", text: {new string('x', 1000)}}}\n"));
        kubectl.WriteFile("many.yaml", string.Join("---\n", documents));
        await kubectl.SaysAsync("apply --server-side -f many.yaml", "configmap/map-299 serverside-applied");
        Assert.Equal(300, (await kubectl.DoAsync("get cm -l many=yes --chunk-size=7 -o name")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct().Count());
        Assert.Equal(0, (await kubectl.RunAsync("diff --server-side -f many.yaml")).Code);
        await kubectl.FailsAsync("get --raw /api/v1/configmaps?continue=nonsense", "continue key is not valid");
        await kubectl.SaysAsync("delete cm -l many=yes --wait=false", "\"map-299\" deleted");
        Assert.Equal("", await kubectl.DoAsync("get cm -l many=yes -o name"));
    }

    // As large as those that are generated from types: every field has a description and fields of its own.
    private static string Definition(int fields)
    {
        var text = new StringBuilder("""
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: ships.fleet.example.com, annotations: {controller-gen.kubebuilder.io/version: v0.0.0}}
            spec:
              group: fleet.example.com
              scope: Namespaced
              names: {plural: ships, singular: ship, kind: Ship, listKind: ShipList, shortNames: [sp]}
              versions:
              - name: v1
                served: true
                storage: true
                subresources: {status: {}}
                schema:
                  openAPIV3Schema:
                    type: object
                    properties:
                      spec:
                        type: object
                        properties:

            """);
        for (var i = 0; i < fields; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"              field{i}:\n                type: object\n                description: Says how part {i} of a ship is built, and what it may be used for.\n                properties:\n");
            for (var j = 0; j < 10; j++) text.Append(CultureInfo.InvariantCulture, $"                  text{j}: {{type: string, description: A text, maxLength: 100}}\n                  number{j}: {{type: integer, description: A number, default: {j}}}\n");
        }

        return text.ToString();
    }
}
