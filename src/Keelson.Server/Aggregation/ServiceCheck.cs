using System.Globalization;
using Keelson.Api;
using Keelson.Api.ApiDiscovery.V2;
using Keelson.Api.ApiRegistration.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Discovery.V1;
using Keelson.Api.Json;
using Keelson.Api.Meta.V1;
using Keelson.Api.Values;
using Keelson.Server.Admission;

namespace Keelson.Server.Aggregation;

/// <summary>Finds out whether another server answers, and what it tells of itself.</summary>
internal sealed class ServiceCheck(BackendClient client, AdmissionLookup lookup, TimeProvider time)
{
    public const string ServiceLabel = "kubernetes.io/service-name";

    private const string AggregatedType = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

    /// <summary>How often a server is asked until one of its endpoints answers; default 5, as upstream.</summary>
    private const int Attempts = 5;

    /// <summary>How long one endpoint is waited for before another is asked as well; default half a second.</summary>
    private static readonly TimeSpan NextAfter = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a server may take to tell all of itself; default 10 seconds.</summary>
    private static readonly TimeSpan MaxDescribing = TimeSpan.FromSeconds(10);

    private static readonly BackendTrust Anybody = new(default, true);

    public async Task<APIServiceCondition> RunAsync(RemoteService remote, CancellationToken cancel)
    {
        var target = remote.Service;
        var service = await lookup.FindAsync<Service>("", "services", target.Namespace, target.Name, cancel).ConfigureAwait(false);
        var all = await lookup.ListAsync<EndpointSlice>("discovery.k8s.io", "endpointslices", target.Namespace, cancel).ConfigureAwait(false);
        var slices = all.Where(slice => slice.Metadata.Labels.GetValueOrDefault(ServiceLabel) == target.Name).ToList();
        if (Availability.Obstacle(target, service, slices) is { } obstacle) return obstacle;
        var host = service!.Spec.ClusterIP is { Length: > 0 } address and not "None" ? address : $"{target.Name}.{target.Namespace}.svc";
        var shown = string.Create(CultureInfo.InvariantCulture, $"https://{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{target.Port}{remote.Path}");
        var why = await AskAsync(remote, cancel).ConfigureAwait(false) switch
        {
            { IsGood: true } => "",
            { Failure.Length: > 0 } failed => $"Get \"{shown}\": {failed.Failure}",
            var bad => string.Create(CultureInfo.InvariantCulture, $"bad status from {shown}: {bad.Code}"),
        };
        return why.Length == 0 ? Availability.Passed : Availability.FailedDiscovery($"failing or missing response from {shown}: {why}");
    }

    /// <summary>The first good answer of a few requests, or the last bad one. They overlap, so all of them together take as long as one.</summary>
    private async Task<BackendAnswer> AskAsync(RemoteService remote, CancellationToken cancel)
    {
        using var deadline = new CancellationTokenSource(BackendClient.Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancel);
        var (open, started, last) = (new List<Task<BackendAnswer>>(), 0, BackendAnswer.Late);
        try
        {
            while (!deadline.IsCancellationRequested && (started < Attempts || open.Count > 0))
            {
                // Whoever answers, answers: that it is the right one is made sure of with each request that is passed on.
                if (started++ < Attempts) open.Add(client.GetAsync(remote.Service, Anybody, remote.Path, "application/json", either.Token));
                var next = started < Attempts ? Task.Delay(NextAfter, time, either.Token) : Task.Delay(Timeout.InfiniteTimeSpan, time, either.Token);
                await Task.WhenAny([.. open, next]).ConfigureAwait(false);
                foreach (var done in open.Where(task => task.IsCompleted).ToList())
                {
                    open.Remove(done);

                    // Told to stop together with all others.
                    if (done.IsCanceled) continue;
                    last = await done.ConfigureAwait(false);
                    if (last.IsGood) return last;
                }

                cancel.ThrowIfCancellationRequested();
            }

            return last;
        }
        finally
        {
            await either.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll((IEnumerable<Task>)open).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>What the server tells of itself now; what it told before, marked as stale, where it does not answer.</summary>
    public async Task<Described> DescribeAsync(RemoteService remote, Described? before, CancellationToken cancel)
    {
        using var late = new CancellationTokenSource(MaxDescribing, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
        try
        {
            return await AskAllAsync(remote, before, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Stale(remote, before);
        }
    }

    private async Task<Described> AskAllAsync(RemoteService remote, Described? before, CancellationToken cancel)
    {
        var found = await ReadAsync(remote, cancel).ConfigureAwait(false);
        if (found is null) return Stale(remote, before);
        var index = await client.GetAsync(remote.Service, remote.Trust, "/openapi/v3", "application/json", cancel).ConfigureAwait(false);
        var swagger = await client.GetAsync(remote.Service, remote.Trust, "/openapi/v2", "application/json", cancel).ConfigureAwait(false);
        return new Described(found, false, index.IsGood ? UrlOf(remote, index.Body) : null, swagger.IsGood ? swagger.Body : default, time.GetTimestamp());
    }

    public Described Stale(RemoteService remote, Described? before) => before is null
        ? new Described(new APIVersionDiscovery { Version = remote.Version }, true, null, default, time.GetTimestamp())
        : before with { IsStale = true, At = time.GetTimestamp() };

    // A server that knows only the old form of discovery is understood as well.
    private async Task<APIVersionDiscovery?> ReadAsync(RemoteService remote, CancellationToken cancel)
    {
        try
        {
            var answer = await client.GetAsync(remote.Service, remote.Trust, "/apis", $"{AggregatedType},application/json", cancel).ConfigureAwait(false);
            if (answer.IsGood && answer.ContentType.Contains("g=apidiscovery.k8s.io", StringComparison.Ordinal) && answer.ContentType.Contains("v=v2", StringComparison.Ordinal))
            {
                var groups = ApiJson.Decode<ResourceList<APIGroupDiscovery>>(answer.Body, new DecodeReport());
                return groups.Items.FirstOrDefault(group => group.Metadata.Name == remote.Group)?.Versions.FirstOrDefault(version => version.Version == remote.Version)
                    ?? new APIVersionDiscovery { Version = remote.Version };
            }

            var old = await client.GetAsync(remote.Service, remote.Trust, remote.Path, "application/json", cancel).ConfigureAwait(false);
            return old.IsGood ? OldDiscovery.Convert(remote.Group, remote.Version, ApiJson.Decode<APIResourceList>(old.Body, new DecodeReport())) : null;
        }
        catch (Exception broken) when (broken is ApiFormatException or JsonFormatException)
        {
            return null;
        }
    }

    private static string? UrlOf(RemoteService remote, byte[] index)
    {
        try
        {
            return (ValueReader.Read(index) as MapValue)?["paths", remote.Path[1..], "serverRelativeURL"]?.AsText() is { } url && url.StartsWith('/') ? url : null;
        }
        catch (Exception broken) when (broken is JsonFormatException or ValueDepthException)
        {
            return null;
        }
    }
}
