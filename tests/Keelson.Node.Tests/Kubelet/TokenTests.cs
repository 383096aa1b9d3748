using System.Buffers.Text;
using System.Text;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client.Resources;
using Keelson.Node.Kubelet.Volumes;

namespace Keelson.Node.Tests.Kubelet;

public sealed class TokenTests
{
    private static readonly DateTimeOffset Issued = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, 600, true)]
    [InlineData(479, 600, true)]
    [InlineData(481, 600, false)]
    [InlineData(86_300, 1_000_000, true)]
    [InlineData(86_401, 1_000_000, false)]
    public void A_token_is_fresh_for_four_fifths_of_its_time_and_a_day_at_most(int age, int lifetime, bool isFresh)
    {
        var claims = $$"""{"iat":{{Issued.ToUnixTimeSeconds()}},"exp":{{Issued.ToUnixTimeSeconds() + lifetime}} }""";
        var token = $"e30.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.c2ln";
        Assert.Equal(isFresh, TokenTimes.IsFresh(Encoding.ASCII.GetBytes(token), Issued.AddSeconds(age)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b.c")]
    [InlineData("e30.e30.e30")]
    [InlineData("e30.!!!.e30")]
    public void What_is_no_token_is_never_fresh(string text) => Assert.False(TokenTimes.IsFresh(Encoding.ASCII.GetBytes(text), Issued));

    [Fact]
    public async Task A_token_is_renewed_before_it_expires_although_other_files_change()
    {
        var root = Directory.CreateTempSubdirectory("keelson-token-").FullName;
        try
        {
            await using var world = await KubeletWorld.StartAsync(root: root);
            await world.Client.Resource<ConfigMap>().In("default").CreateAsync(new ConfigMap { Metadata = new ObjectMeta { Name = "m" }, Data = new Dictionary<string, string> { ["k"] = "1" } });
            if (await world.Client.Resource<ServiceAccount>().In("default").FindAsync("default") is null)
            {
                await world.Client.Resource<ServiceAccount>().In("default").CreateAsync(new ServiceAccount { Metadata = new ObjectMeta { Name = "default" } });
            }

            await world.CreateAsync("token", """
                "serviceAccountName":"default","volumes":[{"name":"p","projected":{"sources":[{"serviceAccountToken":{"path":"token","expirationSeconds":600}},{"configMap":{"name":"m"}}]}}],
                "containers":[{"name":"c","image":"x","volumeMounts":[{"name":"p","mountPath":"/p"}]}]
                """);
            var pod = await world.UntilAsync("token", pod => pod.IsReady());
            var folder = Path.Combine(root, "pods", pod.Metadata.Uid, "volumes", "kubernetes.io~projected", "p");
            var first = await File.ReadAllTextAsync(Path.Combine(folder, "token"));
            var begin = world.Clock.GetUtcNow();
            // Changes in between rewrite the volume with the token that it has.
            for (var change = 2; change < 6; change++)
            {
                var value = $"{change}";
                await world.Client.Resource<ConfigMap>().In("default").PatchAsync("m", PatchBody.Merge(Encoding.UTF8.GetBytes($$"""{"data":{"k":"{{value}}"} }""")));
                await world.UntilAsync(() => Task.FromResult(File.ReadAllText(Path.Combine(folder, "k")) == value));
            }

            await world.UntilAsync(() => Task.FromResult(File.ReadAllText(Path.Combine(folder, "token")) != first));
            Assert.InRange((world.Clock.GetUtcNow() - begin).TotalSeconds, 240, 599);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }
}
