namespace Keelson.EndToEnd.ApiServer;

/// <summary>Rules and policies written as expressions, used with every kubectl that this machine has.</summary>
public sealed class ExpressionTests
{
    private const string Definition = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: queues.jobs.example.com}
        spec:
          group: jobs.example.com
          scope: Namespaced
          names: {plural: queues, singular: queue, kind: Queue}
          versions:
          - name: v1
            served: true
            storage: true
            schema:
              openAPIV3Schema:
                type: object
                required: [spec]
                properties:
                  spec:
                    type: object
                    required: [min, max]
                    x-kubernetes-validations:
                    - {rule: 'self.min <= self.max', messageExpression: '"min is %d, which is above %d".format([self.min, self.max])'}
                    - {rule: 'self.owners.all(o, o.name.matches("^[a-z]+$"))', message: owners have simple names, fieldPath: .owners}
                    - {rule: '!has(self.quota) || quantity(self.quota).isLessThan(quantity("10Gi"))', message: the quota is too large}
                    properties:
                      min: {type: integer}
                      max: {type: integer}
                      quota: {type: string, maxLength: 20}
                      storage: {type: string, maxLength: 50, x-kubernetes-validations: [{rule: self == oldSelf, message: storage is immutable}]}
                      owners:
                        type: array
                        maxItems: 10
                        default: []
                        x-kubernetes-list-type: map
                        x-kubernetes-list-map-keys: [name]
                        items: {type: object, required: [name], properties: {name: {type: string, maxLength: 20}}}
        """;

    private const string Queue = """
        apiVersion: jobs.example.com/v1
        kind: Queue
        metadata: {name: mail}
        spec: {min: 1, max: 5, storage: fast, quota: 1Gi, owners: [{name: ops}]}
        """;

    private const string Policy = """
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingAdmissionPolicy
        metadata: {name: few-replicas}
        spec:
          matchConstraints:
            resourceRules:
            - {apiGroups: [apps], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [deployments]}
          variables:
          - {name: replicas, expression: 'object.spec.?replicas.orValue(1)'}
          validations:
          - {expression: variables.replicas <= 3, messageExpression: "'%d replicas are too many'.format([variables.replicas])"}
        ---
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingAdmissionPolicyBinding
        metadata: {name: few-replicas}
        spec: {policyName: few-replicas, validationActions: [Deny]}
        """;

    public static TheoryData<string> Programs => Kubectl.Programs;

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task Rules_of_a_definition_guard_its_objects(string program)
    {
        Assert.SkipWhen(program.Length == 0, Kubectl.WhyNot);
        await using var server = await RunningApiServer.StartAsync();
        var kubectl = server.Kubectl(program);
        var wrong = await kubectl.RunAsync("create -f -", Definition.Replace("self.min <= self.max", "self.min <= self.most", StringComparison.Ordinal));
        Assert.Contains("spec.validation.openAPIV3Schema.properties[spec].x-kubernetes-validations[0].rule", wrong.Error, StringComparison.Ordinal);
        Assert.Contains("undefined field 'most'", wrong.Error, StringComparison.Ordinal);
        await kubectl.DoAsync("create -f -", Definition);
        await kubectl.DoAsync("wait --for=condition=Established crd/queues.jobs.example.com --timeout=20s");
        await kubectl.DoAsync("apply -f -", Queue);
        Assert.Contains("spec: Invalid value: \"object\": min is 9, which is above 5", (await kubectl.RunAsync("apply -f -", Queue.Replace("min: 1", "min: 9", StringComparison.Ordinal))).Error, StringComparison.Ordinal);
        Assert.Contains("spec.storage: Invalid value: \"string\": storage is immutable", (await kubectl.RunAsync("apply -f -", Queue.Replace("fast", "slow", StringComparison.Ordinal))).Error, StringComparison.Ordinal);
        Assert.Contains("spec.owners: Invalid value: \"object\": owners have simple names", (await kubectl.RunAsync("apply -f -", Queue.Replace("ops", "Ops1", StringComparison.Ordinal))).Error, StringComparison.Ordinal);
        Assert.Contains("the quota is too large", (await kubectl.RunAsync("patch queue mail --type=merge -p {\"spec\":{\"quota\":\"1Ti\"}}")).Error, StringComparison.Ordinal);
        await kubectl.DoAsync("patch queue mail --type=merge -p {\"spec\":{\"max\":7}}");
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task A_policy_denies_what_it_is_bound_to(string program)
    {
        Assert.SkipWhen(program.Length == 0, Kubectl.WhyNot);
        await using var server = await RunningApiServer.StartAsync();
        var kubectl = server.Kubectl(program);
        await kubectl.DoAsync("apply -f -", Policy);
        await kubectl.DoAsync("create deployment web --image=nginx --replicas=2");
        var refused = await kubectl.RunAsync("create deployment big --image=nginx --replicas=5");
        Assert.Contains("ValidatingAdmissionPolicy 'few-replicas' with binding 'few-replicas' denied request: 5 replicas are too many", refused.Error, StringComparison.Ordinal);
        Assert.Contains("denied request: 4 replicas are too many", (await kubectl.RunAsync("patch deployment web -p {\"spec\":{\"replicas\":4}}")).Error, StringComparison.Ordinal);
        await kubectl.DoAsync("delete validatingadmissionpolicybinding few-replicas");
        await kubectl.DoAsync("create deployment big --image=nginx --replicas=5");
    }
}
