using Keelson.Api;
using Keelson.Api.Apps.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;

namespace Keelson.Client.Tests.Support;

internal static class Samples
{
    public static Pod Pod(string name) => new()
    {
        Metadata = new ObjectMeta { Name = name, Namespace = "default" },
        Spec = new PodSpec { Containers = [new Container { Name = "main", Image = "web:1" }] },
    };

    public static Deployment Deployment(string name, int replicas) => new()
    {
        Metadata = new ObjectMeta { Name = name, Namespace = "default" },
        Spec = new DeploymentSpec
        {
            Replicas = replicas,
            Selector = new LabelSelector { MatchLabels = ApiMap<string>.From(("app", name)) },
            Template = new PodTemplateSpec
            {
                Metadata = new ObjectMeta { Labels = ApiMap<string>.From(("app", name)) },
                Spec = new PodSpec { Containers = [new Container { Name = "main", Image = "web:1" }] },
            },
        },
    };

    public static string Map(string name, int version, string uid = "", string value = "") => $$$"""
        {"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"{{{name}}}","namespace":"default","uid":"{{{(uid.Length == 0 ? name : uid)}}}","resourceVersion":"{{{version}}}"},"data":{"v":"{{{value}}}"}}
        """;

    public static string List(int version, params string[] items) => Page(version, "", items);

    public static string Page(int version, string next, params string[] items) => $$$"""
        {"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"{{{version}}}","continue":"{{{next}}}"},"items":[{{{string.Join(',', items)}}}]}
        """;

    public static string Bookmark(int version, bool endsInitialEvents = false) => $$$"""
        {"kind":"ConfigMap","apiVersion":"v1","metadata":{"resourceVersion":"{{{version}}}","annotations":{{{(endsInitialEvents ? """{"k8s.io/initial-events-end":"true"}""" : "{}")}}}}}
        """;

    public const string Gone = """{"kind":"Status","apiVersion":"v1","status":"Failure","message":"too old resource version","reason":"Expired","code":410}""";
}
