using Keelson.Api.Patch.Apply;
using Keelson.Api.Schemas;

namespace Keelson.Api.Tests.Patch.Apply;

public sealed class TypedTests
{
    private static readonly MergeType Deployment = MergeType.Root(Samples.Deployment);
    private static readonly MergeType Pod = MergeType.Root(Samples.Pod);
    private static readonly MergeType Open = MergeType.Root(Samples.Open);

    [Theory]
    [InlineData("{'spec':{'replicas':3,'paused':true}}", "{'f:spec':{'f:replicas':{},'f:paused':{}}}")]
    [InlineData("{'metadata':{'labels':{'a':'1'}}}", "{'f:metadata':{'f:labels':{'f:a':{}}}}")]
    [InlineData("{'metadata':{'labels':{}}}", "{'f:metadata':{'f:labels':{}}}")]
    [InlineData("{'metadata':{'labels':null}}", "{'f:metadata':{'f:labels':{}}}")]
    [InlineData("{'metadata':{'finalizers':['x','y']}}", "{'f:metadata':{'f:finalizers':{'v:\\'x\\'':{},'v:\\'y\\'':{}}}}")]
    [InlineData("{'spec':{'selector':{'matchLabels':{'a':'1'}}}}", "{'f:spec':{'f:selector':{}}}")]
    [InlineData("{'spec':{'strategy':{'rollingUpdate':{'maxSurge':1}}}}", "{'f:spec':{'f:strategy':{'f:rollingUpdate':{'f:maxSurge':{}}}}}")]
    [InlineData(
        "{'spec':{'template':{'spec':{'containers':[{'name':'a','args':['1'],'ports':[{'containerPort':80}]}],'tolerations':[{'key':'k'}],'nodeSelector':{'a':'1'}}}}}",
        "{'f:spec':{'f:template':{'f:spec':{'f:containers':{'k:{\\'name\\':\\'a\\'}':{'.':{},'f:args':{},'f:name':{},'f:ports':{'k:{\\'containerPort\\':80,\\'protocol\\':\\'TCP\\'}':{'.':{},'f:containerPort':{}}}}},'f:tolerations':{},'f:nodeSelector':{}}}}}")]
    public void A_value_has_its_leaves_elements_and_entries(string value, string expected) =>
        Assert.Equal(FieldSetTests.Fields(expected), FieldSetOf.Value(Samples.Json(value), Deployment));

    [Fact]
    public void Open_types_are_owned_field_by_field_and_their_lists_as_a_whole() => Assert.Equal(
        FieldSetTests.Fields("{'f:spec':{'f:a':{'.':{},'f:b':{},'f:c':{}}}}"),
        FieldSetOf.Value(Samples.Json("{'spec':{'a':{'b':1,'c':[{'x':1}]}}}"), Open));

    [Fact]
    public void Elements_that_occur_twice_are_owned_together() => Assert.Equal(
        FieldSetTests.Fields("{'f:spec':{'f:containers':{'k:{\\'name\\':\\'a\\'}':{},'k:{\\'name\\':\\'b\\'}':{'.':{},'f:name':{}}}}}"),
        FieldSetOf.Value(Samples.Json("{'spec':{'containers':[{'name':'a','image':'1'},{'name':'b'},{'name':'a'}]}}"), Pod));

    [Theory]
    [InlineData("['a','b','c']", "['b']", "['a','b','c']")]
    [InlineData("['a','b','c']", "['c','a']", "['b','c','a']")]
    [InlineData("['a','b']", "['x','b']", "['a','x','b']")]
    [InlineData("['a','b']", "['c','d']", "['a','b','c','d']")]
    [InlineData("[]", "['c','d']", "['c','d']")]
    [InlineData("['a','x','b','y','c']", "['a','b','c']", "['a','x','b','y','c']")]
    [InlineData("['a','x','b','y','c']", "['c','b','a']", "['x','y','c','b','a']")]
    [InlineData("['a','b','c']", "['a','n','b','c']", "['a','n','b','c']")]
    [InlineData("['a','b']", "['b','n']", "['a','b','n']")]
    public void Merged_lists_keep_both_orders_where_they_can(string live, string applied, string expected)
    {
        var sets = Merging.Merge(
            Samples.Json($"{{'metadata':{{'finalizers':{live}}}}}"), Samples.Json($"{{'metadata':{{'finalizers':{applied}}}}}"), Pod);
        Assert.Equal(expected.Replace('\'', '"'), sets["metadata", "finalizers"]!.ToString());
    }

    [Theory]
    [InlineData("{'spec':{'replicas':1,'paused':true}}", "{'spec':{'replicas':2}}", "{'spec':{'replicas':2,'paused':true}}")]
    [InlineData("{'spec':{'selector':{'matchLabels':{'a':'1'}}}}", "{'spec':{'selector':{'matchLabels':{'b':'1'}}}}", "{'spec':{'selector':{'matchLabels':{'b':'1'}}}}")]
    [InlineData("{'metadata':{'labels':{'a':'1'}}}", "{'metadata':{'labels':null}}", "{'metadata':{'labels':{'a':'1'}}}")]
    [InlineData("{'metadata':{'labels':{}}}", "{'metadata':{'labels':null}}", "{'metadata':{'labels':null}}")]
    [InlineData("{'spec':{'replicas':1}}", "{'spec':{'replicas':null}}", "{'spec':{'replicas':null}}")]
    [InlineData(
        "{'spec':{'template':{'spec':{'containers':[{'name':'a','ports':[{'containerPort':80,'protocol':'TCP'}]}]}}}}",
        "{'spec':{'template':{'spec':{'containers':[{'name':'a','ports':[{'containerPort':80,'name':'http'}]}]}}}}",
        "{'spec':{'template':{'spec':{'containers':[{'name':'a','ports':[{'containerPort':80,'protocol':'TCP','name':'http'}]}]}}}}")]
    public void An_applied_configuration_is_merged_into_the_object(string live, string applied, string expected) =>
        Samples.AssertSame(Samples.Json(expected), Merging.Merge(Samples.Json(live), Samples.Json(applied), Deployment));

    [Fact]
    public void Duplicates_in_the_object_give_way_to_an_applied_element() => Assert.Equal(
        "[{\"name\":\"b\"},{\"name\":\"a\",\"image\":\"3\"}]",
        Merging.Merge(
            Samples.Json("{'spec':{'containers':[{'name':'a','image':'1'},{'name':'b'},{'name':'a','image':'2'}]}}"),
            Samples.Json("{'spec':{'containers':[{'name':'b'},{'name':'a','image':'3'}]}}"),
            Pod)["spec", "containers"]!.ToString());

    [Theory]
    [InlineData("{'spec':{'replicas':1}}", "{'spec':{'replicas':2}}", "{}", "{'f:spec':{'f:replicas':{}}}", "{}")]
    [InlineData("{'spec':{}}", "{'spec':{'replicas':2}}", "{'f:spec':{'f:replicas':{}}}", "{}", "{}")]
    [InlineData("{}", "{'spec':{'replicas':2}}", "{'f:spec':{'.':{},'f:replicas':{}}}", "{}", "{}")]
    [InlineData("{'spec':{'replicas':2}}", "{}", "{}", "{}", "{'f:spec':{'.':{},'f:replicas':{}}}")]
    [InlineData("{'metadata':{'labels':{'a':'1'}}}", "{'metadata':{'labels':{'a':'1','b':'2'}}}", "{'f:metadata':{'f:labels':{'f:b':{}}}}", "{}", "{}")]
    [InlineData("{'metadata':{}}", "{'metadata':{'labels':{'b':'2'}}}", "{'f:metadata':{'f:labels':{'.':{},'f:b':{}}}}", "{}", "{}")]
    [InlineData("{'metadata':{'finalizers':['a','b']}}", "{'metadata':{'finalizers':['b','c']}}", "{'f:metadata':{'f:finalizers':{'v:\\'c\\'':{}}}}", "{}", "{'f:metadata':{'f:finalizers':{'v:\\'a\\'':{}}}}")]
    [InlineData("{'spec':{'selector':{'matchLabels':{'a':'1'}}}}", "{'spec':{'selector':{'matchLabels':{'a':'2'}}}}", "{}", "{'f:spec':{'f:selector':{}}}", "{}")]
    [InlineData("{'spec':{'template':{'spec':{'containers':null}}}}", "{'spec':{'template':{'spec':{'containers':[{'name':'a'}]}}}}", "{'f:spec':{'f:template':{'f:spec':{'f:containers':{'k:{\\'name\\':\\'a\\'}':{'.':{},'f:name':{}}}}}}}", "{}", "{}")]
    [InlineData("{'spec':{'strategy':{'rollingUpdate':{'maxSurge':1}}}}", "{'spec':{'strategy':{'rollingUpdate':{'maxSurge':'25%'}}}}", "{}", "{'f:spec':{'f:strategy':{'f:rollingUpdate':{'f:maxSurge':{}}}}}", "{}")]
    public void Two_objects_differ_in_what_is_added_modified_and_removed(string left, string right, string added, string modified, string removed)
    {
        var comparison = Comparison.Of(Samples.Json(left), Samples.Json(right), Deployment);
        Assert.Equal(FieldSetTests.Fields(added), comparison.Added);
        Assert.Equal(FieldSetTests.Fields(modified), comparison.Modified);
        Assert.Equal(FieldSetTests.Fields(removed), comparison.Removed);
    }

    [Theory]
    [InlineData("['a','a']", "['a','a']", "{}", "{}", "{}")]
    [InlineData("['a']", "['a','a']", "{'v:\\'a\\'':{}}", "{}", "{'v:\\'a\\'':{}}")]
    [InlineData("['a','a']", "['b']", "{'v:\\'b\\'':{}}", "{}", "{'v:\\'a\\'':{}}")]
    [InlineData("['a','a']", "['a','a','a']", "{}", "{'v:\\'a\\'':{}}", "{}")]
    public void Duplicates_are_compared_as_a_whole(string left, string right, string added, string modified, string removed)
    {
        var path = PathElement.Field("finalizers");
        var comparison = Comparison.Of(
            Samples.Json($"{{'metadata':{{'finalizers':{left}}}}}"), Samples.Json($"{{'metadata':{{'finalizers':{right}}}}}"), Pod);
        Assert.Equal(FieldSetTests.Fields(added), comparison.Added.Below("metadata").Below(path));
        Assert.Equal(FieldSetTests.Fields(modified), comparison.Modified.Below("metadata").Below(path));
        Assert.Equal(FieldSetTests.Fields(removed), comparison.Removed.Below("metadata").Below(path));
    }

    [Fact]
    public void Removing_takes_entries_elements_and_fields_out()
    {
        var value = Samples.Json(
            "{'metadata':{'labels':{'a':'1','b':'2'},'finalizers':['x','y']},'spec':{'nodeName':'n','containers':[{'name':'a','image':'1'},{'name':'b','image':'2'}]}}");
        var removed = Removal.Remove(
            value,
            FieldSetTests.Fields(
                "{'f:metadata':{'f:labels':{'f:a':{}},'f:finalizers':{'v:\\'x\\'':{}}},'f:spec':{'f:nodeName':{},'f:containers':{'k:{\\'name\\':\\'a\\'}':{},'k:{\\'name\\':\\'b\\'}':{'f:image':{}}}}}"),
            Pod);
        Samples.AssertSame(Samples.Json("{'metadata':{'labels':{'b':'2'},'finalizers':['y']},'spec':{'containers':[{'name':'b'}]}}"), removed);
    }

    [Fact]
    public void Extracting_leaves_nothing_else()
    {
        var value = Samples.Json(
            "{'metadata':{'labels':{'a':'1','b':'2'}},'spec':{'nodeName':'n','nodeSelector':{'x':'1'},'containers':[{'name':'a','image':'1'},{'name':'b','image':'2'}]}}");
        var extracted = Removal.Extract(
            value,
            FieldSetTests.Fields(
                "{'f:metadata':{'f:labels':{'f:a':{}}},'f:spec':{'f:nodeSelector':{},'f:containers':{'k:{\\'name\\':\\'b\\'}':{'.':{},'f:name':{},'f:image':{}}}}}"),
            Pod);
        Samples.AssertSame(
            Samples.Json("{'metadata':{'labels':{'a':'1'}},'spec':{'nodeSelector':{'x':'1'},'containers':[{'name':'b','image':'2'}]}}"), extracted);
    }

    [Fact]
    public void Comparing_tells_what_was_removed_and_merging_what_was_added()
    {
        foreach (var schema in new[] { Samples.Deployment, Samples.Service, Samples.ConfigMap })
        {
            var type = MergeType.Root(schema);
            for (var seed = 0; seed < 300; seed++)
            {
                var objects = new RandomObjects(seed);
                var (left, right) = (objects.Object(schema), objects.Object(schema));
                var merged = Merging.Merge(left, right, type);
                Assert.True(Comparison.Of(left, merged, type).Removed.IsEmpty, $"seed {seed}: merging removed something");
                Samples.AssertSame(merged, Merging.Merge(merged, right, type));
                Samples.AssertSame(left, Merging.Merge(left, left, type));

                var comparison = Comparison.Of(left, right, type);
                Assert.True(comparison.Added.Intersection(comparison.Removed).IsEmpty && comparison.Modified.Intersection(comparison.Changed).Equals(comparison.Modified));
                var reverse = Comparison.Of(right, left, type);
                Assert.Equal(comparison.Added, reverse.Removed);
                Assert.Equal(comparison.Modified, reverse.Modified);
            }
        }
    }

    [Theory]
    [InlineData("{'spec':{'repicas':1}}", ".spec.repicas: field not declared in schema")]
    [InlineData("{'spec':{'replicas':'1'}}", ".spec.replicas: expected numeric (int or float), got string")]
    [InlineData("{'spec':{'paused':'x'}}", ".spec.paused: expected boolean, got &{x}")]
    [InlineData("{'metadata':{'name':5}}", ".metadata.name: expected string, got &value.valueUnstructured{Value:5}")]
    [InlineData("{'metadata':{'labels':['a']}}", ".metadata.labels: expected map, got &{[a]}")]
    [InlineData("{'metadata':{'finalizers':'a'}}", ".metadata.finalizers: expected list, got &{a}")]
    [InlineData("{'metadata':{'finalizers':['a','a']}}", ".metadata.finalizers: duplicate entries for key [=\"a\"]")]
    [InlineData("{'metadata':{'finalizers':[{}]}}", ".metadata.finalizers: element 0: associative list without keys has an element that's a map type")]
    [InlineData("{'spec':{'template':{'spec':{'containers':[{}]}}}}", ".spec.template.spec.containers: element 0: associative list with keys has an element that omits key field \"name\" (and doesn't have default value)")]
    [InlineData("{'spec':{'template':{'spec':{'containers':[{'name':'a','x':1},{'name':'b','y':1}]}}}}", "errors:\n  .spec.template.spec.containers[name=\"a\"].x: field not declared in schema\n  .spec.template.spec.containers[name=\"b\"].y: field not declared in schema")]
    public void What_does_not_fit_the_schema_is_told_with_its_path(string value, string message) =>
        Assert.Equal(message, TypeErrors.Find(Samples.Json(value), Deployment, allowDuplicates: false));

    [Fact]
    public void Stored_objects_may_have_duplicates() =>
        Assert.Null(TypeErrors.Find(Samples.Json("{'metadata':{'finalizers':['a','a']}}"), Deployment, allowDuplicates: true));

    [Fact]
    public void A_set_is_fitted_to_a_schema_that_became_atomic() => Assert.Equal(
        FieldSetTests.Fields("{'f:spec':{'f:selector':{},'f:replicas':{},'f:gone':{}}}"),
        SchemaChanges.Adapt(
            FieldSetTests.Fields("{'f:spec':{'f:selector':{'f:matchLabels':{'f:a':{}}},'f:replicas':{},'f:gone':{}}}"), Deployment));

    [Fact]
    public void A_list_of_patches_merge_key_merges_where_the_schema_says_nothing_else()
    {
        var item = Samples.Object("Item", new SchemaProperty("id", Schema.String), new SchemaProperty("value", Schema.String));
        var type = MergeType.Root(Samples.Object(
            "Old",
            new SchemaProperty("items", Schema.ListOf(item)) { PatchStrategy = "merge", PatchMergeKey = "id" },
            new SchemaProperty("names", Schema.ListOf(Schema.String)) { PatchStrategy = "merge" }));
        Assert.Equal(
            FieldSetTests.Fields("{'f:items':{'k:{\\'id\\':\\'1\\'}':{'.':{},'f:id':{}}},'f:names':{'v:\\'a\\'':{}}}"),
            FieldSetOf.Value(Samples.Json("{'items':[{'id':'1'}],'names':['a']}"), type));
    }
}
