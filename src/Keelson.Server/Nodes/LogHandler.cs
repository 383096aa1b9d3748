using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Server.Http;
using Keelson.Server.Verbs;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace Keelson.Server.Nodes;

/// <summary>Shows a container's log, as far as it is, or also as it grows.</summary>
internal sealed class LogHandler(ServerContext server, KubeletLocator kubelets, Relay relay) : IVerbHandler
{
    /// <summary>What is passed on to the kubelet as it is.</summary>
    private static readonly string[] Passed = ["sinceSeconds", "sinceTime", "tailLines", "limitBytes", "stream"];

    private static readonly string[] Flags = ["follow", "previous", "timestamps"];

    public async ValueTask HandleAsync(ApiRequest request)
    {
        var options = request.Options;
        Check(request);
        var found = await server.Objects.GetAsync(request.Resource, request.Name, request.Cancel).ConfigureAwait(false) ?? throw Failures.NotFound(request.Resource, request.Info.Name);
        var pod = (Pod)found.Object.Typed!;
        var container = PodContainers.Choose(pod, options.Text("container"));
        if (pod.Spec.NodeName.Length == 0)
        {
            // Nothing has run, so there is nothing to show.
            request.Http.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        var query = new QueryBuilder();
        foreach (var flag in Flags) if (options.Flag(flag)) query.Add(flag, "true");
        foreach (var name in Passed) if (options.Text(name) is { Length: > 0 } value) query.Add(name, value);
        var target = await kubelets.FindAsync(pod.Spec.NodeName, $"/containerLogs/{pod.Metadata.Namespace}/{pod.Metadata.Name}/{container}{query.ToQueryString()}", request.Cancel).ConfigureAwait(false);
        var via = options.Flag("insecureSkipTLSVerifyBackend") ? server.Nodes.UnverifiedKubelets : server.Nodes.Kubelets;
        await relay.StreamAsync(request, via, target).ConfigureAwait(false);
    }

    private static void Check(ApiRequest request)
    {
        var options = request.Options;
        var causes = new List<StatusCause>();
        if (options.Number("tailLines") is < 0 and var lines) causes.Add(MetadataRules.Invalid("tailLines", lines, "must be greater than or equal to 0"));
        if (options.Number("limitBytes") is < 1 and var bytes) causes.Add(MetadataRules.Invalid("limitBytes", bytes, "must be greater than 0"));
        var (seconds, since) = (options.Number("sinceSeconds"), options.Text("sinceTime"));
        if (since.Length > 0 && !Time.TryParse(since, out _, out var why)) throw Failures.BadRequest(why);
        if (seconds is not null && since.Length > 0) causes.Add(Forbidden("", "at most one of `sinceTime` or `sinceSeconds` may be specified"));
        else if (seconds is < 1) causes.Add(MetadataRules.Invalid("sinceSeconds", seconds.Value, "must be greater than 0"));
        var stream = options.Text("stream");
        if (stream is not ("" or "All" or "Stdout" or "Stderr"))
        {
            causes.Add(new StatusCause { Reason = CauseType.FieldValueNotSupported, Field = "stream", Message = $"Unsupported value: \"{stream}\": supported values: \"All\", \"Stderr\", \"Stdout\"" });
        }
        else if (stream is "Stdout" or "Stderr" && options.Number("tailLines") is not null)
        {
            causes.Add(Forbidden("", "`tailLines` and specific `stream` are mutually exclusive for now"));
        }

        if (causes.Count > 0) throw Failures.Invalid("", "PodLogOptions", request.Info.Name, causes);
    }

    private static StatusCause Forbidden(string field, string why) => new() { Reason = CauseType.FieldValueForbidden, Field = field, Message = $"Forbidden: {why}" };
}
