using System.Globalization;
using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Server.Admission;
using Keelson.Server.Http;
using Keelson.Server.Objects;

namespace Keelson.Server.Verbs;

/// <summary>Takes what is asked of a connection to a node or workload through the admission, before anything is connected.</summary>
internal static class Connecting
{
    /// <summary>What is asked as the plugins have left it.</summary>
    /// <exception cref="ApiException">The connection is refused.</exception>
    public static async ValueTask<T> AdmitAsync<T>(ServerContext server, ApiRequest request, T options)
        where T : class, IKind<T>
    {
        var kind = AdmissionForm.KindOf(request.Resource, request.Info.Subresource);
        var asked = new AdmissionRequest(AdmissionOperation.Connect, request.Resource, request.Info.Subresource, request.Name, new OptionsObject(options.Typed(kind)), null, request.User, DryRun: false)
        {
            Warn = request.Warn,
            Annotate = request.Annotate,
        };
        var admitted = await server.Admission.MutateAsync(asked, request.Cancel).ConfigureAwait(false) ?? asked.Object!;
        await server.Admission.ValidateAsync(asked with { Object = admitted }, request.Cancel).ConfigureAwait(false);
        return (T)((OptionsObject)admitted).Options;
    }

    public static PodExecOptions Exec(QueryOptions query) => new()
    {
        Stdin = query.Flag("stdin"),
        Stdout = query.Flag("stdout"),
        Stderr = query.Flag("stderr"),
        Tty = query.Flag("tty"),
        Container = query.Text("container"),
        Command = query.Raw["command"].Select(word => word ?? "").ToApiList(),
    };

    public static PodAttachOptions Attach(QueryOptions query) => new()
    {
        Stdin = query.Flag("stdin"),
        Stdout = query.Flag("stdout"),
        Stderr = query.Flag("stderr"),
        Tty = query.Flag("tty"),
        Container = query.Text("container"),
    };

    public static PodPortForwardOptions PortForward(QueryOptions query) => new()
    {
        Ports = query.Raw["ports"].OfType<string>().SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries)).Select(Port).ToApiList(),
    };

    private static int Port(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var port)
        ? port
        : throw Failures.BadRequest($"strconv.ParseInt: parsing \"{text}\": invalid syntax");
}
