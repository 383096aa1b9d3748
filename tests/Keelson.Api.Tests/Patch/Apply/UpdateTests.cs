using Keelson.Api.Patch.Apply;
using Keelson.Api.Values;

namespace Keelson.Api.Tests.Patch.Apply;

public sealed class UpdateTests
{
    [Fact]
    public void Who_creates_an_object_owns_what_is_in_it_and_not_what_is_always_there()
    {
        var cluster = Cluster.OfDeployments();
        cluster.Update(
            "kubectl-create",
            "{'metadata':{'labels':{'app':'a'}},'spec':{'replicas':1,'selector':{'matchLabels':{'app':'a'}},'strategy':{'rollingUpdate':{'maxSurge':'25%'},'type':'RollingUpdate'},'template':{'metadata':{'labels':{'app':'a'}},'spec':{'containers':[{'name':'c','image':'i','resources':{}}]}}},'status':{}}");
        Assert.Equal(["kubectl-create Update apps/v1"], cluster.Owners());
        Assert.Equal(
            "{\"f:metadata\":{\"f:labels\":{\".\":{},\"f:app\":{}}},\"f:spec\":{\"f:replicas\":{},\"f:selector\":{},\"f:strategy\":{\"f:rollingUpdate\":{\".\":{},\"f:maxSurge\":{}},\"f:type\":{}},\"f:template\":{\"f:metadata\":{\"f:labels\":{\".\":{},\"f:app\":{}}},\"f:spec\":{\"f:containers\":{\"k:{\\\"name\\\":\\\"c\\\"}\":{\".\":{},\"f:image\":{},\"f:name\":{},\"f:resources\":{}}}}}}}",
            cluster.Fields("kubectl-create", "Update"));
        Assert.Equal("2026-01-02T03:05:05Z", cluster.Time("kubectl-create"));
    }

    [Fact]
    public void A_custom_resource_has_nothing_that_is_always_there()
    {
        var cluster = new Cluster(new FieldManagerOptions(new GroupVersionKind("e.com", "v1", "Thing"), Samples.Open));
        cluster.Update("c", "{'spec':{'a':1}}");
        Assert.Equal("{\"f:spec\":{\".\":{},\"f:a\":{}}}", cluster.Fields("c", "Update"));
    }

    [Fact]
    public void A_writer_takes_what_it_changes_from_its_owners()
    {
        var cluster = Cluster.OfConfigMaps();
        cluster.Update("a", "{'data':{'k':'1','l':'1','m':'1'}}");
        cluster.Update("b", "{'data':{'k':'2','l':'1'}}");
        Assert.Equal("{\"f:data\":{\".\":{},\"f:l\":{}}}", cluster.Fields("a", "Update"));
        Assert.Equal("{\"f:data\":{\"f:k\":{}}}", cluster.Fields("b", "Update"));
    }

    [Fact]
    public void A_second_write_adds_to_the_first()
    {
        var cluster = Cluster.OfConfigMaps();
        cluster.Update("a", "{'data':{'k':'1'}}");
        cluster.Update("a", "{'data':{'k':'1','l':'1'}}");
        Assert.Equal(["a Update v1"], cluster.Owners());
        Assert.Equal("{\"f:data\":{\".\":{},\"f:k\":{},\"f:l\":{}}}", cluster.Fields("a", "Update"));
        Assert.Equal(Cluster.Stamp(cluster.Now), cluster.Time("a"));
    }

    [Fact]
    public void A_write_that_changes_nothing_leaves_no_trace()
    {
        var cluster = Cluster.OfConfigMaps();
        cluster.Update("a", "{'data':{'k':'1'}}");
        var before = cluster.Live;
        cluster.Update("b", "{'data':{'k':'1'}}");
        cluster.Update("a", "{'data':{'k':'1'}}");
        Samples.AssertSame(before, cluster.Live);
    }

    [Fact]
    public void Writes_by_apply_and_by_update_are_kept_apart()
    {
        var cluster = Cluster.OfConfigMaps();
        cluster.Applies("a", "{'data':{'k':'1'}}");
        cluster.Update("a", "{'data':{'k':'1','l':'1'}}");
        Assert.Equal(["a Apply v1", "a Update v1"], cluster.Owners());
        cluster.Applies("a", "{}");
        Samples.AssertSame(Samples.Json("{'data':{'l':'1'}}"), cluster.Content());
    }

    [Fact]
    public void Subresources_are_written_under_their_name()
    {
        var cluster = Cluster.OfDeployments();
        cluster.Update("a", "{'spec':{'replicas':1}}");
        cluster.Subresource = "status";
        cluster.Update("a", "{'spec':{'replicas':1},'status':{'replicas':1}}");
        Assert.Equal(["a Update apps/v1", "a Update apps/v1 status"], cluster.Owners());
    }

    [Fact]
    public void What_identifies_an_object_is_never_owned()
    {
        var cluster = Cluster.OfConfigMaps();
        cluster.Update("a", "{'metadata':{'namespace':'n','uid':'u','resourceVersion':'1','generation':1,'creationTimestamp':'t','finalizers':['f']}}");
        Assert.Equal("{\"f:metadata\":{\"f:finalizers\":{\".\":{},\"v:\\\"f\\\"\":{}}}}", cluster.Fields("a", "Update"));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[{}]")]
    public void A_client_can_reset_the_managed_fields(string reset)
    {
        var cluster = Cluster.OfConfigMaps();
        cluster.Applies("a", "{'data':{'k':'1'}}");
        cluster.Update("b", $"{{'metadata':{{'uid':'u','managedFields':{reset}}},'data':{{'k':'2'}}}}");
        Assert.Empty(cluster.Owners());
        Assert.False(((MapValue)cluster.Live!["metadata"]!).ContainsKey("managedFields"));
        cluster.Update("b", "{'data':{'k':'3'}}");
        Assert.Empty(cluster.Owners());
    }

    [Fact]
    public void A_client_can_change_the_managed_fields()
    {
        var cluster = Cluster.OfConfigMaps();
        cluster.Applies("a", "{'data':{'k':'1'}}");
        cluster.Update(
            "b",
            "{'metadata':{'managedFields':[{'manager':'c','operation':'Apply','apiVersion':'v1','time':'2020-01-01T00:00:00Z','fieldsType':'FieldsV1','fieldsV1':{'f:data':{'f:k':{}}}}]},'data':{'k':'1'}}");
        Assert.Equal(["c Apply v1"], cluster.Owners());
        Assert.Equal("2020-01-01T00:00:00Z", cluster.Time("c"));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[{'operation':'Create'}]")]
    [InlineData("[{'operation':'Update'}]")]
    [InlineData("[{'operation':'Update','apiVersion':'v1'}]")]
    [InlineData("[{'operation':'Update','apiVersion':'v1','fieldsType':'FieldsV2'}]")]
    [InlineData("[{'operation':'Update','apiVersion':'v1','fieldsType':'FieldsV1','time':'soon'}]")]
    [InlineData("[{'operation':'Update','apiVersion':'v1','fieldsType':'FieldsV1','fieldsV1':{'x':{}}}]")]
    [InlineData("['x']")]
    [InlineData("{}")]
    [InlineData("5")]
    public void Managed_fields_that_make_no_sense_leave_those_that_there_are(string managed)
    {
        var cluster = Cluster.OfConfigMaps();
        cluster.Applies("a", "{'data':{'k':'1'}}");
        cluster.Write("b", Samples.Json($"{{'apiVersion':'v1','kind':'ConfigMap','metadata':{{'name':'x','managedFields':{managed}}},'data':{{'k':'1'}}}}"));
        Assert.Equal(["a Apply v1"], cluster.Owners());
    }

    [Fact]
    public void Over_a_subresource_managed_fields_cannot_be_changed()
    {
        var cluster = Cluster.OfDeployments();
        cluster.Update("a", "{'spec':{'replicas':1}}");
        cluster.Subresource = "status";
        cluster.Update("b", "{'metadata':{'managedFields':[]},'spec':{'replicas':1},'status':{'replicas':1}}");
        Assert.Equal(["a Update apps/v1", "b Update apps/v1 status"], cluster.Owners());
    }

    [Fact]
    public void Too_many_writers_are_joined_from_the_oldest_on()
    {
        var cluster = Cluster.OfConfigMaps();
        cluster.Applies("applier", "{'data':{'applied':'1'}}");
        var data = "'applied':'1'";
        for (var i = 0; i < 14; i++)
        {
            data += $",'k{i:00}':'1'";
            cluster.Update($"m{i:00}", $"{{'data':{{{data}}}}}");
        }

        Assert.Equal(
            ["applier Apply v1", "ancient-changes Update v1", .. Enumerable.Range(5, 9).Select(i => $"m{i:00} Update v1")], cluster.Owners());
        Assert.Equal(
            "{\"f:data\":{\"f:k00\":{},\"f:k01\":{},\"f:k02\":{},\"f:k03\":{},\"f:k04\":{}}}", cluster.Fields("ancient-changes", "Update"));
    }

    [Fact]
    public void Fields_that_a_resource_resets_are_nobodys()
    {
        var options = new FieldManagerOptions(new GroupVersionKind("apps", "v1", "Deployment"), Samples.Deployment) { Empty = EmptyObject.Of(Samples.Deployment) };
        var main = new FieldManager(options with { ResetFields = new Dictionary<string, FieldSet> { ["apps/v1"] = FieldSet.Of(FieldPath.Of("status")) } });
        var status = new FieldManager(options with
        {
            Subresource = "status",
            ResetFields = new Dictionary<string, FieldSet> { ["apps/v1"] = FieldSet.Of(FieldPath.Of("spec")) },
        });
        var cluster = new Cluster("Deployment", "apps/v1", (_, subresource) => subresource == "status" ? status : main);
        cluster.Applies("a", "{'spec':{'replicas':1},'status':{'replicas':7}}");
        Assert.Equal("{\"f:spec\":{\"f:replicas\":{}}}", cluster.Fields("a"));
        cluster.Subresource = "status";
        cluster.Update("c", "{'spec':{'replicas':9},'status':{'replicas':1,'readyReplicas':1}}");
        Assert.Equal("{\"f:status\":{\"f:readyReplicas\":{},\"f:replicas\":{}}}", cluster.Fields("c", "Update"));
        Assert.Equal("{\"f:spec\":{\"f:replicas\":{}}}", cluster.Fields("a"));
    }

    [Fact]
    public void Entries_are_sorted_by_operation_time_and_name()
    {
        var managed = ManagedFields.Read(Samples.Json(
            """
            {"m":[
            {"manager":"b","operation":"Update","apiVersion":"v1","fieldsType":"FieldsV1","time":"2020-01-01T00:00:02Z","fieldsV1":{"f:a":{}}},
            {"manager":"c","operation":"Update","apiVersion":"v1","fieldsType":"FieldsV1","time":"2020-01-01T00:00:01Z","fieldsV1":{"f:a":{}}},
            {"manager":"a","operation":"Update","apiVersion":"v2","fieldsType":"FieldsV1","time":"2020-01-01T00:00:02Z","fieldsV1":{"f:a":{}}},
            {"manager":"a","operation":"Update","apiVersion":"v1","fieldsType":"FieldsV1","time":"2020-01-01T00:00:02Z","fieldsV1":{"f:a":{}}},
            {"manager":"a","operation":"Update","apiVersion":"v1","fieldsType":"FieldsV1","time":"2020-01-01T00:00:02Z","fieldsV1":{"f:a":{}},"subresource":"status"},
            {"manager":"z","operation":"Apply","apiVersion":"v1","fieldsType":"FieldsV1","time":"2030-01-01T00:00:00Z","fieldsV1":{"f:a":{}}},
            {"manager":"d","operation":"Update","apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":{"f:a":{}}}
            ]}
            """)["m"]);
        Assert.Equal(
            ["z", "d", "c", "av1", "av1status", "av2", "b"],
            managed.Entries.Select(entry => entry.Key.Name + (entry.Key.Name == "a" ? entry.Key.ApiVersion : "") + entry.Key.Subresource));
        Assert.Equal(
            "{\"manager\":\"z\",\"operation\":\"Apply\",\"apiVersion\":\"v1\",\"time\":\"2030-01-01T00:00:00Z\",\"fieldsType\":\"FieldsV1\",\"fieldsV1\":{\"f:a\":{}}}",
            managed.Write()![0].ToString());
    }

    [Fact]
    public void A_stored_object_with_new_times_alone_counts_as_unchanged()
    {
        var old = Samples.Json("{'metadata':{'managedFields':[{'manager':'a','time':'1'}]},'data':{}}");
        var newer = Samples.Json("{'metadata':{'managedFields':[{'manager':'a','time':'2'}]},'data':{}}");
        Samples.AssertSame(old, ManagedFieldTimes.KeepUnlessChanged(old, newer));
        foreach (var other in new[]
        {
            "{'metadata':{'managedFields':[{'manager':'b','time':'2'}]},'data':{}}",
            "{'metadata':{'managedFields':[{'manager':'a','time':'2'}]},'data':{'x':'1'}}",
            "{'metadata':{'managedFields':[]},'data':{}}",
            "{'metadata':{},'data':{}}",
        })
        {
            Samples.AssertSame(Samples.Json(other), ManagedFieldTimes.KeepUnlessChanged(old, Samples.Json(other)));
        }
    }
}
