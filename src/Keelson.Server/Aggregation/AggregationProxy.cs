using System.Text;
using Keelson.Api.Meta.V1;
using Keelson.Server.Http;
using Keelson.Server.Nodes;
using Keelson.Server.Storing;
using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Aggregation;

/// <summary>Passes requests for versions of groups that other servers answer on to them, and says whose requests they are.</summary>
internal sealed class AggregationProxy(Aggregator aggregator, ObjectStore objects, BackendConnections connections, Relay relay)
{
    /// <summary>Passes the request on if another server is to answer it; false leaves it to this one.</summary>
    public async ValueTask<bool> TryAnswerAsync(HttpContext http, RequestFacts facts)
    {
        if (aggregator.All.Count == 0 || (facts.Info.IsResource && Find(facts.Info) is null)) return false;

        // Whoever has just changed an API service, or asks what there is, sees what has become of it.
        if (facts.Info.Path.StartsWith("/apis", StringComparison.Ordinal) || facts.Info.Path.StartsWith("/openapi", StringComparison.Ordinal)) await objects.CatchUpWithOwnAsync(http.RequestAborted).ConfigureAwait(false);
        if (Find(facts.Info) is not { } remote) return false;
        await ForwardAsync(http, facts, remote, http.Request.Path.ToUriComponent() + http.Request.QueryString.ToUriComponent()).ConfigureAwait(false);
        return true;
    }

    /// <summary>Passes a request on to the server of a version, for a path of that server.</summary>
    public async ValueTask ForwardAsync(HttpContext http, RequestFacts facts, RemoteService remote, string pathAndQuery)
    {
        if (remote.IsAvailable != true)
        {
            await RefuseAsync(http, "service unavailable").ConfigureAwait(false);
            return;
        }

        var terms = new RelayTerms(FrontProxy.HeadersOf(facts.User), RefusesRedirects: true);
        try
        {
            await relay.ForwardAsync(http, connections.To(remote.Service, remote.Trust), BackendConnections.Address(remote.Service, pathAndQuery), "", terms).ConfigureAwait(false);
        }
        catch (ApiException failure) when (failure.Status.Reason == StatusReason.ServiceUnavailable && !http.Response.HasStarted)
        {
            await RefuseAsync(http, failure.Status.Message).ConfigureAwait(false);
        }
    }

    // Text, as upstream: clients tell by it that no server of the group has spoken.
    private static ValueTask RefuseAsync(HttpContext http, string why) => Answers.BytesAsync(http, 503, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(why + "\n"));

    private RemoteService? Find(RequestInfo info)
    {
        var (group, version) = (info.Group, info.Version);
        if (!info.IsResource)
        {
            if (info.Path.Split('/', StringSplitOptions.RemoveEmptyEntries) is not ["apis", var first, var second, ..]) return null;
            (group, version) = (first, second);
        }

        // A path that the other server might read otherwise than it was read here is nobody's.
        return aggregator.Find(group, version) is { } remote && (info.Path == remote.Path || info.Path.StartsWith(remote.Path + "/", StringComparison.Ordinal)) ? remote : null;
    }
}
