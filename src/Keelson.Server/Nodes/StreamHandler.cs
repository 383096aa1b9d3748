using Keelson.Api.Core.V1;
using Keelson.Client.Streaming.RemoteCommand;
using Keelson.Server.Access;
using Keelson.Server.Http;
using Keelson.Server.Verbs;
using Microsoft.AspNetCore.Http.Extensions;

namespace Keelson.Server.Nodes;

/// <summary>Connects a client with a container: exec, attach and port-forward.</summary>
internal sealed class StreamHandler(ServerContext server, IAuthorizer authorizer, KubeletLocator kubelets, Relay relay, StreamTranslator translator) : IVerbHandler
{
    /// <summary>What the streams are called by clients, and by kubelets.</summary>
    private static readonly (string Ours, string Theirs)[] Streams = [("stdin", "input"), ("stdout", "output"), ("stderr", "error"), ("tty", "tty")];

    public async ValueTask HandleAsync(ApiRequest request)
    {
        await CheckAsync(request).ConfigureAwait(false);
        var found = await server.Objects.GetAsync(request.Resource, request.Name, request.Cancel).ConfigureAwait(false) ?? throw Failures.NotFound(request.Resource, request.Info.Name);
        var pod = (Pod)found.Object.Typed!;
        var path = request.Info.Subresource == "portforward" ? PortForward(request, pod) : Command(request, pod);
        if (pod.Spec.NodeName.Length == 0) throw Failures.BadRequest($"pod {pod.Metadata.Name} does not have a host assigned");
        var target = await kubelets.FindAsync(pod.Spec.NodeName, path, request.Cancel).ConfigureAwait(false);
        if (request.Info.Subresource == "portforward" ? StreamTranslator.IsTunnel(request) : StreamTranslator.IsWebSocket(request)) await TranslateAsync(request, target).ConfigureAwait(false);
        else await relay.UpgradeAsync(request.Http, server.Nodes.Kubelets, target).ConfigureAwait(false);
    }

    // A WebSocket can only be asked for by GET, and who may merely read must not run commands by it.
    private async ValueTask CheckAsync(ApiRequest request)
    {
        if (request.Info.Verb == "create" || !request.Http.Request.Headers.Upgrade.ToString().Contains("websocket", StringComparison.OrdinalIgnoreCase)) return;
        var asked = request.Info with { Verb = "create" };
        var decision = await authorizer.AuthorizeAsync(request.User, asked, request.Cancel).ConfigureAwait(false);
        if (!decision.IsAllowed) throw Refusals.Of(request.User, asked, decision.Reason);
    }

    private ValueTask TranslateAsync(ApiRequest request, Uri target)
    {
        var options = request.Options;
        if (request.Info.Subresource == "portforward") return translator.TunnelAsync(request, server.Nodes.Kubelets, target);
        var streams = new RemoteStreams(options.Flag("stdin"), options.Flag("stdout"), options.Flag("stderr") && !options.Flag("tty"), options.Flag("tty"));
        return translator.CommandAsync(request, server.Nodes.Kubelets, target, streams);
    }

    private static string Command(ApiRequest request, Pod pod)
    {
        var container = PodContainers.Choose(pod, request.Options.Text("container"));
        var isExec = request.Info.Subresource == "exec";
        var query = new QueryBuilder();
        foreach (var (ours, theirs) in Streams) if (request.Options.Flag(ours)) query.Add(theirs, "1");
        if (isExec) foreach (var word in request.Options.Raw["command"]) query.Add("command", word ?? "");
        return $"/{(isExec ? "exec" : "attach")}/{pod.Metadata.Namespace}/{pod.Metadata.Name}/{container}{query.ToQueryString()}";
    }

    private static string PortForward(ApiRequest request, Pod pod)
    {
        var ports = string.Join(',', request.Options.Raw["ports"].OfType<string>());
        var query = ports.Length == 0 ? "" : new QueryBuilder { { "port", ports } }.ToQueryString().Value;
        return $"/portForward/{pod.Metadata.Namespace}/{pod.Metadata.Name}{query}";
    }
}
