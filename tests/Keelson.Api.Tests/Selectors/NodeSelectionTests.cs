using System.Globalization;
using Keelson.Api.Core.V1;
using Keelson.Api.Selectors;

namespace Keelson.Api.Tests.Selectors;

public sealed class NodeSelectionTests
{
    [Theory]
    [InlineData(NodeSelectorOperator.In, "5,6", true)]
    [InlineData(NodeSelectorOperator.In, "6", false)]
    [InlineData(NodeSelectorOperator.NotIn, "6", true)]
    [InlineData(NodeSelectorOperator.NotIn, "5", false)]
    [InlineData(NodeSelectorOperator.Exists, "", true)]
    [InlineData(NodeSelectorOperator.DoesNotExist, "", false)]
    [InlineData(NodeSelectorOperator.Gt, "4", true)]
    [InlineData(NodeSelectorOperator.Gt, "5", false)]
    [InlineData(NodeSelectorOperator.Gt, "4,3", false)]
    [InlineData(NodeSelectorOperator.Gt, "four", false)]
    [InlineData(NodeSelectorOperator.Lt, "10", true)]
    [InlineData(NodeSelectorOperator.Lt, "5", false)]
    [InlineData(NodeSelectorOperator.Lt, "ten", false)]
    [InlineData("Like", "5", false)]
    public void A_label_with_the_value_five_meets_what_is_asked_of_it(string wanted, string values, bool meets) =>
        Assert.Equal(meets, Accepts(Term(("size", wanted, values)), "one", ("size", "5")));

    [Theory]
    [InlineData(NodeSelectorOperator.In, false)]
    [InlineData(NodeSelectorOperator.NotIn, true)]
    [InlineData(NodeSelectorOperator.Exists, false)]
    [InlineData(NodeSelectorOperator.DoesNotExist, true)]
    [InlineData(NodeSelectorOperator.Gt, false)]
    [InlineData(NodeSelectorOperator.Lt, false)]
    public void A_label_that_is_not_there_is_neither_in_nor_greater_nor_less(string wanted, bool meets) =>
        Assert.Equal(meets, Accepts(Term(("size", wanted, "5")), "one"));

    [Fact]
    public void What_is_no_number_is_neither_greater_nor_less()
    {
        Assert.False(Accepts(Term(("size", NodeSelectorOperator.Gt, "1")), "one", ("size", "large")));
        Assert.False(Accepts(Term(("size", NodeSelectorOperator.Lt, "1")), "one", ("size", "large")));
    }

    [Fact]
    public void Numbers_compare_as_numbers_do()
    {
        var random = new Random(2711);
        for (var i = 0; i < 2000; i++)
        {
            var (left, right) = (Number(random), Number(random));
            var label = ("size", left.ToString(CultureInfo.InvariantCulture));
            var bound = right.ToString(CultureInfo.InvariantCulture);
            Assert.Equal(left > right, Accepts(Term(("size", NodeSelectorOperator.Gt, bound)), "one", label));
            Assert.Equal(left < right, Accepts(Term(("size", NodeSelectorOperator.Lt, bound)), "one", label));
        }
    }

    [Fact]
    public void A_term_without_conditions_and_a_selector_without_terms_accept_nothing()
    {
        Assert.False(Accepts(NodeSelectorTerm.Empty, "one"));
        Assert.False(NodeSelection.Accepts(NodeSelector.Empty, "one", default));
    }

    [Fact]
    public void A_term_may_ask_for_the_name_and_for_no_other_field()
    {
        Assert.True(Accepts(OfField("metadata.name", "one"), "one"));
        Assert.False(Accepts(OfField("metadata.name", "two"), "one"));
        Assert.False(Accepts(OfField("metadata.uid", "one"), "one"));
    }

    [Fact]
    public void A_pod_needs_all_labels_of_its_selector_and_one_of_its_terms()
    {
        var terms = new NodeSelector { NodeSelectorTerms = [Term(("zone", NodeSelectorOperator.In, "a")), Term(("zone", NodeSelectorOperator.In, "b"))] };
        var affinity = new Affinity { NodeAffinity = new NodeAffinity { RequiredDuringSchedulingIgnoredDuringExecution = terms } };
        var pod = new PodSpec { NodeSelector = Labels(("disk", "ssd")), Affinity = affinity };
        Assert.True(NodeSelection.IsSelected(pod, NodeWith(("disk", "ssd"), ("zone", "b"))));
        Assert.False(NodeSelection.IsSelected(pod, NodeWith(("disk", "ssd"), ("zone", "c"))));
        Assert.False(NodeSelection.IsSelected(pod, NodeWith(("disk", "hdd"), ("zone", "b"))));
        Assert.False(NodeSelection.IsSelected(pod, NodeWith(("zone", "b"))));
    }

    // Small numbers meet often; large ones show that nothing is cut off.
    private static long Number(Random random) => random.Next(2) == 0 ? random.NextInt64(-3, 4) : random.NextInt64(long.MinValue, long.MaxValue);

    private static bool Accepts(NodeSelectorTerm term, string name, params (string, string)[] labels) => NodeSelection.Accepts(term, name, Labels(labels));

    private static NodeSelectorTerm Term((string Key, string Operator, string Values) wanted) => new()
    {
        MatchExpressions = [new NodeSelectorRequirement { Key = wanted.Key, Operator = wanted.Operator, Values = [.. wanted.Values.Split(',', StringSplitOptions.RemoveEmptyEntries)] }],
    };

    private static NodeSelectorTerm OfField(string field, string value) =>
        new() { MatchFields = [new NodeSelectorRequirement { Key = field, Operator = NodeSelectorOperator.In, Values = [value] }] };

    private static Node NodeWith(params (string, string)[] labels) => new() { Metadata = new() { Name = "one", Labels = Labels(labels) } };

    private static ApiMap<string> Labels(params (string Key, string Value)[] labels)
    {
        var map = ApiMap<string>.Empty;
        foreach (var (key, value) in labels) map = map.With(key, value);
        return map;
    }
}
