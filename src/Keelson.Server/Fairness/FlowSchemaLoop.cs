using System.Net;
using System.Net.Http.Headers;
using Keelson.Api;
using Keelson.Api.FlowControl.V1;
using Keelson.Server.Cache;
using Keelson.Server.Serving;
using Keelson.Server.Verbs;

namespace Keelson.Server.Fairness;

/// <summary>Says of each flow schema whether its level is there, and brings back what every cluster has.</summary>
/// <remarks>Sleeps until schemas or levels change.</remarks>
internal sealed class FlowSchemaLoop : IAsyncDisposable
{
    private const string Group = "flowcontrol.apiserver.k8s.io";
    private const string Condition = "Dangling";

    /// <summary>How soon it is tried again when it did not work; default 10 seconds.</summary>
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(10);

    private readonly ServerContext _server;
    private readonly HttpClient _client;
    private readonly ResourceCache _schemas;
    private readonly ResourceCache _levels;
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    /// <param name="handler">A way into the server; it becomes the loop's.</param>
    public FlowSchemaLoop(ServerContext server, HttpMessageHandler handler)
    {
        _server = server;
        _client = new HttpClient(handler) { BaseAddress = new Uri("https://localhost") };
        _schemas = CacheOf("flowschemas");
        _levels = CacheOf("prioritylevelconfigurations");

        ResourceCache CacheOf(string plural) => server.Feed.CacheOf(server.Registry.Find(Group, plural) ?? throw new InvalidOperationException($"{plural} are not registered"));
    }

    /// <summary>Says it once, then keeps to it until this is disposed.</summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        var (schemas, levels) = await RunOnceAsync(cancel).ConfigureAwait(false);
        _running = FollowAsync(schemas, levels, _stopping.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _client.Dispose();
        _stopping.Dispose();
    }

    private async Task FollowAsync(CacheState schemas, CacheState levels, CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                await Task.WhenAny(_schemas.WaitForChangeAsync(schemas), _levels.WaitForChangeAsync(levels)).WaitAsync(cancel).ConfigureAwait(false);
                try
                {
                    (schemas, levels) = await RunOnceAsync(cancel).ConfigureAwait(false);
                }
                catch (HttpRequestException)
                {
                    await Task.Delay(Retry, _server.Time, cancel).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    /// <returns>What it has looked at; what it wrote itself shows as a change.</returns>
    private async Task<(CacheState Schemas, CacheState Levels)> RunOnceAsync(CancellationToken cancel)
    {
        await _server.Objects.CatchUpWithOwnAsync(cancel).ConfigureAwait(false);
        var (schemas, levels) = (_schemas.State, _levels.State);
        var (known, there) = (All<FlowSchema>(schemas), All<PriorityLevelConfiguration>(levels));
        var writes = BootstrapFlows.Levels.Where(level => !there.ContainsKey(level.Metadata.Name)).Select(missing => SendAsync(HttpMethod.Post, "prioritylevelconfigurations", missing, cancel))
            .Concat(BootstrapFlows.Schemas.Where(schema => !known.ContainsKey(schema.Metadata.Name)).Select(missing => SendAsync(HttpMethod.Post, "flowschemas", missing, cancel)))
            .Concat(known.Values.Select(schema => TellAsync(schema, there.ContainsKey(schema.Spec.PriorityLevelConfiguration.Name), cancel)));

        // At once, so that a store that syncs each time does so for all together.
        await Task.WhenAll(writes).ConfigureAwait(false);
        return (schemas, levels);
    }

    private Task TellAsync(FlowSchema schema, bool isThere, CancellationToken cancel)
    {
        var wanted = ConditionOf(schema, isThere);
        var before = schema.Status.Conditions.FirstOrDefault(condition => condition.Type == Condition);
        if (before is not null && before.Status == wanted.Status && before.Message == wanted.Message) return Task.CompletedTask;
        var conditions = schema.Status.Conditions.Where(condition => condition.Type != Condition).Append(wanted).ToApiList();
        return SendAsync(HttpMethod.Put, $"flowschemas/{schema.Metadata.Name}/status", schema with { Status = new() { Conditions = conditions } }, cancel);
    }

    private FlowSchemaCondition ConditionOf(FlowSchema schema, bool isThere)
    {
        var level = schema.Spec.PriorityLevelConfiguration.Name;
        return new FlowSchemaCondition
        {
            Type = Condition,
            Status = isThere ? "False" : "True",
            Reason = isThere ? "Found" : "NotFound",
            Message = $"This FlowSchema references the PriorityLevelConfiguration object named \"{level}\" {(isThere ? "and it exists" : "but there is no such object")}",
            LastTransitionTime = Time.FromDateTimeOffset(_server.Now),
        };
    }

    private static Dictionary<string, T> All<T>(CacheState state)
        where T : class, IResource => state.Index.All.Select(item => item.Object.Typed).OfType<T>().ToDictionary(value => value.Metadata.Name, StringComparer.Ordinal);

    // What others have written meanwhile shows as a change, and is looked at again.
    private async Task SendAsync(HttpMethod method, string path, IKind value, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, new Uri($"/apis/{Group}/v1/{path}?fieldManager=api-priority-and-fairness-config-consumer-v1", UriKind.Relative))
        {
            Content = new ByteArrayContent(ApiJson.Encode(value)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        using var response = await _client.SendAsync(request, cancel).ConfigureAwait(false);
        if (response.StatusCode is not (HttpStatusCode.Conflict or HttpStatusCode.NotFound)) response.EnsureSuccessStatusCode();
    }
}
