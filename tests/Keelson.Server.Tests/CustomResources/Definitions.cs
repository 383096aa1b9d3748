using Keelson.Api.Values;

namespace Keelson.Server.Tests.CustomResources;

/// <summary>A definition of the shape that operators bring along, and ways to wait for what becomes of it.</summary>
internal static class Definitions
{
    public const string Path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    public const string Caches = "/apis/cache.example.com/v1/namespaces/default/caches";
    public const string OldCaches = "/apis/cache.example.com/v1beta1/namespaces/default/caches";

    private const string Schema = """
        {"type":"object","required":["spec"],"properties":{
          "spec":{"type":"object","required":["size"],"properties":{
            "size":{"type":"integer","minimum":1,"maximum":9},
            "engine":{"type":"string","enum":["fast","small"],"default":"small"},
            "image":{"type":"string"},
            "selector":{"type":"string"},
            "ports":{"type":"array","items":{"type":"object","properties":{"name":{"type":"string"},"port":{"type":"integer"}}}}}},
          "status":{"type":"object","properties":{
            "ready":{"type":"integer"},
            "selector":{"type":"string"},
            "conditions":{"type":"array","items":{"type":"object","properties":{"type":{"type":"string"},"status":{"type":"string"}}}}}}}}
        """;

    public static string Cache { get; } = $$$$"""
        {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"caches.cache.example.com"},
         "spec":{"group":"cache.example.com","scope":"Namespaced",
          "names":{"plural":"caches","singular":"cache","kind":"Cache","listKind":"CacheList","shortNames":["ca"],"categories":["all"]},
          "versions":[
           {"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{{{{Schema}}}}},
            "subresources":{"status":{},"scale":{"specReplicasPath":".spec.size","statusReplicasPath":".status.ready","labelSelectorPath":".status.selector"}},
            "selectableFields":[{"jsonPath":".spec.engine"}],
            "additionalPrinterColumns":[
             {"name":"Size","type":"integer","jsonPath":".spec.size"},
             {"name":"Ready","type":"string","jsonPath":".status.conditions[?(@.type==\"Ready\")].status"},
             {"name":"Image","type":"string","priority":1,"jsonPath":".spec.image"},
             {"name":"Age","type":"date","jsonPath":".metadata.creationTimestamp"}]},
           {"name":"v1beta1","served":true,"storage":false,"deprecated":true,"schema":{"openAPIV3Schema":{{{{Schema}}}}},"subresources":{"status":{}}}]}}
        """;

    /// <summary>A definition with a few fields only.</summary>
    public static string Small(string plural, string kind, string group = "example.com", string more = "", string rules = "") => $$$$$"""
        {"metadata":{"name":"{{{{{plural}}}}}.{{{{{group}}}}}"},"spec":{"group":"{{{{{group}}}}}","scope":"Cluster","names":{"plural":"{{{{{plural}}}}}","kind":"{{{{{kind}}}}}"{{{{{more}}}}}},
         "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object"{{{{{rules}}}}},"properties":{"text":{"type":"string"} } } } } } }]} }
        """;

    /// <summary>Replaces a definition in the version that it has now.</summary>
    public static async Task<Answer> ReplaceAsync(this TestServer server, string path, string definition)
    {
        var version = (await server.GetAsync(path)).Json["metadata", "resourceVersion"]!;
        return await server.PutAsync(path, ValueWriter.WriteText(((MapValue)ValueReader.Read(definition)).With(["metadata", "resourceVersion"], version)));
    }

    /// <summary>Creates a custom object, which has to say what it is: its type is put before the fields that the test is about.</summary>
    public static Task<Answer> PostAsync(this TestServer server, string path, string kind, string body)
    {
        var steps = path.Split('/', 5);
        return server.PostAsync(path, $$"""{"apiVersion":"{{steps[2]}}/{{steps[3]}}","kind":"{{kind}}",{{body.TrimStart()[1..]}}""");
    }

    /// <summary>Creates a definition and waits until it is served.</summary>
    public static async Task EstablishAsync(this TestServer server, string definition)
    {
        var created = await server.PostAsync(Path, definition);
        Assert.True(created.Code == 201, created.Text);
        await server.WaitAsync(created, "Established", "True");
    }

    /// <summary>Waits until a definition has a condition; answers with the condition.</summary>
    public static async Task<MapValue> WaitAsync(this TestServer server, Answer definition, string type, string status)
    {
        var name = definition.Json["metadata", "name"]!.AsText();
        await using var watch = await server.WatchAsync($"{Path}?watch=1&fieldSelector=metadata.name%3D{name}");
        while (true)
        {
            var change = await watch.NextAsync() ?? throw new InvalidOperationException("the watch has ended");
            foreach (var condition in change.Object["status", "conditions"] as ListValue ?? ListValue.Empty)
            {
                if (condition["type"]?.AsText() == type && condition["status"]?.AsText() == status) return condition.AsMap()!;
            }
        }
    }

    /// <summary>Waits until an object is gone.</summary>
    public static async Task WaitForEndAsync(this TestServer server, string path, string name)
    {
        await using var watch = await server.WatchAsync($"{path}?watch=1&fieldSelector=metadata.name%3D{name}&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true");
        for (var isThere = false; ;)
        {
            if (await watch.NextAsync() is not { } change)
            {
                // A watch ends with a change of its definition; the next one begins with what is there.
                await server.WaitForEndAsync(path, name);
                return;
            }

            if (change.Type == "DELETED" || (change.Type == "BOOKMARK" && !isThere)) return;
            isThere |= change.Type == "ADDED";
        }
    }
}
