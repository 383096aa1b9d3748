using System.Formats.Tar;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;

namespace Keelson.EndToEnd.Images;

/// <summary>Debian's docker-registry with images that the test made: filled over loopback, then served inside of a cluster's network.</summary>
internal sealed class TestRegistry : IAsyncDisposable
{
    private const string Program = "docker-registry";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("keelson-registry-");
    private RunningProgram? _running;

    /// <summary>Why it cannot be used here, or null where it can.</summary>
    public static string? WhyNot => RunningProgram.Find(Program) is null ? "docker-registry is not installed." : null;

    /// <summary>A registry that has these images.</summary>
    /// <param name="images">By repository and tag, such as library/nginx:latest, the archive.</param>
    public static async Task<TestRegistry> FillAsync(params (string Name, byte[] Archive)[] images)
    {
        var registry = new TestRegistry();
        var port = FreePort();
        registry.Start([], $"127.0.0.1:{port}");
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        await registry.WaitAsync(client);
        foreach (var (name, archive) in images) await PushAsync(client, name, archive);
        await registry.StopAsync();
        return registry;
    }

    /// <summary>Serves from inside of a network namespace.</summary>
    public void ServeIn(string networkNamespace, string address) => Start(["nsenter", $"--net={networkNamespace}", "--"], address);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Delete(recursive: true);
    }

    private void Start(string[] before, string address)
    {
        var configuration = Path.Combine(_folder.FullName, "config.yml");
        File.WriteAllText(configuration, $$"""
            version: 0.1
            log: { level: warn }
            storage: { filesystem: { rootdirectory: {{_folder.FullName}}/data } }
            http: { addr: "{{address}}" }
            """);
        string[] command = [.. before, Program, "serve", configuration];
        _running = RunningProgram.Start(command[0], command[1..]);
    }

    public async Task StopAsync()
    {
        if (_running is null) return;
        await _running.DisposeAsync();
        _running = null;
    }

    private async Task WaitAsync(HttpClient client)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri("/v2/", UriKind.Relative), patience.Token);
                if (answer.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"The registry did not answer in {Patience}:\n{_running!.Output}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    }

    private static async Task PushAsync(HttpClient client, string name, byte[] archive)
    {
        var (repository, tag) = (name[..name.LastIndexOf(':')], name[(name.LastIndexOf(':') + 1)..]);
        var files = Files(archive);
        using var index = JsonDocument.Parse(files["index.json"]);
        var manifestDigest = index.RootElement.GetProperty("manifests")[0].GetProperty("digest").GetString()!;
        var manifest = files["blobs/sha256/" + manifestDigest["sha256:".Length..]];
        using var content = JsonDocument.Parse(manifest);
        var blobs = content.RootElement.GetProperty("layers").EnumerateArray().Append(content.RootElement.GetProperty("config")).Select(blob => blob.GetProperty("digest").GetString()!);
        foreach (var digest in blobs) await PutBlobAsync(client, repository, digest, files["blobs/sha256/" + digest["sha256:".Length..]]);
        using var body = new ByteArrayContent(manifest) { Headers = { ContentType = new MediaTypeHeaderValue("application/vnd.oci.image.manifest.v1+json") } };
        using var answer = await client.PutAsync(new Uri($"/v2/{repository}/manifests/{tag}", UriKind.Relative), body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static async Task PutBlobAsync(HttpClient client, string repository, string digest, byte[] blob)
    {
        using var begun = await client.PostAsync(new Uri($"/v2/{repository}/blobs/uploads/", UriKind.Relative), null);
        Assert.Equal(HttpStatusCode.Accepted, begun.StatusCode);
        var place = begun.Headers.Location!.ToString();
        var address = place + (place.Contains('?', StringComparison.Ordinal) ? '&' : '?') + "digest=" + Uri.EscapeDataString(digest);
        using var body = new ByteArrayContent(blob) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };
        using var ended = await client.PutAsync(new Uri(address, UriKind.RelativeOrAbsolute), body);
        Assert.Equal(HttpStatusCode.Created, ended.StatusCode);
    }

    private static Dictionary<string, byte[]> Files(byte[] archive)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        using var reader = new TarReader(new MemoryStream(archive));
        while (reader.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is null) continue;
            using var content = new MemoryStream();
            entry.DataStream.CopyTo(content);
            files[entry.Name] = content.ToArray();
        }

        return files;
    }

    private static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }
}
