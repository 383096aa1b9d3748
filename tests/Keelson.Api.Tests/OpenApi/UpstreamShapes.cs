namespace Keelson.Api.Tests.OpenApi;

/// <summary>Definitions as kube-apiserver publishes them in version 3, without descriptions: the facts that ours are held to.</summary>
internal static class UpstreamShapes
{
    private const string Meta = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    private const string Migration = "io.k8s.api.storagemigration.v1beta1.StorageVersionMigration";
    private const string Text = """{"type":"string"}""";
    private const string AlwaysText = """{"default":"","type":"string"}""";
    private const string Flag = """{"type":"boolean"}""";
    private const string Number = """{"format":"int64","type":"integer"}""";
    private const string AlwaysNumber = """{"default":0,"format":"int32","type":"integer"}""";
    private const string TextMap = $$"""{"additionalProperties":{{AlwaysText}},"type":"object"}""";
    private const string AtomicTexts = $$"""{"items":{{AlwaysText}},"type":"array","x-kubernetes-list-type":"atomic"}""";

    private static readonly string Time = Wrapped(Meta + "Time", false);

    private static readonly string Conditions =
        $$"""{"items":{{Wrapped(Meta + "Condition", true)}},"type":"array","x-kubernetes-list-map-keys":["type"],"x-kubernetes-list-type":"map","x-kubernetes-patch-merge-key":"type","x-kubernetes-patch-strategy":"merge"}""";

    /// <summary>Document, definition, and its shape.</summary>
    public static TheoryData<string, string, string> All { get; } = new()
    {
        { Documents.Migration, Migration, Object([("apiVersion", Text), ("kind", Text), ("metadata", Wrapped(Meta + "ObjectMeta", true)), ("spec", Wrapped(Migration + "Spec", true)), ("status", Wrapped(Migration + "Status", true))], kinds: [("storagemigration.k8s.io", "StorageVersionMigration", "v1beta1")]) },
        { Documents.Migration, Migration + "List", Object([("apiVersion", Text), ("items", $$"""{"items":{{Wrapped(Migration, true)}},"type":"array"}"""), ("kind", Text), ("metadata", Wrapped(Meta + "ListMeta", true))], ["items"], [("storagemigration.k8s.io", "StorageVersionMigrationList", "v1beta1")]) },
        { Documents.Migration, Migration + "Spec", Object([("resource", Wrapped(Meta + "GroupResource", true))], ["resource"]) },
        { Documents.Migration, Migration + "Status", Object([("conditions", Conditions), ("resourceVersion", Text)]) },
        { Documents.Migration, Meta + "Condition", Object([("lastTransitionTime", Time), ("message", AlwaysText), ("observedGeneration", Number), ("reason", AlwaysText), ("status", AlwaysText), ("type", AlwaysText)], ["lastTransitionTime", "message", "reason", "status", "type"]) },
        { Documents.Migration, Meta + "GroupResource", Object([("group", AlwaysText), ("resource", AlwaysText)], ["group", "resource"]) },
        { Documents.Migration, Meta + "ListMeta", Object([("continue", Text), ("remainingItemCount", Number), ("resourceVersion", Text), ("selfLink", Text), ("shardInfo", Wrapped(Meta + "ShardInfo", false))]) },
        { Documents.Migration, Meta + "ManagedFieldsEntry", Object([("apiVersion", Text), ("fieldsType", Text), ("fieldsV1", Wrapped(Meta + "FieldsV1", false)), ("manager", Text), ("operation", Text), ("subresource", Text), ("time", Time)]) },
        {
            Documents.Migration, Meta + "ObjectMeta", Object(
            [
                ("annotations", TextMap), ("creationTimestamp", Time), ("deletionGracePeriodSeconds", Number), ("deletionTimestamp", Time),
                ("finalizers", $$"""{"items":{{AlwaysText}},"type":"array","x-kubernetes-list-type":"set","x-kubernetes-patch-strategy":"merge"}"""),
                ("generateName", Text), ("generation", Number), ("labels", TextMap),
                ("managedFields", $$"""{"items":{{Wrapped(Meta + "ManagedFieldsEntry", true)}},"type":"array","x-kubernetes-list-type":"atomic"}"""),
                ("name", Text), ("namespace", Text),
                ("ownerReferences", $$"""{"items":{{Wrapped(Meta + "OwnerReference", true)}},"type":"array","x-kubernetes-list-map-keys":["uid"],"x-kubernetes-list-type":"map","x-kubernetes-patch-merge-key":"uid","x-kubernetes-patch-strategy":"merge"}"""),
                ("resourceVersion", Text), ("selfLink", Text), ("uid", Text),
            ])
        },
        { Documents.Migration, Meta + "OwnerReference", Object([("apiVersion", AlwaysText), ("blockOwnerDeletion", Flag), ("controller", Flag), ("kind", AlwaysText), ("name", AlwaysText), ("uid", AlwaysText)], ["apiVersion", "kind", "name", "uid"], mapType: "atomic") },
        { Documents.Migration, Meta + "Patch", """{"type":"object"}""" },
        { Documents.Migration, Meta + "FieldsV1", """{"type":"object"}""" },
        { Documents.Migration, Meta + "Time", """{"format":"date-time","type":"string"}""" },
        { Documents.Migration, "io.k8s.apimachinery.pkg.runtime.RawExtension", """{"type":"object"}""" },
        { Documents.Migration, Meta + "Preconditions", Object([("resourceVersion", Text), ("uid", Text)]) },
        { Documents.Migration, Meta + "StatusCause", Object([("field", Text), ("message", Text), ("reason", Text)]) },
        { Documents.Migration, Meta + "WatchEvent", Object([("object", Wrapped("io.k8s.apimachinery.pkg.runtime.RawExtension", false)), ("type", AlwaysText)], ["object", "type"], [("", "WatchEvent", "v1"), ("storagemigration.k8s.io", "WatchEvent", "v1beta1")]) },
        {
            Documents.Migration, Meta + "DeleteOptions", Object(
            [
                ("apiVersion", Text), ("dryRun", AtomicTexts), ("gracePeriodSeconds", Number), ("ignoreStoreReadErrorWithClusterBreakingPotential", Flag), ("kind", Text),
                ("orphanDependents", Flag), ("preconditions", Wrapped(Meta + "Preconditions", false)), ("propagationPolicy", Text),
            ], [], [("", "DeleteOptions", "v1"), ("storagemigration.k8s.io", "DeleteOptions", "v1beta1")])
        },
        {
            Documents.Migration, Meta + "APIResource", Object(
            [
                ("categories", AtomicTexts), ("group", Text), ("kind", AlwaysText), ("name", AlwaysText), ("namespaced", """{"default":false,"type":"boolean"}"""), ("shortNames", AtomicTexts),
                ("singularName", AlwaysText), ("storageVersionHash", Text), ("verbs", $$"""{"items":{{AlwaysText}},"type":"array"}"""), ("version", Text),
            ], ["kind", "name", "namespaced", "singularName", "verbs"])
        },
        {
            Documents.Policy, "io.k8s.api.policy.v1.PodDisruptionBudgetStatus", Object(
            [
                ("conditions", Conditions), ("currentHealthy", AlwaysNumber), ("desiredHealthy", AlwaysNumber),
                ("disruptedPods", $$"""{"additionalProperties":{"$ref":"#/components/schemas/{{Meta}}Time"},"type":"object"}"""),
                ("disruptionsAllowed", AlwaysNumber), ("expectedPods", AlwaysNumber), ("observedGeneration", Number),
            ])
        },
        { Documents.Policy, "io.k8s.apimachinery.pkg.util.intstr.IntOrString", """{"format":"int-or-string","oneOf":[{"type":"integer"},{"type":"string"}]}""" },
        { Documents.Core, "io.k8s.apimachinery.pkg.api.resource.Quantity", """{"oneOf":[{"type":"string"},{"type":"number"}]}""" },
    };

    private static string Wrapped(string name, bool always) =>
        $$"""{"allOf":[{"$ref":"#/components/schemas/{{name}}"}]{{(always ? ",\"default\":{}" : "")}}}""";

    private static string Object((string Name, string Shape)[] properties, string[]? required = null, (string Group, string Kind, string Version)[]? kinds = null, string? mapType = null)
    {
        var parts = new List<string> { $"\"properties\":{{{string.Join(",", properties.Select(property => $"\"{property.Name}\":{property.Shape}"))}}}" };
        if (required is { Length: > 0 }) parts.Add($"\"required\":[{string.Join(",", required.Select(name => $"\"{name}\""))}]");
        parts.Add("\"type\":\"object\"");
        if (kinds is not null) parts.Add($"\"x-kubernetes-group-version-kind\":[{string.Join(",", kinds.Select(kind => $$"""{"group":"{{kind.Group}}","kind":"{{kind.Kind}}","version":"{{kind.Version}}"}"""))}]");
        if (mapType is not null) parts.Add($"\"x-kubernetes-map-type\":\"{mapType}\"");
        return $"{{{string.Join(",", parts)}}}";
    }

    private static class Documents
    {
        public const string Migration = "apis/storagemigration.k8s.io/v1beta1";
        public const string Policy = "apis/policy/v1";
        public const string Core = "api/v1";
    }
}
