using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Keelson.Server.Tests.Tokens;

public sealed class ServiceAccountTokenTests
{
    private const string Accounts = "/api/v1/namespaces/default/serviceaccounts";
    private const string Reviews = "/apis/authentication.k8s.io/v1/tokenreviews";

    [Fact]
    public async Task A_token_says_whose_it_is_until_it_runs_out_or_its_account_is_gone()
    {
        await using var server = await TestServer.StartAsync();
        await server.PostAsync(Accounts, """{"metadata":{"name":"a"}}""");
        var token = await IssueAsync(server, "{}");
        var review = await ReviewAsync(server, token);
        Assert.Contains("\"authenticated\":true", review.Text, StringComparison.Ordinal);
        Assert.Equal("system:serviceaccount:default:a", review.Json["status", "user", "username"]!.AsText());
        Assert.Contains("system:serviceaccounts:default", review.Text, StringComparison.Ordinal);
        await AssertRefusedAsync(server, token[..^4] + "AAAA");
        await AssertRefusedAsync(server, token, "\"audiences\":[\"other\"]");

        server.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Contains("\"authenticated\":true", (await ReviewAsync(server, token)).Text, StringComparison.Ordinal);
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        await AssertRefusedAsync(server, token);

        var next = await IssueAsync(server, "{}");
        await server.DeleteAsync(Accounts + "/a");
        await server.PostAsync(Accounts, """{"metadata":{"name":"a"}}""");
        await AssertRefusedAsync(server, next);
    }

    [Fact]
    public async Task A_token_that_is_bound_to_a_pod_ends_with_it()
    {
        await using var server = await TestServer.StartAsync();
        await server.PostAsync(Accounts, """{"metadata":{"name":"a"}}""");
        await server.PostAsync("/api/v1/namespaces/default/pods", """{"metadata":{"name":"p"},"spec":{"serviceAccountName":"a","containers":[{"name":"c","image":"i"}]}}""");
        var token = await IssueAsync(server, """{"audiences":["vault"],"boundObjectRef":{"kind":"Pod","apiVersion":"v1","name":"p"} }""");
        await AssertRefusedAsync(server, token);
        var review = await ReviewAsync(server, token, "\"audiences\":[\"vault\"]");
        Assert.Equal("[\"p\"]", review.Json["status", "user", "extra", "authentication.kubernetes.io/pod-name"]!.ToString());
        await server.DeleteAsync("/api/v1/namespaces/default/pods/p");
        await AssertRefusedAsync(server, token, "\"audiences\":[\"vault\"]");
    }

    [Fact]
    public async Task A_request_for_what_may_not_be_is_refused()
    {
        await using var server = await TestServer.StartAsync();
        await server.PostAsync(Accounts, """{"metadata":{"name":"a"}}""");
        Assert.Equal(422, (await server.PostAsync(Accounts + "/a/token", """{"spec":{"expirationSeconds":599}}""")).Code);
        Assert.Equal(404, (await server.PostAsync(Accounts + "/b/token", "{\"spec\":{}}")).Code);
        Assert.Equal(400, (await server.PostAsync(Accounts + "/a/token", """{"spec":{"boundObjectRef":{"kind":"ConfigMap","apiVersion":"v1","name":"p"}}}""")).Code);
        Assert.Equal(404, (await server.PostAsync(Accounts + "/a/token", """{"spec":{"boundObjectRef":{"kind":"Pod","apiVersion":"v1","name":"p"}}}""")).Code);
    }

    [Fact]
    public async Task Others_verify_a_token_with_the_published_key()
    {
        await using var server = await TestServer.StartAsync();
        await server.PostAsync(Accounts, """{"metadata":{"name":"a"}}""");
        var parts = (await IssueAsync(server, "{}")).Split('.');
        var key = ((Api.Values.ListValue)(await server.GetAsync("/openid/v1/jwks")).Json["keys"]!)[0];
        Assert.Contains(key["kid"]!.AsText()!, Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[0])), StringComparison.Ordinal);
        using var verifier = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Base64Url.DecodeFromChars(key["x"]!.AsText()), Y = Base64Url.DecodeFromChars(key["y"]!.AsText()) },
        });
        Assert.True(verifier.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256));
        Assert.Equal("https://kubernetes.default.svc.cluster.local", (await server.GetAsync("/.well-known/openid-configuration")).Json["issuer"]!.AsText());
    }

    private static async Task<string> IssueAsync(TestServer server, string spec)
    {
        var issued = await server.PostAsync(Accounts + "/a/token", $$"""{"spec":{{spec}} }""");
        Assert.True(issued.Code == 201, issued.Text);
        return issued.Json["status", "token"]!.AsText()!;
    }

    private static Task<Answer> ReviewAsync(TestServer server, string token, string more = "\"audiences\":[]") =>
        server.PostAsync(Reviews, $$"""{"spec":{"token":"{{token}}",{{more}} } }""");

    private static async Task AssertRefusedAsync(TestServer server, string token, string more = "\"audiences\":[]")
    {
        var review = await ReviewAsync(server, token, more);
        Assert.Equal(201, review.Code);
        Assert.DoesNotContain("\"authenticated\":true", review.Text, StringComparison.Ordinal);
    }
}
