using Keelson.Api.Patch.Apply;
using Keelson.Api.Patch.Strategic;

namespace Keelson.Api.Tests.Patch.Apply;

/// <summary>What merging makes of the kinds that Keelson was built with.</summary>
public sealed class BuiltInKindsTests
{
    public static TheoryData<string> Kinds => [.. Catalog.Kinds.Where(kind => kind.Resource is not null).Select(kind => $"{kind.Kind.ApiVersion} {kind.Kind.Kind}")];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_can_be_created_applied_and_patched(string name)
    {
        var kind = Find(name);
        var empty = EmptyObject.Of(kind.Schema);
        var manager = new FieldManager(new FieldManagerOptions(kind.Kind, kind.Schema) { Empty = empty });
        var created = empty.With("apiVersion", kind.Kind.ApiVersion).With("kind", kind.Kind.Kind);
        Samples.AssertSame(created, manager.Update(null, created, "a", DateTimeOffset.UnixEpoch));
        Assert.Null(TypeErrors.Find(created, MergeType.Root(kind.Schema), allowDuplicates: false));
        Assert.Empty(StrategicMerge.CreateTwoWay(created, created, kind.Schema));

        var objects = new RandomObjects(seed: 1, empties: false);
        var random = objects.Object(kind.Schema).With("apiVersion", kind.Kind.ApiVersion).With("kind", kind.Kind.Kind).Without(["metadata", "managedFields"]);
        Assert.Equal("", manager.Apply(null, random, "a", force: false, DateTimeOffset.UnixEpoch).Message);
    }

    [Fact]
    public void A_deployment_is_owned_as_upstream_says()
    {
        var kind = Find("apps/v1 Deployment");
        var cluster = new Cluster(new FieldManagerOptions(kind.Kind, kind.Schema) { Empty = EmptyObject.Of(kind.Schema) });
        cluster.Update(
            "kubectl-create",
            """
            {"metadata":{"labels":{"app":"web"}},
             "spec":{"progressDeadlineSeconds":600,"replicas":1,"revisionHistoryLimit":10,"selector":{"matchLabels":{"app":"web"}},
              "strategy":{"rollingUpdate":{"maxSurge":"25%","maxUnavailable":"25%"},"type":"RollingUpdate"},
              "template":{"metadata":{"labels":{"app":"web"}},
               "spec":{"containers":[{"image":"nginx","imagePullPolicy":"Always","name":"nginx","ports":[{"containerPort":80,"protocol":"TCP"}],"resources":{},"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File"}],
                "dnsPolicy":"ClusterFirst","restartPolicy":"Always","schedulerName":"default-scheduler","securityContext":{},"terminationGracePeriodSeconds":30}}},
             "status":{}}
            """);
        Assert.Equal(
            """{"f:metadata":{"f:labels":{".":{},"f:app":{}}},"f:spec":{"f:progressDeadlineSeconds":{},"f:replicas":{},"f:revisionHistoryLimit":{},"f:selector":{},"f:strategy":{"f:rollingUpdate":{".":{},"f:maxSurge":{},"f:maxUnavailable":{}},"f:type":{}},"f:template":{"f:metadata":{"f:labels":{".":{},"f:app":{}}},"f:spec":{"f:containers":{"k:{\"name\":\"nginx\"}":{".":{},"f:image":{},"f:imagePullPolicy":{},"f:name":{},"f:ports":{".":{},"k:{\"containerPort\":80,\"protocol\":\"TCP\"}":{".":{},"f:containerPort":{},"f:protocol":{}}},"f:resources":{},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{}}},"f:dnsPolicy":{},"f:restartPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:terminationGracePeriodSeconds":{}}}}}""",
            cluster.Fields("kubectl-create", "Update"));
    }

    [Fact]
    public void An_event_without_times_does_not_own_them()
    {
        var kind = Find("v1 Event");
        var cluster = new Cluster(new FieldManagerOptions(kind.Kind, kind.Schema) { Empty = EmptyObject.Of(kind.Schema) });
        cluster.Update(
            "kubelet",
            """{"involvedObject":{"kind":"Pod"},"reason":"Started","source":{"component":"kubelet"},"firstTimestamp":"2026-01-01T00:00:00Z","lastTimestamp":null,"eventTime":null,"count":1,"type":"Normal","reportingComponent":"kubelet","reportingInstance":""}""");
        Assert.Equal(
            """{"f:count":{},"f:firstTimestamp":{},"f:involvedObject":{},"f:reason":{},"f:reportingComponent":{},"f:source":{"f:component":{}},"f:type":{}}""",
            cluster.Fields("kubelet", "Update"));
    }

    [Fact]
    public void A_patch_of_a_pod_merges_by_the_declared_keys()
    {
        var schema = Find("v1 Pod").Schema;
        var live = Samples.Json(
            "{'metadata':{'finalizers':['a']},'spec':{'containers':[{'name':'c','image':'1','env':[{'name':'E','value':'1'}],'volumeMounts':[{'name':'v','mountPath':'/a'}]}],'tolerations':[{'key':'x'}]}}");
        var patch = Samples.Json(
            "{'metadata':{'finalizers':['b']},'spec':{'containers':[{'name':'c','env':[{'name':'F','value':'2'}],'volumeMounts':[{'name':'w','mountPath':'/b'}]}],'tolerations':[{'key':'y'}]}}");
        Samples.AssertSame(
            Samples.Json(
                "{'metadata':{'finalizers':['b','a']},'spec':{'containers':[{'name':'c','image':'1','env':[{'name':'F','value':'2'},{'name':'E','value':'1'}],'volumeMounts':[{'name':'w','mountPath':'/b'},{'name':'v','mountPath':'/a'}]}],'tolerations':[{'key':'y'}]}}"),
            StrategicMerge.Apply(live, patch, schema));
    }

    private static KindInfo Find(string name) => Catalog.Kinds.Single(kind => $"{kind.Kind.ApiVersion} {kind.Kind.Kind}" == name);
}
