using Keelson.Api.Values;

namespace Keelson.Server.Tests.Verbs;

public sealed class ScaleApplyTests
{
    private const string Deployment = "/apis/apps/v1/namespaces/default/deployments/d";
    private const string Apply = "application/apply-patch+yaml";
    private const string Whole = """
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d","namespace":"default"},"spec":{"replicas":1,"selector":{"matchLabels":{"a":"b"}},
         "template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}
        """;

    [Fact]
    public async Task A_scale_is_applied_and_its_owner_owns_the_number_of_the_object()
    {
        await using var server = await TestServer.StartAsync();
        Assert.Equal(201, (await server.SendAsync("PATCH", Deployment + "?fieldManager=whole", Whole, Apply)).Code);
        var conflict = await ScaleAsync(server, 3, "");
        Assert.True(conflict.Code == 409, conflict.Text);
        Assert.Equal(".spec.replicas", conflict.Json["details", "causes"]!.AsList()![0]["field"]!.AsText());
        var scaled = await ScaleAsync(server, 3, "&force=true");
        Assert.True(scaled.Code == 200, scaled.Text);
        Assert.Equal(("Scale", 3L), (scaled.Json["kind"]!.AsText(), scaled.Json["spec", "replicas"]!.AsInteger()));

        var found = await server.GetAsync(Deployment);
        Assert.Equal((3L, 2L), (found.Json["spec", "replicas"]!.AsInteger(), found.Json["metadata", "generation"]!.AsInteger()));
        var owner = found.Json["metadata", "managedFields"]!.AsList()!.Single(entry => entry["manager"]!.AsText() == "scaler");
        Assert.Equal(("apps/v1", "Apply", "scale"), (owner["apiVersion"]!.AsText(), owner["operation"]!.AsText(), owner["subresource"]!.AsText()));
        Assert.Equal("""{"f:spec":{"f:replicas":{}}}""", ValueWriter.WriteText(owner["fieldsV1"]!));

        // So who applied the object conflicts now, and the same scale again is no change.
        Assert.Equal(409, (await server.SendAsync("PATCH", Deployment + "?fieldManager=whole", Whole, Apply)).Code);
        Assert.Equal(200, (await ScaleAsync(server, 3, "")).Code);
        Assert.Equal(found.Version, (await server.GetAsync(Deployment)).Version);
    }

    [Fact]
    public async Task An_apply_of_a_scale_is_checked_as_any_other()
    {
        await using var server = await TestServer.StartAsync();
        await server.SendAsync("PATCH", Deployment + "?fieldManager=whole", Whole, Apply);
        Assert.Equal(422, (await ScaleAsync(server, -1, "&force=true")).Code);
        Assert.Equal(422, (await server.SendAsync("PATCH", Deployment + "/scale", """{"apiVersion":"autoscaling/v1","kind":"Scale"}""", Apply)).Code);
        var dry = await ScaleAsync(server, 9, "&force=true&dryRun=All");
        Assert.Equal((200, 9L), (dry.Code, dry.Json["spec", "replicas"]!.AsInteger()));
        Assert.Equal(1L, (await server.GetAsync(Deployment)).Json["spec", "replicas"]!.AsInteger());
    }

    private static Task<Answer> ScaleAsync(TestServer server, int replicas, string more) => server.SendAsync(
        "PATCH", $"{Deployment}/scale?fieldManager=scaler{more}", $$$"""{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"d","namespace":"default"},"spec":{"replicas":{{{replicas}}}}}""", Apply);
}
