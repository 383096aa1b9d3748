using Keelson.Api.Values;

namespace Keelson.Server.Tests.Http;

public sealed class ComponentTests
{
    [Fact]
    public async Task The_old_component_statuses_tell_of_the_store()
    {
        await using var server = await TestServer.StartAsync();
        Assert.Equal(["etcd-0"], (await server.GetAsync("/api/v1/componentstatuses")).Names);
        var store = await server.GetAsync("/api/v1/componentstatuses/etcd-0");
        Assert.Equal(("Healthy", "True", "ok"), Condition(store));
        Assert.Equal(404, (await server.GetAsync("/api/v1/componentstatuses/scheduler")).Code);
        Assert.Equal(405, (await server.DeleteAsync("/api/v1/componentstatuses/etcd-0")).Code);
        var table = await server.GetAsync("/api/v1/componentstatuses", "application/json;as=Table;v=v1;g=meta.k8s.io");
        Assert.Equal("""["etcd-0","Healthy","ok",""]""", ValueWriter.WriteText(table.Json["rows"]!.AsList()![0]["cells"]!));

        static (string, string, string) Condition(Answer answer)
        {
            var condition = answer.Json["conditions"]!.AsList()![0];
            return (condition["type"]!.AsText()!, condition["status"]!.AsText()!, condition["message"]!.AsText()!);
        }
    }

    [Fact]
    public async Task Metrics_have_the_names_that_dashboards_know()
    {
        await using var server = await TestServer.StartAsync();
        await using var watch = await server.WatchAsync("/api/v1/namespaces/default/configmaps?watch=1");
        await server.CreateMapAsync("a");
        await watch.TakeAsync(1);
        await server.CreateMapAsync("b");
        await watch.TakeAsync(1);
        var text = (await server.GetAsync("/metrics")).Text;
        Assert.Contains("apiserver_current_inflight_requests{request_kind=\"readOnly\"} 1", text, StringComparison.Ordinal);
        Assert.Contains("apiserver_current_inflight_requests{request_kind=\"mutating\"} 0", text, StringComparison.Ordinal);
        Assert.Contains("apiserver_longrunning_requests{verb=\"WATCH\"} 1", text, StringComparison.Ordinal);
        Assert.Contains("apiserver_watch_events_total{group=\"\",version=\"v1\",kind=\"ConfigMap\"} ", text, StringComparison.Ordinal);
        Assert.Contains("apiserver_request_total{verb=\"CREATE\",group=\"\",version=\"v1\",resource=\"configmaps\",code=\"201\"} 2", text, StringComparison.Ordinal);
        Assert.Single(text.Split('\n'), line => line.StartsWith("apiserver_storage_objects{resource=\"events\"}", StringComparison.Ordinal));
        Assert.DoesNotContain("events.events.k8s.io", text, StringComparison.Ordinal);
    }
}
