using Keelson.Node.Runtime;
using Keelson.Node.Runtime.Images;

namespace Keelson.Node.Tests.Runtime.Images;

public sealed class ImageNameTests
{
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("nginx", "docker.io/library/nginx:latest")]
    [InlineData("nginx:1.25", "docker.io/library/nginx:1.25")]
    [InlineData("user/image", "docker.io/user/image:latest")]
    [InlineData("docker.io/nginx", "docker.io/library/nginx:latest")]
    [InlineData("index.docker.io/library/nginx:1", "docker.io/library/nginx:1")]
    [InlineData("localhost/image", "localhost/image:latest")]
    [InlineData("localhost:5000/image:2", "localhost:5000/image:2")]
    [InlineData("registry.k8s.io/pause:3.10", "registry.k8s.io/pause:3.10")]
    [InlineData("example.test:443/a/b_c/d-e.f:V1.0_x-y", "example.test:443/a/b_c/d-e.f:V1.0_x-y")]
    [InlineData("nginx@" + Digest, "docker.io/library/nginx@" + Digest)]
    [InlineData("example.test/a:1@" + Digest, "example.test/a:1@" + Digest)]
    public void Names_are_written_out_as_everybody_does(string text, string whole)
    {
        Assert.Equal(whole, ImageName.Parse(text).ToString());
        Assert.Equal(whole, ImageName.Parse(whole).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("NGINX")]
    [InlineData("nginx:")]
    [InlineData("nginx:-1")]
    [InlineData("nginx@sha256:12")]
    [InlineData("a//b")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("../etc/passwd")]
    [InlineData("nginx:1\n")]
    [InlineData("nginx latest")]
    [InlineData("http://example.test/a")]
    public void What_is_no_name_is_refused(string text)
    {
        Assert.Null(ImageName.TryParse(text));
        Assert.Equal(RuntimeError.InvalidRequest, Assert.Throws<RuntimeException>(() => ImageName.Parse(text)).Error);
    }

    [Fact]
    public void No_text_makes_it_stumble_and_what_it_reads_it_reads_again()
    {
        var random = new Random(7);
        const string Letters = "abz09AZ._-/:@\n ";
        for (var round = 0; round < 20_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(0, 24)).Select(_ => Letters[random.Next(Letters.Length)]));
            if (ImageName.TryParse(text) is { } name) Assert.Equal(name.ToString(), ImageName.Parse(name.ToString()).ToString());
        }

        Assert.Null(ImageName.TryParse(new string('a', 300)));
    }
}
