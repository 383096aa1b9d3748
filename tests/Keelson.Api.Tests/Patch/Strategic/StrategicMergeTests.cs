using Keelson.Api.Patch.Strategic;
using Keelson.Api.Schemas;
using Keelson.Api.Tests.Patch.Apply;
using Keelson.Api.Values;

namespace Keelson.Api.Tests.Patch.Strategic;

public sealed class StrategicMergeTests
{
    [Theory]
    [InlineData("{'a':'1','b':'2'}", "{'b':'3','c':'4'}", "{'a':'1','b':'3','c':'4'}")]
    [InlineData("{'a':'1','b':'2'}", "{'a':null,'x':null}", "{'b':'2'}")]
    [InlineData("{'a':'1'}", "{'$patch':'replace','b':'2'}", "{'b':'2'}")]
    [InlineData("{'a':'1'}", "{'$patch':'delete'}", "{}")]
    public void Maps_merge_by_key(string original, string patch, string expected)
    {
        var live = Samples.Json($"{{'metadata':{{'labels':{original}}}}}");
        var change = Samples.Json($"{{'metadata':{{'labels':{patch}}}}}");
        Samples.AssertSame(Samples.Json($"{{'metadata':{{'labels':{expected}}}}}"), StrategicMerge.Apply(live, change, Samples.Pod));
    }

    [Theory]
    [InlineData("[{'name':'a','image':'1'},{'name':'b','image':'1'}]", "[{'name':'b','image':'2'}]", "[{'name':'a','image':'1'},{'name':'b','image':'2'}]")]
    [InlineData("[{'name':'a'}]", "[{'name':'b'}]", "[{'name':'b'},{'name':'a'}]")]
    [InlineData("[{'name':'a'},{'name':'b'}]", "[{'name':'a','$patch':'delete'}]", "[{'name':'b'}]")]
    [InlineData("[{'name':'a'},{'name':'b'}]", "[{'name':'c'},{'$patch':'replace'}]", "[{'name':'c'}]")]
    [InlineData("[{'name':'a'}]", "[{'name':'x','$patch':'delete'}]", "[{'name':'a'}]")]
    [InlineData("[{'name':'a','image':'1'}]", "[{'name':'a','$patch':'delete'},{'name':'b'}]", "[{'name':'b'}]")]
    [InlineData("[{'name':'a','args':['1','2']}]", "[{'name':'a','args':['3']}]", "[{'name':'a','args':['3']}]")]
    [InlineData("[{'name':'a','env':[{'name':'E','value':'1'}]}]", "[{'name':'a','env':[{'name':'E','value':null},{'name':'F','value':'2'}]}]", "[{'name':'a','env':[{'name':'E'},{'name':'F','value':'2'}]}]")]
    public void Lists_of_maps_merge_by_their_key(string original, string patch, string expected)
    {
        var live = Samples.Json($"{{'spec':{{'containers':{original}}}}}");
        var change = Samples.Json($"{{'spec':{{'containers':{patch}}}}}");
        Samples.AssertSame(Samples.Json($"{{'spec':{{'containers':{expected}}}}}"), StrategicMerge.Apply(live, change, Samples.Pod));
    }

    [Theory]
    [InlineData("['a','b']", "'finalizers':['c','a']", "['c','a','b']")]
    [InlineData("['a','b','c']", "'$deleteFromPrimitiveList/finalizers':['b']", "['a','c']")]
    [InlineData("['a','b','c']", "'$deleteFromPrimitiveList/finalizers':['b','x'],'finalizers':['d']", "['d','a','c']")]
    [InlineData("['a','b','c']", "'$setElementOrder/finalizers':['c','a'],'finalizers':['c']", "['b','c','a']")]
    [InlineData("['a','b']", "'$setElementOrder/finalizers':['b','a']", "['b','a']")]
    [InlineData("['a','b']", "'finalizers':null", null)]
    public void Lists_of_scalars_merge_as_sets(string original, string patch, string? expected)
    {
        var live = Samples.Json($"{{'metadata':{{'finalizers':{original}}}}}");
        var change = Samples.Json($"{{'metadata':{{{patch}}}}}");
        var result = StrategicMerge.Apply(live, change, Samples.Pod);
        Assert.Equal(expected?.Replace('\'', '"'), result["metadata", "finalizers"]?.ToString());
    }

    [Fact]
    public void Elements_that_only_the_server_has_keep_their_place()
    {
        var live = Samples.Json("{'spec':{'containers':[{'name':'a'},{'name':'server1'},{'name':'b'},{'name':'server2'},{'name':'c'}]}}");
        var patch = Samples.Json(
            "{'spec':{'$setElementOrder/containers':[{'name':'a'},{'name':'new'},{'name':'c'},{'name':'b'}],'containers':[{'name':'new','image':'n'}]}}");
        var names = ((ListValue)StrategicMerge.Apply(live, patch, Samples.Pod)["spec", "containers"]!).Select(item => item["name"]!.AsText());
        Assert.Equal(["a", "new", "server1", "server2", "c", "b"], names);
    }

    [Fact]
    public void Retained_keys_clear_the_others()
    {
        var live = Samples.Json("{'spec':{'strategy':{'type':'RollingUpdate','rollingUpdate':{'maxSurge':1}}}}");
        var patch = Samples.Json("{'spec':{'strategy':{'$retainKeys':['type'],'type':'Recreate'}}}");
        Samples.AssertSame(
            Samples.Json("{'spec':{'strategy':{'type':'Recreate'}}}"), StrategicMerge.Apply(live, patch, Samples.Deployment));
    }

    [Fact]
    public void Lists_without_a_strategy_are_replaced()
    {
        var live = Samples.Json("{'spec':{'tolerations':[{'key':'a'},{'key':'b'}]}}");
        var patch = Samples.Json("{'spec':{'tolerations':[{'key':'c'}]}}");
        Samples.AssertSame(patch, StrategicMerge.Apply(live, patch, Samples.Pod));
    }

    [Fact]
    public void Directives_vanish_where_there_is_nothing_to_merge_with()
    {
        var patch = Samples.Json(
            "{'spec':{'template':{'spec':{'$setElementOrder/containers':[{'name':'a'}],'containers':[{'name':'a','image':null},{'name':'b','$patch':'delete'}]}},'strategy':{'$patch':'delete'}}}");
        Samples.AssertSame(
            Samples.Json("{'spec':{'template':{'spec':{'containers':[{'name':'a'}]}}}}"),
            StrategicMerge.Apply(MapValue.Empty, patch, Samples.Deployment));
    }

    [Theory]
    [InlineData("{'spec':{'containers':[{'image':'x','args':[1,'b']}]}}", "map: map[args:[1 b] image:x] does not contain declared merge key: name")]
    [InlineData("{'spec':{'containers':[{'name':'a','$patch':'remove'}]}}", "unknown patch type: remove in map: map[$patch:remove name:a]")]
    [InlineData("{'spec':{'$patch':'merge'}}", "unknown patch type: merge in map: map[$patch:merge]")]
    [InlineData("{'spec':{'containers':[{'$patch':'merge'}]}}", "merging lists cannot yet be specified in the patch")]
    [InlineData("{'spec':{'containers':['a']}}", "list element types are not identical: [[map[image:i name:a]] [a]]")]
    [InlineData("{'spec':{'containers':[[]]}}", "lists of lists are not supported")]
    [InlineData("{'spec':{'$setElementOrder/containers':'a'}}", "expected a []interface {}, but received a string")]
    [InlineData("{'spec':{'$setElementOrder/containers':[{'name':'b'}],'containers':[{'name':'a'}]}}", "the order in patch list:\n[map[name:a]]\n doesn't match $setElementOrder list:\n[map[name:b]]")]
    [InlineData("{'spec':{'$setElementOrder':[]}}", "invalid patch format of setElementOrder list")]
    [InlineData("{'spec':{'$deleteFromPrimitiveList':[]}}", "invalid patch format of primitive list")]
    [InlineData("{'spec':{'$retainKeys':['a'],'nodeName':'b'}}", "invalid patch format of retainKeys")]
    [InlineData("{'spec':{'$retainKeys':true}}", "invalid patch format of retainKeys")]
    [InlineData("{'spec':{'unheard':{'a':1}}}", "unable to find api field in struct PodSpec for the json field \"unheard\"")]
    public void A_malformed_patch_is_refused(string patch, string message)
    {
        var live = Samples.Json("{'spec':{'containers':[{'name':'a','image':'i'}],'unheard':{'b':1}}}");
        var error = Assert.Throws<StrategicPatchException>(() => StrategicMerge.Apply(live, Samples.Json(patch), Samples.Pod));
        Assert.Equal(message, error.Message);
        Assert.Equal(StrategicPatchProblem.Malformed, error.Problem);
    }

    [Fact]
    public void Open_types_merge_as_plain_json()
    {
        var live = Samples.Json("{'spec':{'a':{'b':1,'c':[1,2]}}}");
        var patch = Samples.Json("{'spec':{'a':{'b':null,'c':[3]}}}");
        Samples.AssertSame(Samples.Json("{'spec':{'a':{'c':[3]}}}"), StrategicMerge.Apply(live, patch, Samples.Open));
    }

    [Fact]
    public void A_deep_patch_does_not_exhaust_the_stack()
    {
        var levels = Value.MaxDepth - 2;
        var deep = Samples.Json(
            string.Concat(Enumerable.Repeat("{'spec':", levels)) + "{'a':1}" + new string('}', levels));
        Samples.AssertSame(deep, StrategicMerge.Apply(deep, deep, Samples.Open));
    }

    [Fact]
    public void The_originals_stay_as_they_are()
    {
        var live = Samples.Json("{'metadata':{'labels':{'a':'1'}}}");
        var patch = Samples.Json("{'metadata':{'labels':{'a':null}}}");
        StrategicMerge.Apply(live, patch, Samples.Pod);
        Samples.AssertSame(Samples.Json("{'metadata':{'labels':{'a':'1'}}}"), live);
        Samples.AssertSame(Samples.Json("{'metadata':{'labels':{'a':null}}}"), patch);
    }

    [Fact]
    public void A_patch_applied_to_where_it_comes_from_leads_where_it_goes()
    {
        foreach (var schema in new[] { Samples.Deployment, Samples.Pod, Samples.Service, Samples.ConfigMap })
        {
            for (var seed = 0; seed < 400; seed++) RoundTrip(schema, seed);
        }
    }

    private static void RoundTrip(Schema schema, int seed)
    {
        var objects = new RandomObjects(seed);
        var from = objects.Object(schema);
        var to = seed % 2 == 0 ? objects.Mutate(from, schema) : objects.Object(schema);
        var patch = StrategicMerge.CreateTwoWay(from, to, schema);
        var result = StrategicMerge.Apply(from, patch, schema);
        Assert.True(to.Equals(result), $"seed {seed}\nfrom   {from}\nto     {to}\npatch  {patch}\nresult {result}");
        Assert.Equal(from.Equals(to), patch.Count == 0);
    }
}
