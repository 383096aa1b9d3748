using Keelson.Api.Validation;

namespace Keelson.Api.Tests.Validation;

public sealed class FieldPathTests
{
    [Fact]
    public void A_path_prints_as_upstream_prints_it()
    {
        Assert.Equal("spec.containers[0].name", FieldPath.Of("spec", "containers").Index(0).Child("name").ToString());
        Assert.Equal("metadata.labels[foo.bar/baz]", FieldPath.Of("metadata").Child("labels").Key("foo.bar/baz").ToString());
    }

    [Fact]
    public void A_cursor_is_where_its_open_scopes_are()
    {
        var place = new FieldCursor();
        using (place.In("spec"))
        {
            using (place.In("ports", 3))
            using (place.In("labels", "a/b"))
            {
                Assert.Equal("spec.ports[3].labels[a/b]", place.ToString());
                Assert.Equal("spec.ports[3].labels[a/b]", place.ToPath()!.ToString());
            }

            Assert.Equal("spec", place.ToString());
        }

        Assert.Equal("", place.ToString());
        Assert.Null(place.ToPath());
    }

    [Fact]
    public void A_kept_path_can_be_entered()
    {
        var errors = new FieldErrors();
        using (errors.In("spec"))
        using (errors.In(FieldPath.Of("a").Index(1).Key("k")))
        {
            errors.Required("b");
        }

        Assert.Equal("spec.a[1][k].b: Required value", errors[0].ToString());
    }

    [Fact]
    public void A_place_may_be_deeper_than_its_first_buffer()
    {
        var place = new FieldCursor();
        for (var i = 0; i < 1000; i++) place.At(i);
        Assert.Equal(1000, place.Depth);
        Assert.StartsWith("[0][1][2]", place.ToString(), StringComparison.Ordinal);
    }
}
