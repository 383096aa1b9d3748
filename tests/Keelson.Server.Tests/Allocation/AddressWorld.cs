using Keelson.Api.Values;
using Keelson.Server.Allocation;

namespace Keelson.Server.Tests.Allocation;

/// <summary>What tests of addresses do again and again.</summary>
internal static class AddressWorld
{
    public const string Services = "/api/v1/namespaces/default/services";
    public const string Records = "/apis/networking.k8s.io/v1/ipaddresses";
    public const string Ranges = "/apis/networking.k8s.io/v1/servicecidrs";
    public const string Merge = "application/merge-patch+json";

    /// <summary>A cluster that has both families, IPv4 first.</summary>
    public static ServiceRanges Both { get; } = ServiceRanges.Parse("10.96.0.0/24,fd00:96::/112");

    public static Task<Answer> CreateAsync(TestServer server, string name, string fields = "") =>
        server.PostAsync(Services, $$"""{"metadata":{"name":"{{name}}"},"spec":{ {{fields}} "ports":[{"port":80}]} }""");

    public static Task<Answer> PatchAsync(TestServer server, string name, string spec) => server.PatchAsync($"{Services}/{name}", $$"""{"spec":{ {{spec}} } }""", Merge);

    public static async Task<Answer> MadeAsync(Task<Answer> created)
    {
        var answer = await created;
        Assert.True(answer.Code is 200 or 201, answer.Text);
        return answer;
    }

    public static string[] Addresses(Answer service) => Texts(service.Json["spec", "clusterIPs"]);

    public static string[] Families(Answer service) => Texts(service.Json["spec", "ipFamilies"]);

    public static string Policy(Answer service) => service.Json["spec", "ipFamilyPolicy"]?.AsText() ?? "";

    public static async Task<string[]> RecordsOfAsync(TestServer server) => [.. (await server.GetAsync(Records)).Names.Order(StringComparer.Ordinal)];

    /// <summary>The addresses of all services, with those who have them, and the same as the records say it.</summary>
    public static async Task<(string[] Services, string[] Records)> BothSidesAsync(TestServer server)
    {
        // Both as they were in one moment.
        var version = (await server.GetAsync("/api/v1/services?limit=1")).Json["metadata", "resourceVersion"]!.AsText()!;
        var services = await ItemsAsync(server, "/api/v1/services", version);
        var records = await ItemsAsync(server, Records, version);
        return (
            [.. services.SelectMany(item => Texts(item["spec", "clusterIPs"]).Where(address => address != "None").Select(address => $"{address} {Name(item["metadata"]!)}")).Order(StringComparer.Ordinal)],
            [.. records.Select(item => $"{item["metadata", "name"]!.AsText()} {Name(item["spec", "parentRef"]!)}").Order(StringComparer.Ordinal)]);
    }

    public static async Task AssertAgreeAsync(TestServer server)
    {
        var (services, records) = await BothSidesAsync(server);
        Assert.Equal(services, records);
    }

    /// <summary>The reasons and messages of the events in the default namespace.</summary>
    public static async Task<string[]> EventsAsync(TestServer server) =>
        [.. ((ListValue)(await server.GetAsync("/api/v1/namespaces/default/events")).Json["items"]!).Select(item => $"{item["reason"]!.AsText()}: {item["message"]!.AsText()}")];

    /// <summary>Waits for what the server does in its own time, which no clock turns.</summary>
    public static async Task WaitAsync(Func<Task<bool>> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(60), "it did not come to that in a minute");
            await Task.Yield();
        }
    }

    private static async Task<List<Value>> ItemsAsync(TestServer server, string path, string version)
    {
        var items = new List<Value>();
        var next = $"{path}?limit=1000&resourceVersion={version}&resourceVersionMatch=Exact";
        while (true)
        {
            var page = (await server.GetAsync(next)).Json;
            items.AddRange((ListValue)page["items"]!);
            if (page["metadata", "continue"]?.AsText() is not { Length: > 0 } more) return items;
            next = $"{path}?limit=1000&continue={Uri.EscapeDataString(more)}";
        }
    }

    private static string Name(Value value) => $"{value["namespace"]!.AsText()}/{value["name"]!.AsText()}";

    private static string[] Texts(Value? list) => list is ListValue values ? [.. values.Select(value => value.AsText()!)] : [];
}
