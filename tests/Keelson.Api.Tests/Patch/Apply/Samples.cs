using Keelson.Api.Schemas;
using Keelson.Api.Values;

namespace Keelson.Api.Tests.Patch.Apply;

/// <summary>Small schemas that say of merging what those of the built-in kinds say.</summary>
internal static class Samples
{
    private static readonly Schema Quantity = new(SchemaType.String) { IsQuantity = true };
    private static readonly Schema IntOrString = new(SchemaType.String) { IntOrString = true, Format = "int-or-string" };
    private static readonly Schema Time = new(SchemaType.String) { Format = "date-time" };

    private static readonly Schema LabelSelector = Object(
        "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector",
        new SchemaProperty("matchLabels", Schema.MapOf(Schema.String))) with
    { MapKind = MapKind.Atomic };

    private static readonly Schema OwnerReference = Object(
        "io.k8s.apimachinery.pkg.apis.meta.v1.OwnerReference",
        new SchemaProperty("apiVersion", Schema.String) { Emit = Emit.Always },
        new SchemaProperty("kind", Schema.String) { Emit = Emit.Always },
        new SchemaProperty("name", Schema.String) { Emit = Emit.Always },
        new SchemaProperty("uid", Schema.String) { Emit = Emit.Always },
        new SchemaProperty("controller", Schema.Boolean) { Nullable = true }) with
    { MapKind = MapKind.Atomic };

    internal static readonly Schema ObjectMeta = Object(
        "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta",
        new SchemaProperty("name", Schema.String),
        new SchemaProperty("namespace", Schema.String),
        new SchemaProperty("uid", Schema.String),
        new SchemaProperty("resourceVersion", Schema.String),
        new SchemaProperty("generation", Schema.Int64),
        new SchemaProperty("creationTimestamp", Time) { Emit = Emit.NotZero },
        new SchemaProperty("deletionTimestamp", Time) { Nullable = true },
        new SchemaProperty("labels", Schema.MapOf(Schema.String)),
        new SchemaProperty("annotations", Schema.MapOf(Schema.String)),
        new SchemaProperty("finalizers", Schema.ListOf(Schema.String) with { ListKind = ListKind.Set }) { PatchStrategy = "merge" },
        new SchemaProperty("ownerReferences", ListMap(OwnerReference, "uid")) { PatchStrategy = "merge", PatchMergeKey = "uid" },
        new SchemaProperty("managedFields", Schema.ListOf(Schema.Any) with { ListKind = ListKind.Atomic }));

    private static readonly Schema EnvVar = Object(
        "io.k8s.api.core.v1.EnvVar",
        new SchemaProperty("name", Schema.String) { Emit = Emit.Always },
        new SchemaProperty("value", Schema.String));

    private static readonly Schema ContainerPort = Object(
        "io.k8s.api.core.v1.ContainerPort",
        new SchemaProperty("name", Schema.String),
        new SchemaProperty("containerPort", Schema.Int32) { Emit = Emit.Always },
        new SchemaProperty("hostIP", Schema.String),
        new SchemaProperty("protocol", Schema.String) { DefaultJson = "\"TCP\"" });

    private static readonly Schema Container = Object(
        "io.k8s.api.core.v1.Container",
        new SchemaProperty("name", Schema.String) { Emit = Emit.Always },
        new SchemaProperty("image", Schema.String),
        new SchemaProperty("args", Atomic(Schema.String)),
        new SchemaProperty("env", ListMap(EnvVar, "name")) { PatchStrategy = "merge", PatchMergeKey = "name" },
        new SchemaProperty("ports", ListMap(ContainerPort, "containerPort", "protocol")) { PatchStrategy = "merge", PatchMergeKey = "containerPort" },
        new SchemaProperty("resources", Object(
            "io.k8s.api.core.v1.ResourceRequirements",
            new SchemaProperty("limits", Schema.MapOf(Quantity)),
            new SchemaProperty("requests", Schema.MapOf(Quantity)))));

    private static readonly Schema Volume = Object(
        "io.k8s.api.core.v1.Volume",
        new SchemaProperty("name", Schema.String) { Emit = Emit.Always },
        new SchemaProperty("emptyDir", Object("io.k8s.api.core.v1.EmptyDirVolumeSource", new SchemaProperty("medium", Schema.String))) { Nullable = true },
        new SchemaProperty("hostPath", Object("io.k8s.api.core.v1.HostPathVolumeSource", new SchemaProperty("path", Schema.String))) { Nullable = true });

    private static readonly Schema Toleration = Object(
        "io.k8s.api.core.v1.Toleration",
        new SchemaProperty("key", Schema.String),
        new SchemaProperty("operator", Schema.String));

    private static readonly Schema LocalReference = Object(
        "io.k8s.api.core.v1.LocalObjectReference",
        new SchemaProperty("name", Schema.String) { DefaultJson = "\"\"" }) with
    { MapKind = MapKind.Atomic };

    internal static readonly Schema PodSpec = Object(
        "io.k8s.api.core.v1.PodSpec",
        new SchemaProperty("containers", ListMap(Container, "name")) { PatchStrategy = "merge", PatchMergeKey = "name", Emit = Emit.Always },
        new SchemaProperty("volumes", ListMap(Volume, "name")) { PatchStrategy = "merge,retainKeys", PatchMergeKey = "name" },
        new SchemaProperty("nodeSelector", Schema.MapOf(Schema.String) with { MapKind = MapKind.Atomic }),
        new SchemaProperty("tolerations", Atomic(Toleration)),
        new SchemaProperty("imagePullSecrets", ListMap(LocalReference, "name")) { PatchStrategy = "merge", PatchMergeKey = "name" },
        new SchemaProperty("nodeName", Schema.String),
        new SchemaProperty("hostNetwork", Schema.Boolean));

    internal static readonly Schema Deployment = Kind(
        "io.k8s.api.apps.v1.Deployment",
        Object(
            "io.k8s.api.apps.v1.DeploymentSpec",
            new SchemaProperty("replicas", Schema.Int32) { Nullable = true },
            new SchemaProperty("paused", Schema.Boolean),
            new SchemaProperty("selector", LabelSelector) { Nullable = true, Emit = Emit.Always },
            new SchemaProperty("strategy", Object(
                "io.k8s.api.apps.v1.DeploymentStrategy",
                new SchemaProperty("type", Schema.String),
                new SchemaProperty("rollingUpdate", Object(
                    "io.k8s.api.apps.v1.RollingUpdateDeployment",
                    new SchemaProperty("maxUnavailable", IntOrString) { Nullable = true },
                    new SchemaProperty("maxSurge", IntOrString) { Nullable = true }))
                { Nullable = true }))
            { PatchStrategy = "retainKeys" },
            new SchemaProperty("template", Object(
                "io.k8s.api.core.v1.PodTemplateSpec",
                new SchemaProperty("metadata", ObjectMeta),
                new SchemaProperty("spec", PodSpec)))
            { Emit = Emit.Always }),
        Object(
            "io.k8s.api.apps.v1.DeploymentStatus",
            new SchemaProperty("replicas", Schema.Int32),
            new SchemaProperty("readyReplicas", Schema.Int32)));

    internal static readonly Schema Pod = Kind("io.k8s.api.core.v1.Pod", PodSpec, Object("io.k8s.api.core.v1.PodStatus", new SchemaProperty("phase", Schema.String)));

    private static readonly Schema ServicePort = Object(
        "io.k8s.api.core.v1.ServicePort",
        new SchemaProperty("name", Schema.String),
        new SchemaProperty("protocol", Schema.String) { DefaultJson = "\"TCP\"" },
        new SchemaProperty("port", Schema.Int32) { Emit = Emit.Always },
        new SchemaProperty("targetPort", IntOrString));

    internal static readonly Schema Service = Kind(
        "io.k8s.api.core.v1.Service",
        Object(
            "io.k8s.api.core.v1.ServiceSpec",
            new SchemaProperty("ports", ListMap(ServicePort, "port", "protocol")) { PatchStrategy = "merge", PatchMergeKey = "port" },
            new SchemaProperty("selector", Schema.MapOf(Schema.String) with { MapKind = MapKind.Atomic })),
        Object("io.k8s.api.core.v1.ServiceStatus"));

    internal static readonly Schema ConfigMap = Object(
        "io.k8s.api.core.v1.ConfigMap",
        new SchemaProperty("apiVersion", Schema.String),
        new SchemaProperty("kind", Schema.String),
        new SchemaProperty("metadata", ObjectMeta),
        new SchemaProperty("immutable", Schema.Boolean) { Nullable = true },
        new SchemaProperty("data", Schema.MapOf(Schema.String)));

    /// <summary>A custom resource whose spec takes anything.</summary>
    internal static readonly Schema Open = new(SchemaType.Object)
    {
        Properties =
        [
            new SchemaProperty("apiVersion", Schema.String),
            new SchemaProperty("kind", Schema.String),
            new SchemaProperty("metadata", ObjectMeta),
            new SchemaProperty("spec", new Schema(SchemaType.Object) { PreserveUnknownFields = true }),
        ],
    };

    /// <summary>Reads JSON in which single quotes stand for double ones.</summary>
    internal static MapValue Json(string json) => (MapValue)ValueReader.Read(json.Replace('\'', '"'));

    /// <summary>Compares as objects compare: the order of keys does not matter.</summary>
    internal static void AssertSame(Value? expected, Value? actual) =>
        Assert.True(expected == actual, $"expected {expected}\nactual   {actual}");

    internal static Schema Object(string name, params SchemaProperty[] properties) =>
        new(SchemaType.Object) { Name = name, Properties = properties };

    internal static Schema ListMap(Schema items, params string[] keys) =>
        Schema.ListOf(items) with { ListKind = ListKind.Map, ListMapKeys = keys };

    internal static Schema Atomic(Schema items) => Schema.ListOf(items) with { ListKind = ListKind.Atomic };

    internal static Schema Kind(string name, Schema spec, Schema status) => Object(
        name,
        new SchemaProperty("apiVersion", Schema.String),
        new SchemaProperty("kind", Schema.String),
        new SchemaProperty("metadata", ObjectMeta),
        new SchemaProperty("spec", spec),
        new SchemaProperty("status", status));
}
