using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Keelson.Node.Kubelet.Probes;

/// <summary>Asks a server for its health by grpc.health.v1, the one call and the two messages of which fit here.</summary>
internal sealed class GrpcHealth : IDisposable
{
    private const int PrefixLength = 5;
    private const int AnswerLimit = 1024;
    private const byte ServiceField = 0x0A;
    private const byte StatusField = 0x08;
    private static readonly string[] StatusNames = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"];

    private readonly HttpMessageInvoker _http;

    public GrpcHealth(Func<string, int, CancellationToken, ValueTask<Stream>> dial) => _http = new HttpMessageInvoker(new SocketsHttpHandler
    {
        ConnectCallback = (context, cancel) => dial(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancel),
        PooledConnectionLifetime = TimeSpan.Zero,
        UseProxy = false,
    });

    public async Task<ProbeResult> CheckAsync(string host, int port, string service, CancellationToken cancel)
    {
        var literal = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://{literal}:{port}/grpc.health.v1.Health/Check")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(Question(service)) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        request.Headers.TryAddWithoutValidation("te", "trailers");
        request.Headers.TryAddWithoutValidation("user-agent", "kube-probe/1.36");
        using var response = await _http.SendAsync(request, cancel).ConfigureAwait(false);
        await using var body = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        var buffer = new byte[AnswerLimit];
        var length = await body.ReadAtLeastAsync(buffer, AnswerLimit, throwOnEndOfStream: false, cancel).ConfigureAwait(false);
        // A server that has nothing to say sends its status in the headers.
        var code = Header(response.TrailingHeaders, "grpc-status") ?? Header(response.Headers, "grpc-status") ?? "2";
        if (code == "12") return new ProbeResult(false, "error: this server does not implement the grpc health protocol (grpc.health.v1.Health)");
        if (code != "0") return new ProbeResult(false, $"error: health rpc probe failed: rpc error: code = {code} desc = {Header(response.TrailingHeaders, "grpc-message") ?? Header(response.Headers, "grpc-message")}");
        var status = Status(buffer.AsSpan(0, length));
        return status == 1 ? new ProbeResult(true, "service healthy")
            : new ProbeResult(false, $"service unhealthy (responded with \"{(status < StatusNames.Length ? StatusNames[status] : status.ToString(System.Globalization.CultureInfo.InvariantCulture))}\")");
    }

    public void Dispose() => _http.Dispose();

    private static byte[] Question(string service)
    {
        var name = Encoding.UTF8.GetBytes(service);
        using var message = new MemoryStream();
        if (name.Length > 0)
        {
            message.WriteByte(ServiceField);
            for (var rest = name.Length; ; rest >>= 7)
            {
                message.WriteByte((byte)(rest < 0x80 ? rest : rest | 0x80));
                if (rest < 0x80) break;
            }

            message.Write(name);
        }

        var framed = new byte[PrefixLength + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), (int)message.Length);
        message.ToArray().CopyTo(framed, PrefixLength);
        return framed;
    }

    // The one field is a small number, and the first byte after its tag holds it whole.
    private static int Status(ReadOnlySpan<byte> answer) => answer.Length >= PrefixLength + 2 && answer[PrefixLength] == StatusField ? answer[PrefixLength + 1] : 0;

    private static string? Header(HttpHeaders headers, string name) => headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
