using System.Text;
using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Node.Runtime;
using Microsoft.AspNetCore.Http;

namespace Keelson.Node.Kubelet.Serving;

/// <summary>What is served where.</summary>
internal sealed class KubeletPages(KubeletOptions options, IPodDirectory pods, LogPage logs, StreamPages streams, UsagePages usage)
{
    public Task AnswerAsync(HttpContext http)
    {
        var parts = (http.Request.Path.Value ?? "/").Split('/', StringSplitOptions.RemoveEmptyEntries);
        var isRead = http.Request.Method is "GET" or "HEAD";
        var isCall = http.Request.Method is "GET" or "POST";
        return parts switch
        {
            ["healthz", ..] when isRead => TextAsync(http, "ok"),
            ["pods"] when isRead => PodsAsync(http, pods.All),
            ["runningpods"] when isRead => RunningPodsAsync(http),
            ["containerLogs", var space, var pod, var container] when isRead => logs.AnswerAsync(http, space, pod, container),
            ["exec", var space, var pod, var container] when isCall => streams.ExecAsync(http, space, pod, null, container),
            ["exec", var space, var pod, var uid, var container] when isCall => streams.ExecAsync(http, space, pod, uid, container),
            ["attach", var space, var pod, var container] when isCall => streams.AttachAsync(http, space, pod, null, container),
            ["attach", var space, var pod, var uid, var container] when isCall => streams.AttachAsync(http, space, pod, uid, container),
            ["portForward", var space, var pod] when isCall => streams.PortForwardAsync(http, space, pod, null),
            ["portForward", var space, var pod, var uid] when isCall => streams.PortForwardAsync(http, space, pod, uid),
            ["run", var space, var pod, var container] when http.Request.Method == "POST" => streams.RunAsync(http, space, pod, null, container),
            ["run", var space, var pod, var uid, var container] when http.Request.Method == "POST" => streams.RunAsync(http, space, pod, uid, container),
            ["stats", "summary"] when isCall => usage.SummaryAsync(http),
            ["metrics"] when isRead => usage.OwnMetricsAsync(http),
            ["metrics", "resource"] when isRead => usage.ResourceMetricsAsync(http),
            ["metrics", "cadvisor"] when isRead => usage.ContainerMetricsAsync(http),
            _ => throw new Refusal(404, "404 page not found\n"),
        };
    }

    public static Task TextAsync(HttpContext http, string text, string type = "text/plain; charset=utf-8") => BytesAsync(http, Encoding.UTF8.GetBytes(text), type);

    public static async Task BytesAsync(HttpContext http, ReadOnlyMemory<byte> bytes, string type)
    {
        http.Response.ContentType = type;
        http.Response.ContentLength = bytes.Length;
        if (http.Request.Method != "HEAD") await http.Response.BodyWriter.WriteAsync(bytes, http.RequestAborted).ConfigureAwait(false);
    }

    private static Task PodsAsync(HttpContext http, IEnumerable<Pod> shown) => BytesAsync(
        http, ApiJson.Encode(new ResourceList<Pod> { ApiVersion = "v1", Kind = "PodList", Metadata = new ListMeta(), Items = shown.ToApiList() }), "application/json");

    // What the runtime knows, which may be more or less than the API server does.
    private async Task RunningPodsAsync(HttpContext http)
    {
        var running = await options.Runtime.ListContainersAsync(new ContainerFilter { State = Runtime.ContainerState.Running }, http.RequestAborted).ConfigureAwait(false);
        await PodsAsync(http, running.Where(container => container.Labels.ContainsKey(KubeletLabels.PodUid)).GroupBy(container => container.Labels[KubeletLabels.PodUid]).Select(Describe)).ConfigureAwait(false);
    }

    private static Pod Describe(IGrouping<string, Runtime.Container> containers)
    {
        var labels = containers.First().Labels;
        return new Pod
        {
            Metadata = new ObjectMeta { Name = labels.GetValueOrDefault(KubeletLabels.PodName, ""), Namespace = labels.GetValueOrDefault(KubeletLabels.PodNamespace, ""), Uid = containers.Key },
            Spec = new PodSpec { Containers = containers.Select(container => new ApiContainer { Name = container.Labels.GetValueOrDefault(KubeletLabels.ContainerName, container.Name), Image = container.Image }).ToApiList() },
        };
    }
}
