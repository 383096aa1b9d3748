using Keelson.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Keelson.Server.Tests.Http;

public sealed class RequestInfoTests
{
    [Theory]
    [InlineData("GET", "/api/v1/namespaces/default/pods/p", "get  v1 default pods p ")]
    [InlineData("GET", "/api/v1/namespaces/default/pods", "list  v1 default pods  ")]
    [InlineData("GET", "/api/v1/pods?watch=true", "watch  v1  pods  ")]
    [InlineData("GET", "/api/v1/pods?watch=false", "list  v1  pods  ")]
    [InlineData("GET", "/api/v1/watch/namespaces/default/pods/p", "watch  v1 default pods p ")]
    [InlineData("POST", "/api/v1/namespaces", "create  v1  namespaces  ")]
    [InlineData("GET", "/api/v1/namespaces/n", "get  v1 n namespaces n ")]
    [InlineData("PUT", "/api/v1/namespaces/n/finalize", "update  v1 n namespaces n finalize")]
    [InlineData("PUT", "/apis/apps/v1/namespaces/n/deployments/d/status", "update apps v1 n deployments d status")]
    [InlineData("DELETE", "/apis/apps/v1/namespaces/n/deployments", "deletecollection apps v1 n deployments  ")]
    [InlineData("DELETE", "/api/v1/nodes/x", "delete  v1  nodes x ")]
    [InlineData("PATCH", "/api/v1/nodes/x", "patch  v1  nodes x ")]
    public void A_path_says_what_is_asked_for(string method, string address, string expected)
    {
        var info = Parse(method, address);
        Assert.True(info.IsResource);
        Assert.Equal(expected, $"{info.Verb} {info.Group} {info.Version} {info.Namespace} {info.Resource} {info.Name} {info.Subresource}");
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api")]
    [InlineData("/api/v1")]
    [InlineData("/apis/apps/v1")]
    [InlineData("/healthz")]
    [InlineData("/openapi/v3/apis/apps/v1")]
    public void Other_paths_name_no_resource(string path)
    {
        var info = Parse("GET", path);
        Assert.False(info.IsResource);
        Assert.Equal("get", info.Verb);
    }

    private static RequestInfo Parse(string method, string address)
    {
        var parts = address.Split('?');
        var query = parts.Length > 1 ? QueryHelpers.ParseQuery(parts[1]) : [];
        return RequestInfo.Of(method, parts[0], new QueryCollection(query));
    }
}
