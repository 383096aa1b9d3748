using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Keelson.Api.AdmissionRegistration.V1;
using Keelson.Api.ApiExtensions.V1;
using Keelson.Api.ApiRegistration.V1;
using Keelson.Api.Autoscaling.V2;
using Keelson.Api.Certificates.V1;

namespace Keelson.Api.Tests.Rules;

/// <summary>The rules of what extends the API, and of autoscalers and signing requests.</summary>
public sealed class ExtensionTests
{
    private static readonly Specimen<CustomResourceDefinition> Definition = new(
        """
        metadata: {name: apples.example.com}
        spec:
          group: example.com
          scope: Namespaced
          names: {plural: apples, kind: Apple}
          versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {color: {type: string}}}}}}}]
        """);

    private static readonly Specimen<APIService> Service = new(
        "{metadata: {name: v1.example.com}, spec: {group: example.com, version: v1, groupPriorityMinimum: 10, versionPriority: 10, service: {name: a, namespace: a}}}");

    private static readonly Specimen<ValidatingWebhookConfiguration> Hooks = new(
        "{metadata: {name: a}, webhooks: [{name: a.example.com, sideEffects: None, admissionReviewVersions: [v1], clientConfig: {service: {name: a, namespace: a}}, rules: [{operations: [CREATE], apiGroups: [''], apiVersions: [v1], resources: [pods]}]}]}");

    private static readonly Specimen<ValidatingAdmissionPolicy> Policy = new(
        "{metadata: {name: a}, spec: {matchConstraints: {resourceRules: [{operations: [CREATE], apiGroups: [''], apiVersions: [v1], resources: [pods]}]}, validations: [{expression: 'true'}]}}");

    private static readonly Specimen<MutatingAdmissionPolicy> Changes = new(
        "{metadata: {name: a}, spec: {matchConstraints: {resourceRules: [{operations: [CREATE], apiGroups: [''], apiVersions: [v1], resources: [pods]}]}, reinvocationPolicy: Never, mutations: [{patchType: JSONPatch, jsonPatch: {expression: '[]'}}]}}");

    private static readonly Specimen<ValidatingAdmissionPolicyBinding> Binding = new("{metadata: {name: a}, spec: {policyName: a, validationActions: [Deny]}}");

    private static readonly Specimen<HorizontalPodAutoscaler> Scaler = new("{metadata: {name: a, namespace: a}, spec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: a}}}");

    private static readonly Specimen<CertificateSigningRequest> Request = new(
        $"{{metadata: {{name: a}}, spec: {{request: {Convert.ToBase64String(Encoding.ASCII.GetBytes(NewRequest()))}, signerName: example.com/a, usages: [client auth]}}}}");

    [Fact]
    public void Plain_objects_are_valid()
    {
        Assert.Empty(Definition.Create());
        Assert.Empty(Definition.Update("{}"));
        Assert.Empty(Service.Create());
        Assert.Empty(Hooks.Create());
        Assert.Empty(Hooks.Update("{}"));
        Assert.Empty(Policy.Create());
        Assert.Empty(Binding.Create());
        Assert.Empty(Scaler.Create());
        Assert.Empty(Scaler.Update("{}"));
        Assert.Empty(Request.Create());
    }

    [Fact]
    public void Defaults_are_filled_in()
    {
        Assert.Equal("""{"group":"","names":{"plural":"apples","singular":"apple","kind":"Apple","listKind":"AppleList"},"scope":"","versions":null,"conversion":{"strategy":"None"}}""",
            Specimen<CustomResourceDefinition>.Defaults("{spec: {names: {plural: apples, kind: Apple}}}"));
        Assert.Equal("""[{"name":"a","clientConfig":{"service":{"namespace":"b","name":"c","port":443}},"rules":[{"operations":["CREATE"],"scope":"*"}],"failurePolicy":"Fail","matchPolicy":"Equivalent","namespaceSelector":{},"objectSelector":{},"sideEffects":null,"timeoutSeconds":10,"admissionReviewVersions":null}]""",
            Specimen<ValidatingWebhookConfiguration>.Defaults("{webhooks: [{name: a, clientConfig: {service: {namespace: b, name: c}}, rules: [{operations: [CREATE]}]}]}", "webhooks"));
        Assert.Equal("""{"scaleTargetRef":{"kind":"","name":""},"minReplicas":1,"maxReplicas":3,"metrics":[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":80}}}],"behavior":{"scaleUp":{"stabilizationWindowSeconds":0,"selectPolicy":"Max","policies":[{"type":"Pods","value":4,"periodSeconds":15},{"type":"Percent","value":100,"periodSeconds":15}]},"scaleDown":{"stabilizationWindowSeconds":60,"selectPolicy":"Max","policies":[{"type":"Percent","value":100,"periodSeconds":15}]}}}""",
            Specimen<HorizontalPodAutoscaler>.Defaults("{spec: {maxReplicas: 3, behavior: {scaleDown: {stabilizationWindowSeconds: 60}}}}"));
    }

    [Theory]
    [InlineData("{metadata: {name: pears.example.com}}", "metadata.name: Invalid value: \"pears.example.com\": must be spec.names.plural+\".\"+spec.group")]
    [InlineData("{metadata: {name: apples.example}, spec: {group: example}}", "spec.group: Invalid value: \"example\": should be a domain with at least one dot")]
    [InlineData("{spec: {scope: Everywhere}}", "spec.scope: Unsupported value: \"Everywhere\": supported values: \"Cluster\", \"Namespaced\"")]
    [InlineData("{spec: {names: {listKind: Apple}}}", "spec.names.listKind: Invalid value: \"Apple\": kind and listKind may not be the same")]
    [InlineData("{spec: {names: {shortNames: [A]}}}", "spec.names.shortNames[0]: Invalid value: \"A\": a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')")]
    [InlineData("{spec: {conversion: {strategy: Webhook}}}", "spec.conversion.webhookClientConfig: Required value: required when strategy is set to Webhook", "spec.conversion.conversionReviewVersions: Required value")]
    [InlineData("{spec: {preserveUnknownFields: true}}", "spec.preserveUnknownFields: Invalid value: true: cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead")]
    [InlineData("{metadata: {name: apples.k8s.io}, spec: {group: k8s.io}}", "metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups must have approval annotation \"api-approved.kubernetes.io\", see https://github.com/kubernetes/enhancements/pull/1111")]
    [InlineData("{status: {storedVersions: [v0, v1]}}", "status.storedVersions[0]: Invalid value: \"v0\": missing from spec.versions; v0 was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in v0 and removes v0 from status.storedVersions")]
    public void A_definition_is_refused(string change, params string[] expected) => Assert.Equal(expected, Definition.Create(change));

    [Theory]
    [InlineData("additionalPrinterColumns: [{name: a, type: text, jsonPath: .a}]", "spec.additionalPrinterColumns[0].type: Invalid value: \"text\": must be one of boolean,date,integer,number,string")]
    [InlineData("subresources: {scale: {specReplicasPath: .status.a, statusReplicasPath: .status.b}}", "spec.subresources.scale.specReplicasPath: Invalid value: \".status.a\": should be a json path under .spec")]
    [InlineData("selectableFields: [{jsonPath: .spec}]", "spec.selectableFields[0].jsonPath: Invalid value: \".spec\": must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.")]
    [InlineData("selectableFields: [{jsonPath: ''}]", "spec.selectableFields[0].jsonPath: Required value")]
    [InlineData("selectableFields: [{jsonPath: spec}]", "spec.selectableFields[0].jsonPath: Invalid value: \"spec\": is an invalid path: expected [ or . but got: spec")]
    [InlineData("selectableFields: [{jsonPath: .spec.}]", "spec.selectableFields[0].jsonPath: Invalid value: \".spec.\": is an invalid path: unexpected end of JSON path")]
    [InlineData("selectableFields: [{jsonPath: .spec.size}]", "spec.selectableFields[0].jsonPath: Invalid value: \".spec.size\": is an invalid path: does not refer to a valid field")]
    [InlineData("selectableFields: [{jsonPath: \".spec['color']\"}]", "spec.selectableFields[0].jsonPath: Invalid value: \".spec['color']\": is an invalid path: array notation is not allowed")]
    [InlineData("selectableFields: [{jsonPath: .spec.color}, {jsonPath: .spec.color}]", "spec.selectableFields[1].jsonPath: Duplicate value: \".spec.color\"")]
    [InlineData("selectableFields: [{jsonPath: .spec.color}]")]
    [InlineData("additionalPrinterColumns: [{name: a, type: string, format: binary, jsonPath: .a}]", "spec.additionalPrinterColumns[0].format: Invalid value: \"binary\": must be one of byte,date,date-time,double,float,int32,int64,password")]
    public void What_a_single_version_says_is_told_as_of_all(string part, params string[] expected) => Assert.Equal(expected, Definition.Create(
        $"{{spec: {{versions: [{{name: v1, served: true, storage: true, schema: {{openAPIV3Schema: {{type: object, properties: {{spec: {{type: object, properties: {{color: {{type: string}}}}}}}}}}}}, {part}}}]}}}}"));

    [Fact]
    public void A_schema_is_checked_where_upstream_says_it_is() => Assert.Equal(
        ["spec.validation.openAPIV3Schema.properties[a].type: Required value: must not be empty for specified object fields"],
        Definition.Create("{spec: {versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {a: {}}}}}]}}"));

    [Fact]
    public void An_established_definition_keeps_its_kind() => Assert.Equal(
        ["spec.names.kind: Invalid value: \"Pear\": field is immutable"],
        Definition.Update("{spec: {names: {kind: Pear, singular: apple}}}", "{status: {conditions: [{type: Established, status: 'True'}]}}"));

    [Theory]
    [InlineData("", "bm9uZQ==", "spec.conversion.webhookClientConfig.caBundle: Invalid value: \"bm9uZQ==\": unable to load root certificates: unable to parse bytes as PEM block")]
    [InlineData("b3RoZXI=", "bm9uZQ==")]
    public void Authorities_of_an_established_definition_are_read_unless_they_were_wrong_before(string before, string after, params string[] expected)
    {
        const string Webhook = "conversion: {strategy: Webhook, webhook: {conversionReviewVersions: [v1], clientConfig: {url: 'https://example.com', caBundle: BUNDLE}}}";
        var old = Webhook.Replace("BUNDLE", $"'{before}'", StringComparison.Ordinal);
        Assert.Empty(Definition.Create($"{{spec: {{{Webhook.Replace("BUNDLE", after, StringComparison.Ordinal)}}}}}"));

        Assert.Equal(expected, Definition.Update(
            $"{{spec: {{{Webhook.Replace("BUNDLE", after, StringComparison.Ordinal)}}}}}",
            $"{{spec: {{{old}}}, status: {{conditions: [{{type: Established, status: 'True'}}]}}}}"));
    }

    [Theory]
    [InlineData("{metadata: {name: v2.example.com}}", "metadata.name: Invalid value: \"v2.example.com\": must be `spec.version+\".\"+spec.group`: \"v1.example.com\"")]
    [InlineData("{spec: {versionPriority: 0}}", "spec.versionPriority: Invalid value: 0: must be positive and less than 1000")]
    [InlineData("{spec: {service: null, insecureSkipTLSVerify: true}}", "spec.insecureSkipTLSVerify: Invalid value: true: local APIServices may not have insecureSkipTLSVerify")]
    public void An_api_service_is_refused(string change, params string[] expected) => Assert.Equal(expected, Service.Create(change));

    [Theory]
    [InlineData("name: a, sideEffects: None", "webhooks[0].name: Invalid value: \"a\": should be a domain with at least three segments separated by dots")]
    [InlineData("name: a.b.c, sideEffects: Some", "webhooks[0].sideEffects: Unsupported value: \"Some\": supported values: \"None\", \"NoneOnDryRun\"")]
    [InlineData("name: a.b.c, sideEffects: None, timeoutSeconds: 31", "webhooks[0].timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30 seconds")]
    [InlineData("name: a.b.c, sideEffects: None, rules: [{operations: ['*', CREATE], apiGroups: [''], apiVersions: [v1], resources: ['*', pods]}]",
        "webhooks[0].rules[0].operations: Invalid value: [\"*\",\"CREATE\"]: if '*' is present, must not specify other operations",
        "webhooks[0].rules[0].resources: Invalid value: [\"*\",\"pods\"]: if '*' is present, must not specify other resources without subresources")]
    [InlineData("name: a.b.c, sideEffects: None, matchConditions: [{name: a, expression: ' '}]", "webhooks[0].matchConditions[0].expression: Required value")]
    public void A_webhook_is_refused(string part, params string[] expected) => Assert.Equal(expected,
        Hooks.Create($"{{webhooks: [{{{part}, admissionReviewVersions: [v1], clientConfig: {{service: {{name: a, namespace: a}}}}}}]}}"));

    [Theory]
    [InlineData("url: 'http://example.com'", "webhooks[0].clientConfig.url: Invalid value: \"http\": 'https' is the only allowed URL scheme; desired format: https://host[/path]")]
    [InlineData("url: 'https://u@example.com/?a=b'", "webhooks[0].clientConfig.url: Invalid value: \"u\": user information is not permitted in the URL", "webhooks[0].clientConfig.url: Invalid value: \"a=b\": query parameters are not permitted in the URL")]
    [InlineData("service: {name: a, namespace: a, path: '/a//b'}", "webhooks[0].clientConfig.service.path: Invalid value: \"/a//b\": segment[1] may not be empty")]
    [InlineData("", "webhooks[0].clientConfig: Required value: exactly one of url or service is required")]
    public void The_client_of_a_webhook_is_refused(string client, params string[] expected) => Assert.Equal(expected,
        Hooks.Create($"{{webhooks: [{{name: a.b.c, sideEffects: None, admissionReviewVersions: [v1], clientConfig: {{{client}}}}}]}}"));

    [Theory]
    [InlineData("{spec: {matchConstraints: null}}", "spec.matchConstraints: Required value")]
    [InlineData("{spec: {validations: null}}", "spec.validations: Required value: validations or auditAnnotations must contain at least one item", "spec.auditAnnotations: Required value: validations or auditAnnotations must contain at least one item")]
    [InlineData("{spec: {paramKind: {apiVersion: v1}}}", "spec.paramKind.kind: Required value")]
    [InlineData("{spec: {variables: [{name: a-b, expression: 'true'}]}}", "spec.variables[0].name: Invalid value: \"a-b\": name is not a valid CEL identifier")]
    public void A_policy_is_refused(string change, params string[] expected) => Assert.Equal(expected, Policy.Create(change));

    [Theory]
    [InlineData("{}")]
    [InlineData("{spec: {reinvocationPolicy: ''}}", "spec.reinvocationPolicy: Required value")]
    [InlineData("{spec: {mutations: []}}", "spec.mutations: Required value: mutations must contain at least one item")]
    [InlineData("{spec: {mutations: [{patchType: Merge, jsonPatch: {expression: a}}]}}", "spec.mutations[0].patchType: Unsupported value: \"Merge\": supported values: \"ApplyConfiguration\", \"JSONPatch\"")]
    [InlineData("{spec: {mutations: [{patchType: ApplyConfiguration, jsonPatch: {expression: a}}]}}",
        "spec.mutations[0].applyConfiguration: Required value: must be specified when patchType is ApplyConfiguration",
        "spec.mutations[0].jsonPatch: Invalid value: \"{jsonPatch}\": must not be specified when patchType is ApplyConfiguration")]
    [InlineData("{spec: {mutations: [{patchType: JSONPatch, jsonPatch: {expression: ' '}}]}}", "spec.mutations[0].jsonPatch.expression: Required value")]
    [InlineData("{spec: {matchConstraints: {resourceRules: [{operations: [DELETE], apiGroups: [''], apiVersions: [v1], resources: [pods]}]}}}",
        "spec.matchConstraints.resourceRules.operations: Unsupported value: \"DELETE\": supported values: \"*\", \"CONNECT\", \"CREATE\", \"UPDATE\"")]
    public void A_policy_that_changes_objects_is_refused(string change, params string[] expected) => Assert.Equal(expected, Changes.Create(change));

    [Fact]
    public void A_binding_needs_an_action() => Assert.Equal(["spec.validationActions: Required value: at least one validation action is required"], Binding.Create("{spec: {validationActions: []}}"));

    [Theory]
    [InlineData("{spec: {minReplicas: 0}}", "spec.minReplicas: Invalid value: 0: must be greater than or equal to 1", "spec.metrics: Forbidden: must specify at least one Object or External metric to support scaling to zero replicas")]
    [InlineData("{spec: {minReplicas: 4}}", "spec.maxReplicas: Invalid value: 3: must be greater than or equal to `minReplicas`")]
    [InlineData("{spec: {scaleTargetRef: {kind: ''}}}", "spec.scaleTargetRef.kind: Required value")]
    [InlineData("{spec: {maxReplicas: 0}}", "spec.maxReplicas: Required value: must be set and greater than 0", "spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`")]
    [InlineData("{spec: {scaleTargetRef: {apiVersion: v1}}}", "spec.scaleTargetRef.apiVersion: Invalid value: \"v1\": apiVersion must specify API group")]
    [InlineData("{spec: {scaleTargetRef: {apiVersion: '', kind: ReplicationController}}}")]
    [InlineData("{spec: {scaleTargetRef: {apiVersion: a/b/c}}}", "spec.scaleTargetRef.apiVersion: Invalid value: \"a/b/c\": unexpected GroupVersion string: a/b/c")]
    [InlineData("{spec: {metrics: [{type: Guess}]}}",
        "spec.metrics[0].type: Unsupported value: \"Guess\": supported values: \"ContainerResource\", \"External\", \"Object\", \"Pods\", \"Resource\"",
        "spec.metrics[0].type: Unsupported value: \"Guess\": supported values: \"ContainerResource\", \"External\", \"Object\", \"Pods\", \"Resource\"")]
    [InlineData("{spec: {metrics: [{type: Pods}]}}", "spec.metrics[0].pods: Required value: must populate information for the given metric source")]
    [InlineData("{spec: {metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization}}}]}}", "spec.metrics[0].resource.target.averageUtilization: Required value: must set either a target raw value or a target utilization")]
    [InlineData("{spec: {behavior: {scaleUp: {policies: [{type: Pods, value: 0, periodSeconds: 1801}]}}}}", "spec.behavior.scaleUp.policies[0].value: Invalid value: 0: must be greater than zero", "spec.behavior.scaleUp.policies[0].periodSeconds: Invalid value: 1801: must be less than or equal to 1800")]
    public void An_autoscaler_is_refused(string change, params string[] expected) => Assert.Equal(expected, Scaler.Create(change));

    [Fact]
    public void A_target_that_was_wrong_may_stay_so()
    {
        Assert.Empty(Scaler.Update("{spec: {maxReplicas: 4, scaleTargetRef: {apiVersion: ''}}}", "{spec: {scaleTargetRef: {apiVersion: ''}}}"));
        Assert.Equal(["spec.scaleTargetRef.apiVersion: Invalid value: \"\": apiVersion must specify API group"], Scaler.Update("{spec: {scaleTargetRef: {apiVersion: ''}}}"));
    }

    [Theory]
    [InlineData("{spec: {request: AAAA}}", "spec.request: Invalid value: \"AAAA\": PEM block type must be CERTIFICATE REQUEST")]
    [InlineData("{spec: {usages: []}}", "spec.usages: Required value")]
    [InlineData("{spec: {signerName: example.com}}", "spec.signerName: Invalid value: \"example.com\": must be a fully qualified domain and path of the form 'example.com/signer-name'")]
    [InlineData("{spec: {expirationSeconds: 599}}", "spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 600 seconds (10 minutes)")]
    public void A_signing_request_is_refused(string change, params string[] expected) => Assert.Equal(expected, Request.Create(change));

    [Fact]
    public void Only_approvers_approve_and_only_signers_sign()
    {
        const string Approved = "{status: {conditions: [{type: Approved, status: 'True'}]}}";

        Assert.Equal(["status.conditions: Forbidden: updates may not add a condition of type \"Approved\""], Request.UpdateStatus(Approved));
        Assert.Equal(["status.conditions: Forbidden: updates may not remove a condition of type \"Approved\""], Request.UpdateStatus("{}", Approved));
    }

    private static string NewRequest()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=a", key, HashAlgorithmName.SHA256).CreateSigningRequestPem();
    }
}
