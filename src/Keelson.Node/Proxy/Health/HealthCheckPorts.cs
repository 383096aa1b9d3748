using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Keelson.Client;

namespace Keelson.Node.Proxy.Health;

/// <summary>Tells load balancers, on the port that a service names, whether this node has endpoints of it.</summary>
internal sealed class HealthCheckPorts(ProxyOptions options, Func<bool> isHealthy) : IAsyncDisposable
{
    private readonly Dictionary<ObjectKey, Entry> _entries = [];

    /// <summary>Opens, changes or closes the port of one service.</summary>
    public async Task ChangeAsync(ObjectKey service, ServicePicture? picture)
    {
        var port = picture?.HealthCheckNodePort ?? 0;
        if (_entries.TryGetValue(service, out var entry) && entry.Port != port)
        {
            _entries.Remove(service);
            await entry.Server.DisposeAsync().ConfigureAwait(false);
            entry = null;
        }

        if (port == 0) return;
        if (entry is not null)
        {
            entry.Count = picture!.LocalReadyEndpoints;
            return;
        }

        var added = new Entry(service, port) { Count = picture!.LocalReadyEndpoints };
        added.Server = new SmallHttpServer(new IPEndPoint(options.HealthCheckAddress, port), options.Namespace, _ => added.Answer(isHealthy()));
        try
        {
            added.Server.Start();
            _entries[service] = added;
        }
        catch (SocketException failure)
        {
            options.OnError?.Invoke(new ProxyException($"Cannot listen on the health check port {port} of the service {service}: {failure.Message}", failure));
            await added.Server.DisposeAsync().ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var entry in _entries.Values) await entry.Server.DisposeAsync().ConfigureAwait(false);
        _entries.Clear();
    }

    private sealed class Entry(ObjectKey service, int port)
    {
        private volatile int _count;

        public int Port => port;

        public int Count
        {
            get => _count;
            set => _count = value;
        }

        public SmallHttpServer Server { get; set; } = null!;

        public SmallAnswer Answer(bool isHealthy)
        {
            var count = Count;
            using var body = new MemoryStream();
            using (var json = new Utf8JsonWriter(body))
            {
                json.WriteStartObject();
                json.WriteStartObject("service");
                json.WriteString("namespace", service.Namespace);
                json.WriteString("name", service.Name);
                json.WriteEndObject();
                json.WriteNumber("localEndpoints", count);
                json.WriteBoolean("serviceProxyHealthy", isHealthy);
                json.WriteEndObject();
            }

            return new SmallAnswer(count > 0 && isHealthy ? 200 : 503, "application/json", Encoding.UTF8.GetString(body.ToArray()) + "\n")
            {
                Headers = string.Create(CultureInfo.InvariantCulture, $"X-Load-Balancing-Endpoint-Weight: {count}\r\n"),
            };
        }
    }
}
