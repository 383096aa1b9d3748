using System.Globalization;
using Keelson.Api;

namespace Keelson.Server.Webhooks;

/// <summary>Where a webhook is, and whom to believe there.</summary>
/// <param name="Url">Where requests go; for a service its name in the cluster stands in the place of the host.</param>
/// <param name="Service">The service behind which it is; null for one outside.</param>
internal sealed record WebhookTarget(Uri Url, WebhookService? Service, Bytes Authority)
{
    private const int DefaultPort = 443;

    public static WebhookTarget Of(string? url, (string Namespace, string Name, string? Path, int? Port)? service, Bytes authority)
    {
        if (service is not { } named) return new WebhookTarget(new Uri(url ?? throw new WebhookException("the configuration names neither a url nor a service")), null, authority);
        var port = named.Port ?? DefaultPort;
        var address = new UriBuilder("https", $"{named.Name}.{named.Namespace}.svc", port, named.Path ?? "/").Uri;
        return new WebhookTarget(address, new WebhookService(named.Namespace, named.Name, port), authority);
    }

    /// <summary>The address as errors show it, always with the port of a service.</summary>
    public string Text(string query) => Service is null
        ? Url + query
        : string.Create(CultureInfo.InvariantCulture, $"https://{Url.Host}:{Service.Port}{Url.AbsolutePath}{query}");
}

/// <summary>A port of a service.</summary>
internal sealed record WebhookService(string Namespace, string Name, int Port);

/// <summary>A webhook could not be asked, or its answer is none.</summary>
internal sealed class WebhookException(string message, int? code = null, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What it answered, if it did.</summary>
    public int? Code { get; } = code;
}
