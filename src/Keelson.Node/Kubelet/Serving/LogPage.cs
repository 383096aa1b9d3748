using Keelson.Node.Kubelet.Serving.Logs;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Keelson.Node.Kubelet.Serving;

/// <summary>Shows containers' logs.</summary>
internal sealed class LogPage(KubeletOptions options, IPodDirectory pods, ContainerDirectory containers, CancellationToken stopping)
{
    public async Task AnswerAsync(HttpContext http, string space, string podName, string container)
    {
        var query = LogQuery.Read(http.Request.Query, options.Time.GetUtcNow());
        var pod = pods.Find(space, podName) ?? throw new Refusal(404, $"pod \"{podName}\" does not exist\n");
        if (!ContainerDirectory.Has(pod, container)) throw new Refusal(404, $"container \"{container}\" not found in pod \"{podName}\"\n");
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        var cancel = either.Token;
        var run = LogChoice.Choose(pod, container, await containers.RunsAsync(pod, container, cancel).ConfigureAwait(false), query.Previous);
        if (run.LogPath.Length == 0) throw new Refusal(400, $"container \"{container}\" in pod \"{podName}\" keeps no log");
        using var reader = new LogReader(run.LogPath, query, options.Time, IsRunningAsync);
        try
        {
            reader.Open();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new Refusal(400, $"unable to retrieve container logs for {run.Id}: {failure.Message}");
        }

        // A client may pause to read for as long as it likes.
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate) rate.MinDataRate = null;
        http.Response.ContentType = "text/plain; charset=utf-8";
        await http.Response.StartAsync(cancel).ConfigureAwait(false);
        await http.Response.BodyWriter.FlushAsync(cancel).ConfigureAwait(false);
        await reader.CopyAsync(http.Response.BodyWriter, cancel).ConfigureAwait(false);

        async Task<bool> IsRunningAsync(CancellationToken token) =>
            await options.Runtime.GetContainerAsync(run.Id, token).ConfigureAwait(false) is { State: RunState.Running };
    }
}
