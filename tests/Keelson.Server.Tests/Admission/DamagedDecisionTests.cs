using System.Text;
using Keelson.Api.Authentication.V1;
using Keelson.Storage;

namespace Keelson.Server.Tests.Admission;

/// <summary>What says which writes are allowed, and can't be read, allows none of those that it may be about.</summary>
public sealed class DamagedDecisionTests
{
    private const string Group = "/apis/admissionregistration.k8s.io/v1/";
    private const string Option = "?ignoreStoreReadErrorWithClusterBreakingPotential=true";
    private const string Maps = "/api/v1/namespaces/default/configmaps";

    private const string Policy = """
        {"metadata":{"name":"p"},"spec":{"matchConstraints":{"resourceRules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["CREATE"],"resources":["configmaps"]}]},
         "validations":[{"expression":"true"}]}}
        """;

    [Theory]
    [InlineData("validatingwebhookconfigurations", "garbage")]
    [InlineData("mutatingwebhookconfigurations", "garbage")]
    [InlineData("validatingwebhookconfigurations", "{\"apiVersion\":\"admissionregistration.k8s.io/v1\",\"kind\":\"ValidatingWebhookConfiguration\",\"metadata\":{\"name\":\"broken\"},\"webhooks\":7}")]
    public async Task A_damaged_webhook_configuration_refuses_writes_until_it_is_removed(string plural, string value)
    {
        await using var server = await TestServer.StartAsync();
        await using var client = new Somebody(server);
        Assert.Equal(201, (await client.SendAsync("POST", Maps, """{"metadata":{"name":"before"}}""")).Code);
        await DamageAsync(server, plural, "broken", value);
        var refused = await client.SendAsync("POST", Maps, """{"metadata":{"name":"a"}}""");
        Assert.Equal((500, "InternalError"), (refused.Code, refused.Reason));
        Assert.StartsWith($"Internal error occurred: {plural}.admissionregistration.k8s.io \"broken\" can't be read, so that it is not known whether it allows this request; ", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"/registry/admissionregistration.k8s.io/{plural}/broken", refused.Message, StringComparison.Ordinal);
        Assert.Equal("broken", refused.Json["details", "name"]!.AsText());
        Assert.Equal(500, (await client.SendAsync("DELETE", Maps + "/before")).Code);
        Assert.Equal(200, (await client.SendAsync("GET", Maps + "/before")).Code);

        // Other configurations can be written, and the damaged one removed.
        Assert.Equal(201, (await client.SendAsync("POST", Group + plural, """{"metadata":{"name":"other"}}""")).Code);
        Assert.Equal(200, (await client.SendAsync("DELETE", $"{Group}{plural}/broken{Option}")).Code);
        Assert.Equal(201, (await client.SendAsync("POST", Maps, """{"metadata":{"name":"a"}}""")).Code);
    }

    [Fact]
    public async Task A_server_starts_beside_a_damaged_configuration_so_that_it_can_be_repaired()
    {
        await using var server = await TestServer.StartAsync();
        await DamageAsync(server, "validatingwebhookconfigurations", "broken", "garbage");
        await using var other = await server.StartAnotherAsync();
        await using var client = new Somebody(other);
        Assert.Equal(500, (await client.SendAsync("POST", Maps, """{"metadata":{"name":"a"}}""")).Code);
        Assert.Equal(200, (await client.SendAsync("DELETE", $"{Group}validatingwebhookconfigurations/broken{Option}")).Code);
        Assert.Equal(201, (await client.SendAsync("POST", Maps, """{"metadata":{"name":"a"}}""")).Code);
    }

    [Fact]
    public async Task A_damaged_binding_refuses_what_a_policy_is_about_and_nothing_else()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = new Somebody(server);
        await DamageAsync(server, "validatingadmissionpolicybindings", "broken", "garbage");
        Assert.Equal(201, (await client.SendAsync("POST", Maps, """{"metadata":{"name":"a"}}""")).Code);
        Assert.Equal(201, (await client.SendAsync("POST", Group + "validatingadmissionpolicies", Policy)).Code);
        Assert.Equal(500, (await client.SendAsync("POST", Maps, """{"metadata":{"name":"b"}}""")).Code);
        Assert.Equal(200, (await client.SendAsync("DELETE", Maps + "/a")).Code);
        Assert.Equal(201, (await client.SendAsync("POST", "/api/v1/namespaces/default/secrets", """{"metadata":{"name":"s"}}""")).Code);
        Assert.Equal(200, (await client.SendAsync("DELETE", $"{Group}validatingadmissionpolicybindings/broken{Option}")).Code);
        Assert.Equal(201, (await client.SendAsync("POST", Maps, """{"metadata":{"name":"b"}}""")).Code);
    }

    [Theory]
    [InlineData("validating", ",\"validationActions\":[\"Deny\"]")]
    [InlineData("mutating", "")]
    public async Task A_damaged_policy_refuses_what_its_bindings_are_about(string type, string actions)
    {
        await using var server = await TestServer.StartAsync();
        await using var client = new Somebody(server);
        await DamageAsync(server, $"{type}admissionpolicies", "broken", "garbage");
        Assert.Equal(201, (await client.SendAsync("POST", Maps, """{"metadata":{"name":"a"}}""")).Code);
        var bound = await client.SendAsync("POST", $"{Group}{type}admissionpolicybindings", $$$"""
            {"metadata":{"name":"b"},"spec":{"policyName":"broken"{{{actions}}},"matchResources":{"resourceRules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["*"],"resources":["configmaps"]}]} } }
            """);
        Assert.True(bound.Code == 201, bound.Text);
        var refused = await client.SendAsync("POST", Maps, """{"metadata":{"name":"b"}}""");
        Assert.Equal(500, refused.Code);
        Assert.Contains($"{type}admissionpolicies.admissionregistration.k8s.io \"broken\" can't be read", refused.Message, StringComparison.Ordinal);
        Assert.Equal(201, (await client.SendAsync("POST", "/api/v1/namespaces/default/secrets", """{"metadata":{"name":"s"}}""")).Code);
        Assert.Equal(200, (await client.SendAsync("DELETE", $"{Group}{type}admissionpolicybindings/b")).Code);
        Assert.Equal(201, (await client.SendAsync("POST", Maps, """{"metadata":{"name":"b"}}""")).Code);
    }

    [Theory]
    [InlineData("resourcequotas", "configmaps", """{"metadata":{"name":"b"}}""")]
    [InlineData("limitranges", "pods", """{"metadata":{"name":"b"},"spec":{"containers":[{"name":"a","image":"i"}]}}""")]
    public async Task A_damaged_limit_holds_for_its_namespace(string plural, string limited, string body)
    {
        await using var server = await TestServer.StartAsync();
        await using var client = new Somebody(server);
        await WriteAsync(server, $"/registry/core/{plural}/default/broken", "garbage");
        var refused = await client.SendAsync("POST", $"/api/v1/namespaces/default/{limited}", body);
        Assert.Equal(500, refused.Code);
        Assert.Contains($"{plural} \"broken\" can't be read", refused.Message, StringComparison.Ordinal);
        Assert.Equal(201, (await client.SendAsync("POST", $"/api/v1/namespaces/kube-public/{limited}", body)).Code);
        Assert.Equal(200, (await client.SendAsync("DELETE", $"/api/v1/namespaces/default/{plural}/broken{Option}")).Code);
        Assert.Equal(201, (await client.SendAsync("POST", $"/api/v1/namespaces/default/{limited}", body)).Code);
    }

    [Fact]
    public async Task Parameters_that_cannot_be_read_deny_the_write()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = new Somebody(server);
        await client.SendAsync("POST", Group + "validatingadmissionpolicies", Policy.Replace("\"matchConstraints\"", "\"paramKind\":{\"apiVersion\":\"v1\",\"kind\":\"Secret\"},\"matchConstraints\"", StringComparison.Ordinal));
        var bound = await client.SendAsync("POST", Group + "validatingadmissionpolicybindings", """
            {"metadata":{"name":"b"},"spec":{"policyName":"p","validationActions":["Deny"],"paramRef":{"selector":{"matchLabels":{"a":"b"}},"parameterNotFoundAction":"Allow"}}}
            """);
        Assert.True(bound.Code == 201, bound.Text);
        Assert.Equal(201, (await client.SendAsync("POST", Maps, """{"metadata":{"name":"a"}}""")).Code);
        await WriteAsync(server, "/registry/core/secrets/default/x", "garbage");
        var refused = await client.SendAsync("POST", Maps, """{"metadata":{"name":"b"}}""");
        Assert.Equal(422, refused.Code);
        Assert.Contains("failed to configure binding: params can't be read: ", refused.Message, StringComparison.Ordinal);
    }

    private static Task DamageAsync(TestServer server, string plural, string name, string value) => WriteAsync(server, $"/registry/admissionregistration.k8s.io/{plural}/{name}", value);

    private static async Task WriteAsync(TestServer server, string key, string value)
    {
        // A value that is JSON stands behind the head that the server gives its own.
        byte[] head = value.StartsWith('{') ? [1, 0, 0, 0, (byte)value.Length] : [];
        if (value.Length > 0x7f && head.Length > 0) head = [1, 0, 0, (byte)(value.Length >> 8), (byte)value.Length];
        var written = await server.Store.CommitAsync(new Transaction([], [new Operation.Put(Encoding.UTF8.GetBytes(key), (byte[])[.. head, .. Encoding.Latin1.GetBytes(value)])], []));
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await server.GetAsync($"/api/v1/nodes?resourceVersion={written.Revision}")).Code != 200) await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, deadline.Token);
    }

    /// <summary>A superuser who is not the server itself.</summary>
    private sealed class Somebody(TestServer server) : IAsyncDisposable
    {
        private readonly HttpClient _client = new(server.Server.CreateHandler(new UserInfo { Username = "admin", Groups = ["system:masters", "system:authenticated"] })) { BaseAddress = new Uri("https://localhost") };

        public Task<Answer> SendAsync(string method, string path, string? body = null) => TestServer.SendAsync(_client, method, path, body);

        public ValueTask DisposeAsync()
        {
            _client.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
