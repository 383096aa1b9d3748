using Keelson.Api.Patch.Apply;
using Keelson.Api.Values;

namespace Keelson.Api.Tests.Patch.Apply;

public sealed class ApplyTests
{
    [Fact]
    public void The_first_configuration_creates_the_object_and_owns_what_it_says()
    {
        var cluster = Cluster.OfConfigMaps();
        cluster.Applies("a", "{'metadata':{'labels':{'l':'1'}},'data':{'k':'v'}}");
        Samples.AssertSame(Samples.Json("{'metadata':{'labels':{'l':'1'}},'data':{'k':'v'}}"), cluster.Content());
        Assert.Equal(["a Apply v1"], cluster.Owners());
        Assert.Equal("{\"f:data\":{\"f:k\":{}},\"f:metadata\":{\"f:labels\":{\"f:l\":{}}}}", cluster.Fields("a"));
        Assert.Equal("2026-01-02T03:05:05Z", cluster.Time("a"));
    }

    [Fact]
    public void What_a_manager_no_longer_says_goes()
    {
        var cluster = Cluster.OfConfigMaps();
        cluster.Applies("a", "{'metadata':{'labels':{'l':'1'}},'data':{'k':'v','gone':'v'}}");
        cluster.Applies("a", "{'data':{'k':'v'}}");
        Samples.AssertSame(Samples.Json("{'data':{'k':'v'}}"), cluster.Content());
        cluster.Applies("a", "{}");
        Samples.AssertSame(MapValue.Empty, cluster.Content());
        Assert.Empty(cluster.Owners());
    }

    [Fact]
    public void What_others_own_too_stays()
    {
        var cluster = Cluster.OfConfigMaps();
        cluster.Applies("a", "{'data':{'mine':'1','shared':'1'}}");
        cluster.Applies("b", "{'data':{'shared':'1','theirs':'1'}}");
        cluster.Applies("a", "{'data':{'mine':'1'}}");
        Samples.AssertSame(Samples.Json("{'data':{'mine':'1','shared':'1','theirs':'1'}}"), cluster.Content());
        Assert.Equal("{\"f:data\":{\"f:shared\":{},\"f:theirs\":{}}}", cluster.Fields("b"));
        Assert.Equal("{\"f:data\":{\"f:mine\":{}}}", cluster.Fields("a"));
    }

    [Fact]
    public void What_others_own_and_would_change_is_a_conflict()
    {
        var cluster = Cluster.OfDeployments();
        cluster.Update("kubectl-client-side-apply", "{'spec':{'replicas':1}}");
        var before = cluster.Live;
        var result = cluster.Apply("a", "{'spec':{'replicas':2}}");
        Assert.Equal(ApplyOutcome.Conflict, result.Outcome);
        Assert.Equal(
            "Apply failed with 1 conflict: conflict with \"kubectl-client-side-apply\" using apps/v1: .spec.replicas", result.Message);
        var conflict = Assert.Single(result.Conflicts);
        Assert.Equal("conflict with \"kubectl-client-side-apply\" using apps/v1", conflict.Message);
        Assert.Equal(".spec.replicas", conflict.Path.ToString());
        Assert.Same(before, cluster.Live);
        Assert.Equal("FieldManagerConflict", FieldConflict.Reason);
    }

    [Fact]
    public void Several_conflicts_are_told_manager_by_manager()
    {
        var cluster = Cluster.OfDeployments();
        cluster.Applies("helm", "{'spec':{'paused':true}}");
        cluster.Update("hpa", "{'spec':{'paused':true,'replicas':1,'template':{'spec':{'containers':[{'name':'c','image':'1'}]}}}}");
        cluster.Subresource = "status";
        cluster.Update("sub", "{'metadata':{'labels':{'a':'1'}},'spec':{'paused':true,'replicas':1,'template':{'spec':{'containers':[{'name':'c','image':'1'}]}}}}");
        cluster.Subresource = "";
        var result = cluster.Apply(
            "a", "{'metadata':{'labels':{'a':'2'}},'spec':{'paused':false,'replicas':2,'template':{'spec':{'containers':[{'name':'c','image':'2'}]}}}}");
        Assert.Equal(
            "Apply failed with 4 conflicts: conflicts with \"helm\":\n- .spec.paused\nconflicts with \"hpa\" using apps/v1:\n- .spec.replicas\n- .spec.template.spec.containers[name=\"c\"].image\nconflicts with \"sub\" with subresource \"status\" using apps/v1:\n- .metadata.labels.a",
            result.Message);
    }

    [Fact]
    public void Force_takes_the_fields_over()
    {
        var cluster = Cluster.OfDeployments();
        cluster.Update("hpa", "{'spec':{'replicas':1,'paused':true}}");
        cluster.Applies("a", "{'spec':{'replicas':2}}", force: true);
        Assert.Equal("{\"f:spec\":{\"f:replicas\":{}}}", cluster.Fields("a"));
        Assert.Equal("{\"f:spec\":{\"f:paused\":{}}}", cluster.Fields("hpa", "Update"));
        Samples.AssertSame(2, cluster.Content()["spec", "replicas"]);
    }

    [Fact]
    public void Who_loses_everything_is_no_longer_listed()
    {
        var cluster = Cluster.OfConfigMaps();
        cluster.Applies("a", "{'data':{'k':'1'}}");
        cluster.Applies("b", "{'data':{'k':'2'}}", force: true);
        Assert.Equal(["b Apply v1"], cluster.Owners());
    }

    [Fact]
    public void Saying_the_same_shares_ownership_without_conflict()
    {
        var cluster = Cluster.OfConfigMaps();
        cluster.Applies("a", "{'data':{'k':'1'}}");
        var result = cluster.Apply("b", "{'data':{'k':'1'}}");
        Assert.False(result.Changes);
        Assert.Equal(cluster.Fields("a"), cluster.Fields("b"));
        Assert.Null(cluster.Time("b"));
    }

    [Fact]
    public void Applying_the_same_again_changes_nothing_not_even_times()
    {
        var cluster = Cluster.OfConfigMaps();
        cluster.Applies("a", "{'data':{'k':'1'}}");
        var before = cluster.Live;
        var result = cluster.Apply("a", "{'data':{'k':'1'}}");
        Assert.False(result.Changes);
        Samples.AssertSame(before, cluster.Live);
    }

    [Fact]
    public void A_removed_element_takes_along_what_nobody_owns_in_it()
    {
        var cluster = Cluster.OfDeployments();
        cluster.Applies("a", "{'spec':{'template':{'spec':{'containers':[{'name':'keep'},{'name':'gone','image':'1'}]}}}}");
        cluster.Update(
            "c", "{'spec':{'template':{'spec':{'containers':[{'name':'keep'},{'name':'gone','image':'1','args':['x']}]}}}}");
        cluster.Applies("a", "{'spec':{'template':{'spec':{'containers':[{'name':'keep'}]}}}}");
        Samples.AssertSame(
            Samples.Json("{'c':[{'name':'keep'}]}")["c"], cluster.Content()["spec", "template", "spec", "containers"]);
        Assert.Equal(["a Apply apps/v1"], cluster.Owners());
    }

    [Fact]
    public void A_struct_without_content_goes_with_its_last_field()
    {
        var cluster = Cluster.OfDeployments();
        cluster.Applies("a", "{'spec':{'strategy':{'rollingUpdate':{'maxSurge':1}},'replicas':1}}");
        cluster.Applies("a", "{'spec':{'replicas':1}}");
        Samples.AssertSame(Samples.Json("{'spec':{'replicas':1}}"), cluster.Content());
    }

    [Fact]
    public void What_a_writer_put_into_a_struct_stays_when_the_applier_gives_it_up()
    {
        var cluster = Cluster.OfDeployments();
        cluster.Applies("a", "{'spec':{'strategy':{'type':'RollingUpdate'}}}");
        cluster.Update("c", "{'spec':{'strategy':{'type':'RollingUpdate','rollingUpdate':{'maxSurge':1}}}}");
        cluster.Applies("a", "{}");
        Samples.AssertSame(Samples.Json("{'spec':{'strategy':{'rollingUpdate':{'maxSurge':1}}}}"), cluster.Content());
        Assert.Equal(["c Update apps/v1"], cluster.Owners());
    }

    [Fact]
    public void A_field_that_a_writer_took_is_no_longer_the_appliers_to_remove()
    {
        var cluster = Cluster.OfDeployments();
        cluster.Applies("a", "{'spec':{'replicas':1,'paused':true}}");
        cluster.Update("hpa", "{'spec':{'replicas':5,'paused':true}}");
        Assert.Equal("{\"f:spec\":{\"f:paused\":{}}}", cluster.Fields("a"));
        cluster.Applies("a", "{}");
        Samples.AssertSame(Samples.Json("{'spec':{'replicas':5}}"), cluster.Content());
    }

    [Fact]
    public void A_list_of_ports_is_told_apart_by_port_and_protocol()
    {
        var cluster = Cluster.Of(Samples.Service, "v1", "Service");
        cluster.Applies("a", "{'spec':{'ports':[{'port':53,'name':'tcp'},{'port':53,'protocol':'UDP','name':'udp'}]}}");
        cluster.Applies("b", "{'spec':{'ports':[{'port':53,'protocol':'TCP','targetPort':'dns'}]}}");
        Samples.AssertSame(
            Samples.Json("{'spec':{'ports':[{'port':53,'name':'tcp','protocol':'TCP','targetPort':'dns'},{'port':53,'protocol':'UDP','name':'udp'}]}}"),
            cluster.Content());
        Assert.Equal(
            "{\"f:spec\":{\"f:ports\":{\"k:{\\\"port\\\":53,\\\"protocol\\\":\\\"TCP\\\"}\":{\".\":{},\"f:port\":{},\"f:protocol\":{},\"f:targetPort\":{}}}}}",
            cluster.Fields("b"));
    }

    [Fact]
    public void A_set_keeps_the_members_of_all()
    {
        var cluster = Cluster.OfConfigMaps();
        cluster.Applies("a", "{'metadata':{'finalizers':['x','y']}}");
        cluster.Applies("b", "{'metadata':{'finalizers':['y','z']}}");
        cluster.Applies("a", "{'metadata':{'finalizers':['x']}}");
        Assert.Equal("[\"x\",\"y\",\"z\"]", cluster.Content()["metadata", "finalizers"]!.ToString());
        cluster.Applies("b", "{}");
        Assert.Equal("[\"x\"]", cluster.Content()["metadata", "finalizers"]!.ToString());
    }

    [Fact]
    public void Duplicates_that_a_writer_made_belong_to_the_writer()
    {
        var cluster = Cluster.OfConfigMaps();
        cluster.Update("w", "{'metadata':{'finalizers':['1','1','3']}}");
        Assert.Equal(
            ".metadata.finalizers[=\"1\"]", Assert.Single(cluster.Apply("a", "{'metadata':{'finalizers':['1']}}").Conflicts).Path.ToString());
        cluster.Applies("a", "{'metadata':{'finalizers':['1']}}", force: true);
        Assert.Equal("[\"1\",\"3\"]", cluster.Content()["metadata", "finalizers"]!.ToString());
        Assert.Equal("{\"f:metadata\":{\"f:finalizers\":{\".\":{},\"v:\\\"3\\\"\":{}}}}", cluster.Fields("w", "Update"));
    }

    [Fact]
    public void Duplicates_that_nobody_speaks_of_stay()
    {
        var cluster = Cluster.OfConfigMaps();
        cluster.Update("w", "{'metadata':{'finalizers':['1','1','3']}}");
        cluster.Applies("a", "{'metadata':{'finalizers':['5']}}");
        Assert.Equal("[\"1\",\"1\",\"3\",\"5\"]", cluster.Content()["metadata", "finalizers"]!.ToString());
    }

    [Fact]
    public void An_object_that_is_not_tracked_is_tracked_from_its_first_configuration_on()
    {
        var cluster = Cluster.OfConfigMaps();
        cluster.Live = Samples.Json("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'x','uid':'u'},'data':{'old':'1'}}");
        cluster.Applies("a", "{'data':{'new':'1'}}");
        Assert.Equal(["a Apply v1", "before-first-apply Update v1"], cluster.Owners());
        Assert.Equal("{\"f:data\":{\".\":{},\"f:old\":{}}}", cluster.Fields("before-first-apply", "Update"));
        Assert.Equal(ApplyOutcome.Conflict, cluster.Apply("a", "{'data':{'old':'2'}}").Outcome);
    }

    [Theory]
    [InlineData("{'apiVersion':'v2','kind':'ConfigMap'}", ApplyOutcome.BadRequest, "invalid object type: /v2, Kind=ConfigMap")]
    [InlineData("{'apiVersion':'apps/v1','kind':'Other'}", ApplyOutcome.BadRequest, "invalid object type: apps/v1, Kind=Other")]
    [InlineData("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'managedFields':[]}}", ApplyOutcome.BadRequest, "metadata.managedFields must be nil")]
    [InlineData("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'n','namespace':'s'},'dota':{}}", ApplyOutcome.Failed, "failed to create typed patch object (s/n; /v1, Kind=ConfigMap): .dota: field not declared in schema")]
    [InlineData("{'apiVersion':'v1','kind':'ConfigMap','data':{'a':1}}", ApplyOutcome.Failed, "failed to create typed patch object (/; /v1, Kind=ConfigMap): .data.a: expected string, got &value.valueUnstructured{Value:1}")]
    public void What_cannot_be_applied_is_refused(string configuration, ApplyOutcome outcome, string message)
    {
        var manager = new FieldManager(new FieldManagerOptions(new GroupVersionKind("", "v1", "ConfigMap"), Samples.ConfigMap));
        var result = manager.Apply(null, Samples.Json(configuration), "a", force: false, DateTimeOffset.UnixEpoch);
        Assert.Equal(outcome, result.Outcome);
        Assert.Equal(message, result.Message);
        Assert.Null(result.Object);
    }

    [Fact]
    public void An_object_whose_managed_fields_are_broken_is_not_applied_to()
    {
        var cluster = Cluster.OfConfigMaps();
        cluster.Live = Samples.Json("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'managedFields':[{'operation':'Create'}]}}");
        Assert.Equal("failed to decode managed fields: operation must be `Apply` or `Update`", cluster.Apply("a", "{}").Message);
    }

    [Fact]
    public void Open_objects_merge_field_by_field_and_lists_as_a_whole()
    {
        var cluster = Cluster.Of(Samples.Open, "example.com/v1", "Thing");
        cluster.Applies("a", "{'spec':{'a':{'x':1},'list':[1]}}");
        cluster.Applies("b", "{'spec':{'a':{'y':{'z':[{'q':1}]}}}}");
        Samples.AssertSame(Samples.Json("{'spec':{'a':{'x':1,'y':{'z':[{'q':1}]}},'list':[1]}}"), cluster.Content());
        Assert.Equal(".spec.list", Assert.Single(cluster.Apply("b", "{'spec':{'list':[2]}}").Conflicts).Path.ToString());
        cluster.Applies("a", "{'spec':{'list':[1]}}");
        Samples.AssertSame(Samples.Json("{'spec':{'a':{'y':{'z':[{'q':1}]}},'list':[1]}}"), cluster.Content());
    }
}
