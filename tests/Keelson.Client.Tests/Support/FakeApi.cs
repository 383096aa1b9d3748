using System.IO.Pipelines;
using System.Net;
using System.Text;

namespace Keelson.Client.Tests.Support;

/// <summary>An API server that gives the answers it was told to give, in order, and then keeps whoever asks waiting.</summary>
internal sealed class FakeApi : HttpMessageHandler
{
    private readonly Lock _lock = new();
    private readonly Queue<Func<HttpResponseMessage>> _answers = new();
    private readonly List<FakeRequest> _requests = [];

    public IReadOnlyList<FakeRequest> Requests
    {
        get { lock (_lock) return [.. _requests]; }
    }

    public int Unused
    {
        get { lock (_lock) return _answers.Count; }
    }

    public FakeApi Answer(string body, HttpStatusCode code = HttpStatusCode.OK, params (string Name, string Value)[] headers)
    {
        lock (_lock) _answers.Enqueue(() => Response(code, new StringContent(body, Encoding.UTF8, "application/json"), headers));
        return this;
    }

    public FakeApi Refuse(HttpStatusCode code, string reason, params (string Name, string Value)[] headers) =>
        Answer($$"""{"kind":"Status","apiVersion":"v1","status":"Failure","message":"no: {{reason}}","reason":"{{reason}}","code":{{(int)code}}}""", code, headers);

    public FakeApi Fail(Exception failure)
    {
        lock (_lock) _answers.Enqueue(() => throw failure);
        return this;
    }

    /// <summary>The next request is answered with a stream that the test writes.</summary>
    public FakeWatch Watch(string mediaType = "application/json")
    {
        var watch = new FakeWatch();
        lock (_lock)
        {
            _answers.Enqueue(() =>
            {
                var content = new StreamContent(watch.Reader);
                content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
                return Response(HttpStatusCode.OK, content, []);
            });
        }

        return watch;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        Func<HttpResponseMessage>? answer;
        lock (_lock)
        {
            _requests.Add(new FakeRequest(
                request.Method.Method, request.RequestUri!.PathAndQuery, body, request.Content?.Headers.ContentType?.ToString() ?? "",
                request.Headers.ToDictionary(header => header.Key, header => string.Join(", ", header.Value))));
            _answers.TryDequeue(out answer);
        }

        if (answer is null) await Task.Delay(Timeout.Infinite, cancellationToken);
        return answer!();
    }

    private static HttpResponseMessage Response(HttpStatusCode code, HttpContent content, (string Name, string Value)[] headers)
    {
        var response = new HttpResponseMessage(code) { Content = content };
        foreach (var (name, value) in headers) response.Headers.TryAddWithoutValidation(name, value);
        return response;
    }
}

/// <summary>What a client asked for.</summary>
internal sealed record FakeRequest(string Method, string Path, string Body, string ContentType, Dictionary<string, string> Headers);

/// <summary>The stream of a watch, written by the test.</summary>
internal sealed class FakeWatch
{
    private readonly Pipe _pipe = new();

    public Stream Reader => _pipe.Reader.AsStream();

    public bool IsReaderGone
    {
        get
        {
            var flush = _pipe.Writer.FlushAsync();
            return flush.IsCompletedSuccessfully && flush.Result.IsCompleted;
        }
    }

    public FakeWatch Send(string text) => Send(Encoding.UTF8.GetBytes(text));

    public FakeWatch Send(byte[] bytes)
    {
        _pipe.Writer.WriteAsync(bytes).AsTask().GetAwaiter().GetResult();
        return this;
    }

    public FakeWatch Event(string type, string body) => Send($"{{\"type\":\"{type}\",\"object\":{body}}}\n");

    public void End() => _pipe.Writer.Complete();

    public void Break() => _pipe.Writer.Complete(new IOException("the connection broke"));
}
