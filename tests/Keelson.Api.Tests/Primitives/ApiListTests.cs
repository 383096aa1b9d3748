namespace Keelson.Api.Tests.Primitives;

public sealed class ApiListTests
{
    [Fact]
    public void The_default_is_nil_and_behaves_as_empty()
    {
        ApiList<string> list = default;
        Assert.True(list.IsNil);
        Assert.True(list.IsEmpty);
        Assert.True(list.Count == 0);
        Assert.Empty(list);
        foreach (var item in list) Assert.Fail(item);
        Assert.True(list.AsSpan().IsEmpty);
        Assert.False(list.Contains("a"));
        Assert.Throws<ArgumentOutOfRangeException>(() => list[0]);
        Assert.Equal(["a"], list.Add("a"));
        Assert.True(list.RemoveAll(_ => true).IsNil);
    }

    [Fact]
    public void Nil_is_told_from_empty_but_equals_it()
    {
        ApiList<string> empty = [];
        Assert.False(empty.IsNil);
        Assert.False(ApiList<string>.Empty.IsNil);
        Assert.True(empty == default);
        Assert.Equal(empty.GetHashCode(), default(ApiList<string>).GetHashCode());
        ApiList<string> fromNull = (string[]?)null;
        Assert.True(fromNull.IsNil);
        Assert.True(ApiList.Wrap<string>(null).IsNil);
    }

    [Fact]
    public void An_array_is_copied_unless_it_is_given_away()
    {
        var array = new[] { 1, 2 };
        ApiList<int> copy = array;
        var wrapped = ApiList.Wrap(array);
        array[0] = 9;
        Assert.Equal([1, 2], copy);
        Assert.Equal([9, 2], wrapped);
    }

    [Fact]
    public void Changes_make_another_list()
    {
        ApiList<int> list = [1, 2, 3];
        Assert.Equal([1, 9, 3], list.With(1, 9));
        Assert.Equal([1, 2, 3, 4], list.Add(4));
        Assert.Equal([1, 3], list.RemoveAt(1));
        Assert.Equal([2], list.RemoveAll(item => item != 2));
        Assert.Equal([1, 2, 3, 1, 2, 3], list.AddRange(list));
        Assert.Equal([2, 4, 6], list.Select(item => item * 2).ToApiList());
        Assert.Equal([1, 2, 3], list);
        Assert.Throws<ArgumentOutOfRangeException>(() => list.With(3, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => list.RemoveAt(-1));
    }

    [Fact]
    public void Lists_are_equal_element_by_element()
    {
        ApiList<ApiList<string>> left = [["a"], [], default];
        ApiList<ApiList<string>> right = [["a"], default, []];
        Assert.True(left == right);
        Assert.Equal(left.GetHashCode(), right.GetHashCode());
        Assert.True(left != right.With(0, ["b"]));
        Assert.False(left.Equals(right.Add([])));
    }

    [Fact]
    public void A_builder_grows_and_starts_again()
    {
        var builder = new ApiListBuilder<int>();
        for (var i = 0; i < 100; i++) builder.Add(i);
        Assert.Equal(Enumerable.Range(0, 100), builder.ToList());
        Assert.Equal(0, builder.Count);
        var second = builder.ToList();
        Assert.False(second.IsNil);
        Assert.Empty(second);
    }
}
