using System.Net.Http.Headers;
using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;

namespace Keelson.Server.Allocation;

/// <summary>Tells in events what is wrong with addresses, each thing once.</summary>
internal sealed class AddressEvents(HttpClient client, TimeProvider time, string component)
{
    /// <summary>Things remembered as told; default 1,000. Then it begins anew.</summary>
    private const int MaxTold = 1000;

    private readonly HashSet<(string Uid, string Message)> _told = [];

    public async Task TellAsync(ObjectReference about, string reason, string action, string message, CancellationToken cancel)
    {
        if (_told.Count >= MaxTold) _told.Clear();
        if (!_told.Add((about.Uid, message))) return;

        // Events about what is in no namespace are in the default one.
        var place = about.Namespace.Length > 0 ? about.Namespace : "default";
        var now = time.GetUtcNow();
        var told = new Event
        {
            Metadata = new ObjectMeta { GenerateName = about.Name.Replace(':', '-').Trim('-') + "-", Namespace = place },
            InvolvedObject = about,
            Reason = reason,
            Message = message,
            Type = "Warning",
            Count = 1,
            Action = action,
            FirstTimestamp = Time.FromDateTimeOffset(now),
            LastTimestamp = Time.FromDateTimeOffset(now),
            Source = new EventSource { Component = component },
            ReportingComponent = component,
        };
        using var content = new ByteArrayContent(ApiJson.Encode(told)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

        // An event that is not taken, as in a namespace that is going, is not missed.
        using var response = await client.PostAsync(new Uri($"/api/v1/namespaces/{place}/events", UriKind.Relative), content, cancel).ConfigureAwait(false);
    }
}
