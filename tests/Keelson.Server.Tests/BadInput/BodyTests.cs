using System.Net.Http.Headers;
using System.Text;

namespace Keelson.Server.Tests.BadInput;

/// <summary>Bodies that are too large, too deep, or not what they say.</summary>
public sealed class BodyTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_beyond_3_MiB_is_refused_by_its_length_or_where_it_passes_the_limit(bool chunked)
    {
        await using var server = await ListeningServer.StartAsync();
        var body = Encoding.UTF8.GetBytes($$$$$"""{"metadata":{"name":"a"},"data":{"a":"{{{{{new string('x', 3 * 1024 * 1024)}}}}}"}}""");
        using var content = new StreamContent(chunked ? new Unmeasured(body) : new MemoryStream(body)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using var request = new HttpRequestMessage(HttpMethod.Post, Maps) { Content = content };
        request.Headers.TransferEncodingChunked = chunked;
        using var response = await server.Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.Equal(413, (int)response.StatusCode);
        Assert.Contains("\"reason\":\"RequestEntityTooLarge\"", text, StringComparison.Ordinal);
        Assert.Contains("Request entity too large: limit is 3145728", text, StringComparison.Ordinal);
        Assert.Equal(200, (await TestServer.SendAsync(server.Client, "GET", Maps)).Code);
    }

    [Theory]
    [InlineData("application/json", 0)]
    [InlineData("application/json", 1)]
    [InlineData("application/yaml", 0)]
    [InlineData("application/yaml", 1)]
    [InlineData("application/yaml", 2)]
    public async Task A_body_that_nests_without_end_is_a_bad_request(string type, int form)
    {
        const int Depth = 200_000;
        await using var server = await TestServer.StartAsync();
        var nested = form switch
        {
            0 => new string('[', Depth),
            1 => string.Concat(Enumerable.Repeat("{\"a\":", Depth)),
            _ => string.Concat(Enumerable.Range(0, 1500).Select(i => new string(' ', i) + "a:\n")),
        };
        var core = await server.SendAsync("POST", Maps, nested, type);
        Assert.True(core.Code == 400, core.Text[..Math.Min(300, core.Text.Length)]);
        Assert.Equal("BadRequest", core.Reason);
        var patch = await server.SendAsync("PATCH", Maps + "/kube-root-ca.crt", nested, type == "application/yaml" ? "application/apply-patch+yaml" : "application/merge-patch+json");
        Assert.InRange(patch.Code, 400, 499);
        Assert.Equal(200, (await server.GetAsync(Maps)).Code);
    }

    [Fact]
    public async Task A_protobuf_message_that_nests_without_end_is_a_bad_request()
    {
        await using var server = await TestServer.StartAsync();

        // Schema properties hold schemas: "not" is field 28 of each, so a message can wrap itself as often as it likes.
        byte[] message = [];
        for (var i = 0; i < 20_000; i++) message = [0xe2, 0x01, .. Length(message.Length), .. message];
        byte[] unknown = [0x0a, .. Length(message.Length), .. message];
        byte[] body = [.. "k8s\0"u8, 0x0a, 0x10, 0x0a, 0x02, .. "v1"u8, 0x12, 0x09, .. "ConfigMap"u8, 0x00, 0x12, .. Length(unknown.Length), .. unknown];
        using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/vnd.kubernetes.protobuf") } };
        using var response = await server.Client.PostAsync(new Uri(Maps, UriKind.Relative), content);
        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal(200, (await server.GetAsync(Maps)).Code);
    }

    [Theory]
    [InlineData("application/json", """{"metadata":{"name":"a"},"data":{"a":"1"},"data":{"a":"2"}}""", "duplicate field \\\"data\\\"")]
    [InlineData("application/yaml", "metadata: {name: a}\ndata: {a: '1'}\ndata: {a: '2'}\n", "already set in map")]
    [InlineData("application/json", """{"metadata":{"name":"a"},"dato":{}}""", "unknown field \\\"dato\\\"")]
    public async Task What_occurs_twice_or_is_unknown_is_warned_of_or_refused_as_the_client_wants(string type, string body, string finding)
    {
        await using var server = await TestServer.StartAsync();
        var strict = await server.SendAsync("POST", Maps + "?fieldValidation=Strict", body, type);
        Assert.Equal((400, "BadRequest"), (strict.Code, strict.Reason));
        Assert.Contains(finding.Replace("\\", "", StringComparison.Ordinal), strict.Message, StringComparison.Ordinal);
        var warned = await server.SendAsync("POST", Maps + "?fieldValidation=Warn", body, type);
        Assert.Equal(201, warned.Code);
        Assert.Contains(finding, string.Join(' ', warned.Warnings), StringComparison.Ordinal);
        await server.DeleteAsync(Maps + "/a");
        var ignored = await server.SendAsync("POST", Maps + "?fieldValidation=Ignore", body, type);
        Assert.Equal(201, ignored.Code);
        Assert.Empty(ignored.Warnings);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{")]
    [InlineData("{\"metadata\":")]
    [InlineData("{}}")]
    [InlineData("{\"metadata\":{\"name\":7}}")]
    [InlineData("{\"metadata\":[]}")]
    [InlineData("{\"kind\":7}")]
    [InlineData("{\"data\":{\"a\":1e400}}")]
    [InlineData("{\"metadata\":{\"name\":\"a\\ud800\"}}")]
    [InlineData("\u0000")]
    public async Task A_body_that_is_no_object_of_the_kind_is_the_clients_fault(string body)
    {
        await using var server = await TestServer.StartAsync();
        foreach (var (method, path, type) in new[]
        {
            ("POST", Maps, "application/json"), ("POST", Maps, "application/yaml"), ("POST", Maps, "application/vnd.kubernetes.protobuf"),
            ("PUT", Maps + "/a", "application/json"), ("PATCH", Maps + "/a", "application/merge-patch+json"), ("PATCH", Maps + "/a", "application/json-patch+json"),
            ("PATCH", Maps + "/a", "application/strategic-merge-patch+json"), ("PATCH", Maps + "/a?fieldManager=t", "application/apply-patch+yaml"),
            ("POST", Definitions, "application/json"), ("DELETE", Maps + "/nothing", "application/json"),
        })
        {
            var answer = await server.SendAsync(method, path, body, type);
            Assert.True(answer.Code is >= 400 and < 500, $"{method} {path} as {type}: {answer.Code} {answer.Text}");
            Assert.Equal("Status", answer.Json["kind"]!.AsText());
        }
    }

    [Fact]
    public async Task Bytes_that_are_no_text_never_get_into_an_object()
    {
        await using var server = await TestServer.StartAsync();
        foreach (var bad in new byte[][] { [0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf8, 0x88, 0x80, 0x80, 0x80] })
        {
            byte[] body = [.. "{\"metadata\":{\"name\":\"a\"},\"data\":{\"a\":\""u8, .. bad, .. "\"}}"u8];
            using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            using var response = await server.Client.PostAsync(new Uri(Maps, UriKind.Relative), content);
            Assert.InRange((int)response.StatusCode, 200, 499);
            var read = await server.GetAsync(Maps);
            Assert.Equal(read.Content, Encoding.UTF8.GetBytes(read.Text));
            await server.DeleteAsync(Maps + "/a");
        }

        var withNull = await server.PostAsync(Maps, """{"metadata":{"name":"b"},"data":{"a":"x\u0000y"}}""");
        Assert.Equal(201, withNull.Code);
        Assert.Equal("x\0y", (await server.GetAsync(Maps + "/b")).Json["data", "a"]!.AsText());
        Assert.Equal(422, (await server.PostAsync(Maps, """{"metadata":{"name":"b\u0000"}}""")).Code);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    [InlineData("nothing/at-all; charset=utf-8")]
    public async Task A_content_type_that_is_not_spoken_is_told_with_those_that_are(string type)
    {
        await using var server = await TestServer.StartAsync();
        var posted = await server.SendAsync("POST", Maps, """{"metadata":{"name":"a"}}""", type);
        Assert.Equal((415, "UnsupportedMediaType"), (posted.Code, posted.Reason));
        Assert.Equal("the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf", posted.Message);
        var patched = await server.SendAsync("PATCH", Maps + "/a", "{}", type);
        Assert.Equal(415, patched.Code);
        Assert.Equal("the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml", patched.Message.Replace(", application/apply-patch+cbor", "", StringComparison.Ordinal));
        var asked = await server.GetAsync(Maps, type);
        Assert.Equal((406, "NotAcceptable"), (asked.Code, asked.Reason));
        Assert.StartsWith("only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf", asked.Message, StringComparison.Ordinal);
    }

    private const string Definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

    private static byte[] Length(int length)
    {
        var bytes = new List<byte>();
        for (; length >= 0x80; length >>= 7) bytes.Add((byte)(length | 0x80));
        bytes.Add((byte)length);
        return [.. bytes];
    }

    /// <summary>Does not say how long it is.</summary>
    private sealed class Unmeasured(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
