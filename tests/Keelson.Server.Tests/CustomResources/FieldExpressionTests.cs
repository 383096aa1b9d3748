using Keelson.Api.Values;
using Keelson.Server.CustomResources;

namespace Keelson.Server.Tests.CustomResources;

public sealed class FieldExpressionTests
{
    private static readonly Value Sample = ValueReader.Read("""{"a":{"b.c":1,"list":[{"n":"x","v":1},{"n":"y","v":2}]},"t":true}""");

    [Theory]
    [InlineData(".t", "true")]
    [InlineData(".a.b\\.c", "1")]
    [InlineData(".a['b.c']", "1")]
    [InlineData(".a.list[1].n", "\"y\"")]
    [InlineData(".a.list[-1].n", "\"y\"")]
    [InlineData(".a.list[*].v", "1")]
    [InlineData(".a.list[?(@.n==\"y\")].v", "2")]
    [InlineData(".a.list[?(@.v>1)].n", "\"y\"")]
    [InlineData(".a.list[?(@.none)].n", null)]
    [InlineData(".none.of.it", null)]
    [InlineData(".a.list[-1:].n", "\"y\"")]
    [InlineData(".a.list[0:1].v", "1")]
    [InlineData(".a.list[5:].v", null)]
    [InlineData(".a.list[1,0].v", "2")]
    [InlineData(".a['none','b.c']", "1")]
    [InlineData("..n", "\"x\"")]
    [InlineData(".a..v", "1")]
    public void A_path_leads_to_the_first_value_that_it_fits(string path, string? found) =>
        Assert.Equal(found, FieldExpression.Parse(path)!.First(Sample)?.ToString());

    [Theory]
    [InlineData("a")]
    [InlineData(".")]
    [InlineData(".a[")]
    [InlineData(".a[x]")]
    [InlineData(".a[?(@.b==)]")]
    [InlineData("..")]
    [InlineData(".a[0:1:0]")]
    [InlineData(".a[0,x]")]
    [InlineData(".a[1:2:3:4]")]
    public void What_is_no_path_is_told(string path) => Assert.Null(FieldExpression.Parse(path));
}
