using Keelson.Server.Nodes;

namespace Keelson.Server.Tests.Nodes;

public sealed class ProxyTests
{
    [Theory]
    [InlineData("web", " web ")]
    [InlineData("web:80", " web 80")]
    [InlineData("https:web:", "https web ")]
    [InlineData(":web:http", " web http")]
    [InlineData("ftp:web:21", null)]
    [InlineData("a:b:c:d", null)]
    [InlineData(":80", null)]
    [InlineData("", null)]
    public void A_name_may_say_scheme_and_port(string text, string? expected) =>
        Assert.Equal(expected, ProxyName.Parse(text) is { } name ? $"{name.Scheme} {name.Name} {name.Port}" : null);

    [Theory]
    [InlineData("/api/v1/nodes/n/proxy", 5, "/api/v1/nodes/n/proxy", "")]
    [InlineData("/api/v1/nodes/n/proxy/", 5, "/api/v1/nodes/n/proxy", "/")]
    [InlineData("/api/v1/namespaces/d/pods/http:p:80/proxy/a b/ü/", 7, "/api/v1/namespaces/d/pods/http:p:80/proxy", "/a%20b/%C3%BC/")]
    [InlineData("//api/v1/nodes/n/proxy//x?y", 5, "//api/v1/nodes/n/proxy", "//x%3Fy")]
    [InlineData("/api/v1/nodes/n/proxy/a%2Fb", 5, "/api/v1/nodes/n/proxy", "/a%2Fb")]
    public void A_path_is_divided_behind_the_word_proxy(string path, int parts, string prefix, string rest) => Assert.Equal((prefix, rest), ProxyPath.Split(path, parts));

    [Theory]
    [InlineData("/login?a=b", "/p/login?a=b")]
    [InlineData("http://10.0.0.1:8080/login", "/p/login")]
    [InlineData("http://10.0.0.1:8081/login", "http://10.0.0.1:8081/login")]
    [InlineData("https://elsewhere.example/", "https://elsewhere.example/")]
    [InlineData("//elsewhere.example/", "//elsewhere.example/")]
    [InlineData("next", "next")]
    public void A_redirect_within_the_backend_stays_on_the_proxy(string location, string expected) =>
        Assert.Equal(expected, Redirection.Through(new Uri(location, UriKind.RelativeOrAbsolute), new Uri("http://10.0.0.1:8080/start"), "/p"));
}
