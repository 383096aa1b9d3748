using Keelson.Server.Access;
using Keelson.Server.Http;
using Keelson.Server.Nodes;
using Keelson.Server.Tokens;
using Keelson.Server.Verbs.Reviews;
using Keelson.Server.Verbs.Subresources;

namespace Keelson.Server.Verbs;

/// <summary>Which handler carries out which verb, on objects and on their subresources.</summary>
internal sealed class VerbTable
{
    private readonly Dictionary<string, IVerbHandler> _verbs;
    private readonly ReviewHandler _reviews;
    private readonly ComponentHandler _components;
    private readonly Dictionary<(string Subresource, string Verb), IVerbHandler> _subresources;

    public VerbTable(ServerContext server, IAuthorizer authorizer)
    {
        var (creation, updating, deleting) = (new Creation(server), new Updating(server), new Deleting(server));
        var get = new GetHandler(server);
        var list = new ListHandler(server);
        var update = new UpdateHandler(server, creation, updating);
        var patch = new PatchHandler(server, creation, updating);
        var scale = new ScaleHandler(server, updating);
        _verbs = new(StringComparer.Ordinal)
        {
            ["create"] = new CreateHandler(server, creation),
            ["get"] = get,
            ["list"] = list,
            ["watch"] = new WatchHandler(server),
            ["update"] = update,
            ["patch"] = patch,
            ["delete"] = new DeleteHandler(server, deleting, new DamagedDeletion(server.Objects, authorizer)),
            ["deletecollection"] = new DeleteCollectionHandler(server, list, deleting),
        };
        _subresources = new()
        {
            [("status", "get")] = get,
            [("status", "update")] = update,
            [("status", "patch")] = patch,
            [("finalize", "update")] = update,
            [("approval", "get")] = get,
            [("approval", "update")] = update,
            [("approval", "patch")] = patch,
            [("ephemeralcontainers", "get")] = get,
            [("ephemeralcontainers", "update")] = update,
            [("ephemeralcontainers", "patch")] = patch,
            [("resize", "get")] = get,
            [("resize", "update")] = update,
            [("resize", "patch")] = patch,
            [("eviction", "create")] = new EvictionHandler(server, updating, deleting),
            [("scale", "get")] = scale,
            [("scale", "update")] = scale,
            [("scale", "patch")] = scale,
            [("token", "create")] = new TokenHandler(server),
            [("binding", "create")] = new BindingHandler(server, updating),
        };
        var (kubelets, relay) = (new KubeletLocator(server), new Relay(server.Nodes.Access, server.Stopping));
        _subresources.Add(("log", "get"), new LogHandler(server, kubelets, relay));
        var stream = new StreamHandler(server, authorizer, kubelets, relay, new StreamTranslator(relay, server.Stopping));
        foreach (var subresource in new[] { "exec", "attach", "portforward" })
        {
            _subresources.Add((subresource, "get"), stream);
            _subresources.Add((subresource, "create"), stream);
        }

        var proxy = new ProxyHandler(server, kubelets, new ServiceBackends(server), relay);

        // The empty verb is what OPTIONS and the like are authorized as.
        foreach (var verb in new[] { "get", "create", "update", "patch", "delete", "" }) _subresources.Add(("proxy", verb), proxy);
        _reviews = new ReviewHandler(server, authorizer);
        _components = new ComponentHandler(server);
    }

    // While a definition ends, what holds its objects must still be able to let them go.
    private static bool Allows(Registry.RegisteredResource resource, string verb) =>
        resource.Info.Verbs.Contains(verb) || (resource.Custom is not null && verb is "update" or "patch");

    /// <summary>The handler for a request, or the refusal of one that nothing is there for.</summary>
    public IVerbHandler Find(ApiRequest request)
    {
        var (info, resource) = (request.Info, request.Resource);
        if (info.Subresource.Length > 0)
        {
            if (resource.Subresource(info.Subresource) is null) throw Failures.NoSuchResource();
            return _subresources.GetValueOrDefault((info.Subresource, info.Verb)) ?? throw Failures.MethodNotAllowed();
        }

        if (resource.KindInfo?.Type == typeof(Api.Core.V1.ComponentStatus)) return _components;
        if (!resource.IsStored) return info.Verb == "create" ? _reviews : throw Failures.MethodNotAllowed();
        return Allows(resource, info.Verb) && _verbs.TryGetValue(info.Verb, out var handler) ? handler : throw Failures.MethodNotAllowed();
    }
}
