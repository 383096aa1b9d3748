using Keelson.Api.Patch.Strategic;
using Keelson.Api.Tests.Patch.Apply;
using Keelson.Api.Values;

namespace Keelson.Api.Tests.Patch.Strategic;

public sealed class CreatePatchTests
{
    [Theory]
    [InlineData("{'a':'1'}", "{'a':'1'}", "{}")]
    [InlineData("{'a':'1'}", "{'a':'2'}", "{'metadata':{'labels':{'a':'2'}}}")]
    [InlineData("{'a':'1','b':'1'}", "{'a':'1'}", "{'metadata':{'labels':{'b':null}}}")]
    public void Maps_differ_by_key(string from, string to, string expected)
    {
        var patch = StrategicMerge.CreateTwoWay(
            Samples.Json($"{{'metadata':{{'labels':{from}}}}}"), Samples.Json($"{{'metadata':{{'labels':{to}}}}}"), Samples.Pod);
        Samples.AssertSame(Samples.Json(expected), patch);
    }

    [Theory]
    [InlineData(
        "[{'name':'a','image':'1'},{'name':'b','image':'1'}]",
        "[{'name':'b','image':'2'},{'name':'c'}]",
        "{'spec':{'containers':[{'image':'2','name':'b'},{'name':'c'},{'name':'a','$patch':'delete'}],'$setElementOrder/containers':[{'name':'b'},{'name':'c'}]}}")]
    [InlineData("[{'name':'a'},{'name':'b'}]", "[{'name':'b'},{'name':'a'}]", "{'spec':{'$setElementOrder/containers':[{'name':'b'},{'name':'a'}]}}")]
    [InlineData("[]", "[{'name':'a'}]", "{'spec':{'containers':[{'name':'a'}]}}")]
    [InlineData("[{'name':'a'}]", "[]", "{'spec':{'containers':[{'name':'a','$patch':'delete'}]}}")]
    public void Lists_of_maps_differ_by_their_key(string from, string to, string expected)
    {
        var patch = StrategicMerge.CreateTwoWay(
            Samples.Json($"{{'spec':{{'containers':{from}}}}}"), Samples.Json($"{{'spec':{{'containers':{to}}}}}"), Samples.Pod);
        Samples.AssertSame(Samples.Json(expected), patch);
    }

    [Fact]
    public void Lists_of_scalars_differ_as_sets()
    {
        var patch = StrategicMerge.CreateTwoWay(
            Samples.Json("{'metadata':{'finalizers':['b','a','c']}}"), Samples.Json("{'metadata':{'finalizers':['d','a']}}"), Samples.Pod);
        Samples.AssertSame(
            Samples.Json(
                "{'metadata':{'finalizers':['d'],'$deleteFromPrimitiveList/finalizers':['b','c'],'$setElementOrder/finalizers':['d','a']}}"),
            patch);
    }

    [Fact]
    public void Retained_keys_are_named_where_the_type_asks_for_it()
    {
        var patch = StrategicMerge.CreateTwoWay(
            Samples.Json("{'spec':{'strategy':{'type':'RollingUpdate','rollingUpdate':{'maxSurge':1}}}}"),
            Samples.Json("{'spec':{'strategy':{'type':'Recreate'}}}"),
            Samples.Deployment);
        Samples.AssertSame(
            Samples.Json("{'spec':{'strategy':{'type':'Recreate','rollingUpdate':null,'$retainKeys':['type']}}}"), patch);
    }

    [Fact]
    public void A_three_way_patch_keeps_what_others_added()
    {
        var original = Samples.Json("{'metadata':{'labels':{'mine':'1','dropped':'1'}},'spec':{'containers':[{'name':'a','image':'1'},{'name':'gone'}]}}");
        var modified = Samples.Json("{'metadata':{'labels':{'mine':'2'}},'spec':{'containers':[{'name':'a','image':'2'}]}}");
        var current = Samples.Json(
            "{'metadata':{'labels':{'mine':'1','dropped':'1','theirs':'1'}},'spec':{'nodeName':'n','containers':[{'name':'sidecar'},{'name':'a','image':'1'},{'name':'gone'}]}}");
        var patch = StrategicMerge.CreateThreeWay(original, modified, current, Samples.Pod, overwrite: true);
        Samples.AssertSame(
            Samples.Json(
                "{'metadata':{'labels':{'dropped':null,'mine':'2'}},'spec':{'$setElementOrder/containers':[{'name':'a'}],'containers':[{'name':'a','image':'2'},{'name':'gone','$patch':'delete'}]}}"),
            patch);
        Samples.AssertSame(
            Samples.Json(
                "{'metadata':{'labels':{'mine':'2','theirs':'1'}},'spec':{'nodeName':'n','containers':[{'name':'sidecar'},{'name':'a','image':'2'}]}}"),
            StrategicMerge.Apply(current, patch, Samples.Pod));
    }

    [Theory]
    [InlineData("{'a':'1'}", "{'a':'2'}", "{'a':'3'}", true)]
    [InlineData("{'a':'1'}", "{'a':'2'}", "{'a':'1','b':'1'}", false)]
    [InlineData("{'a':'1'}", "{'a':'2'}", "{'a':'2'}", false)]
    [InlineData("{'a':'1'}", "{}", "{'a':'3'}", true)]
    public void Changes_that_others_made_are_conflicts_unless_they_may_be_overwritten(string original, string modified, string current, bool conflicts)
    {
        var documents = new[] { original, modified, current }.Select(labels => Samples.Json($"{{'metadata':{{'labels':{labels}}}}}")).ToArray();
        MapValue Create(bool overwrite) => StrategicMerge.CreateThreeWay(documents[0], documents[1], documents[2], Samples.Pod, overwrite);
        Assert.NotNull(Create(overwrite: true));
        if (conflicts)
        {
            var error = Assert.Throws<StrategicPatchException>(() => Create(overwrite: false));
            Assert.Equal(StrategicPatchProblem.Conflict, error.Problem);
            Assert.Contains("conflicts with changes made from original to current", error.Message);
        }
        else
        {
            Samples.AssertSame(Create(overwrite: true), Create(overwrite: false));
        }
    }

    [Fact]
    public void A_list_that_two_changed_differently_is_a_conflict_and_different_elements_are_not()
    {
        var original = Samples.Json("{'spec':{'containers':[{'name':'a','image':'1'},{'name':'b','image':'1'}],'tolerations':[{'key':'x'}]}}");
        var mine = Samples.Json("{'spec':{'containers':[{'name':'a','image':'2'},{'name':'b','image':'1'}],'tolerations':[{'key':'x'}]}}");
        var other = Samples.Json("{'spec':{'containers':[{'name':'a','image':'1'},{'name':'b','image':'3'}],'tolerations':[{'key':'x'}]}}");
        var same = Samples.Json("{'spec':{'containers':[{'name':'a','image':'3'},{'name':'b','image':'1'}],'tolerations':[{'key':'x'}]}}");
        Assert.NotNull(StrategicMerge.CreateThreeWay(original, mine, mine, Samples.Pod, overwrite: false));
        Assert.Throws<StrategicPatchException>(() => StrategicMerge.CreateThreeWay(original, mine, same, Samples.Pod, overwrite: false));

        // The new configuration sets b's image back to 1, which the other had changed.
        Assert.Throws<StrategicPatchException>(() => StrategicMerge.CreateThreeWay(original, mine, other, Samples.Pod, overwrite: false));
    }

    [Fact]
    public void Preconditions_hold_a_patch_back()
    {
        var from = Samples.Json("{'kind':'Pod','metadata':{'name':'a'}}");
        var to = Samples.Json("{'kind':'Pod','metadata':{'name':'b'}}");
        Assert.NotNull(StrategicMerge.CreateTwoWay(from, to, Samples.Pod, PatchPreconditions.Unchanged("kind")));
        var error = Assert.Throws<StrategicPatchException>(() => StrategicMerge.CreateTwoWay(
            from, to, Samples.Pod, PatchPreconditions.Unchanged("kind"), PatchPreconditions.MetadataUnchanged("name")));
        Assert.Equal("precondition failed for: map[metadata:map[name:b]]", error.Message);
        Assert.Equal(StrategicPatchProblem.Precondition, error.Problem);
    }

    [Fact]
    public void Without_changes_by_others_a_three_way_patch_leads_to_the_new_configuration()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var objects = new RandomObjects(seed);
            var from = objects.Object(Samples.Deployment);
            var to = objects.Mutate(from, Samples.Deployment);
            var patch = StrategicMerge.CreateThreeWay(from, to, from, Samples.Deployment, overwrite: false);
            var result = StrategicMerge.Apply(from, patch, Samples.Deployment);
            Assert.True(to.Equals(result), $"seed {seed}\nfrom   {from}\nto     {to}\npatch  {patch}\nresult {result}");
        }
    }
}
