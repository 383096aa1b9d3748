using System.Text;

namespace Keelson.Server.Tests.BadInput;

[Collection(MeasuringCollection.Name)]
public sealed class AliasTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";

    [Fact]
    public async Task Aliases_that_would_multiply_are_refused_before_they_do()
    {
        await using var server = await TestServer.StartAsync();
        var bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (var i = 1; i < 12; i++) bomb.Append(System.Globalization.CultureInfo.InvariantCulture, $"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        var before = GC.GetTotalAllocatedBytes();
        var refused = await server.SendAsync("POST", Maps, bomb + "metadata: {name: a}\n", "application/yaml");
        Assert.Equal(400, refused.Code);
        var self = await server.SendAsync("POST", Maps, "metadata: {name: a}\ndata: &d {a: *d}\n", "application/yaml");
        Assert.Equal(400, self.Code);
        Assert.True(GC.GetTotalAllocatedBytes() - before < 500_000_000);
    }
}
