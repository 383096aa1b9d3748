using Keelson.Api;
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
    public async ValueTask HandleAsync(ApiRequest request)
    {
        await CheckAsync(request).ConfigureAwait(false);
        var asked = await AdmitAsync(request).ConfigureAwait(false);
        var found = await server.Objects.GetAsync(request.Resource, request.Name, request.Cancel).ConfigureAwait(false) ?? throw Failures.NotFound(request.Resource, request.Info.Name);
        var pod = (Pod)found.Object.Typed!;
        var path = asked.Path(pod);
        if (pod.Spec.NodeName.Length == 0) throw Failures.BadRequest($"pod {pod.Metadata.Name} does not have a host assigned");
        var target = await kubelets.FindAsync(pod.Spec.NodeName, path, request.Cancel).ConfigureAwait(false);
        if (asked.Streams is not null ? StreamTranslator.IsWebSocket(request) : StreamTranslator.IsTunnel(request)) await TranslateAsync(request, target, asked.Streams).ConfigureAwait(false);
        else await relay.UpgradeAsync(request.Http, server.Nodes.Kubelets, target).ConfigureAwait(false);
    }

    // What the admission has made of the request is what the kubelet is asked for.
    private async ValueTask<Asked> AdmitAsync(ApiRequest request)
    {
        switch (request.Info.Subresource)
        {
            case "portforward":
                var forward = await Connecting.AdmitAsync(server, request, Connecting.PortForward(request.Options)).ConfigureAwait(false);
                return new Asked(pod => PortForward(pod, forward), null);
            case "exec":
                var exec = await Connecting.AdmitAsync(server, request, Connecting.Exec(request.Options)).ConfigureAwait(false);
                var streams = new RemoteStreams(exec.Stdin, exec.Stdout, exec.Stderr, exec.Tty);
                return new Asked(pod => Command("exec", pod, exec.Container, streams, exec.Command), streams);
            default:
                var attach = await Connecting.AdmitAsync(server, request, Connecting.Attach(request.Options)).ConfigureAwait(false);
                var attached = new RemoteStreams(attach.Stdin, attach.Stdout, attach.Stderr, attach.Tty);
                return new Asked(pod => Command("attach", pod, attach.Container, attached, default), attached);
        }
    }

    // A WebSocket can only be asked for by GET, and who may merely read must not run commands by it.
    private async ValueTask CheckAsync(ApiRequest request)
    {
        if (request.Info.Verb == "create" || !request.Http.Request.Headers.Upgrade.ToString().Contains("websocket", StringComparison.OrdinalIgnoreCase)) return;
        var asked = request.Info with { Verb = "create" };
        var decision = await authorizer.AuthorizeAsync(request.User, asked, request.Cancel).ConfigureAwait(false);
        if (!decision.IsAllowed) throw Refusals.Of(request.User, asked, decision.Reason);
    }

    private ValueTask TranslateAsync(ApiRequest request, Uri target, RemoteStreams? streams) => streams is { } wanted
        ? translator.CommandAsync(request, server.Nodes.Kubelets, target, wanted with { Stderr = wanted.Stderr && !wanted.Tty })
        : translator.TunnelAsync(request, server.Nodes.Kubelets, target);

    private static string Command(string verb, Pod pod, string wanted, RemoteStreams streams, ApiList<string> command)
    {
        var container = PodContainers.Choose(pod, wanted);
        var query = new QueryBuilder();

        // The streams are called otherwise by kubelets.
        if (streams.Stdin) query.Add("input", "1");
        if (streams.Stdout) query.Add("output", "1");
        if (streams.Stderr) query.Add("error", "1");
        if (streams.Tty) query.Add("tty", "1");
        foreach (var word in command) query.Add("command", word);
        return $"/{verb}/{pod.Metadata.Namespace}/{pod.Metadata.Name}/{container}{query.ToQueryString()}";
    }

    private static string PortForward(Pod pod, PodPortForwardOptions options)
    {
        var ports = string.Join(',', options.Ports);
        var query = ports.Length == 0 ? "" : new QueryBuilder { { "port", ports } }.ToQueryString().Value;
        return $"/portForward/{pod.Metadata.Namespace}/{pod.Metadata.Name}{query}";
    }

    /// <param name="Path">What the kubelet is asked for the pod.</param>
    /// <param name="Streams">The streams of a command; null where ports are forwarded.</param>
    private sealed record Asked(Func<Pod, string> Path, RemoteStreams? Streams);
}
