using System.Collections.Concurrent;
using System.Formats.Tar;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Keelson.Node.Network;
using Keelson.Node.Runtime;
using Keelson.Node.Runtime.Images;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Keelson.Node.Tests.Runtime.Containerd;

/// <summary>As much of a registry as a pull needs, in a network namespace; what begins with "private/" wants a credential.</summary>
internal sealed class SmallRegistry : IAsyncDisposable
{
    private const string Secret = "somebody:secret";

    private readonly ConcurrentDictionary<string, byte[]> _contents = new();
    private readonly WebApplication _application;
    private readonly Socket _socket;

    private SmallRegistry(WebApplication application, Socket socket)
    {
        _application = application;
        _socket = socket;
        Url = $"http://{socket.LocalEndPoint}";
        application.Run(AnswerAsync);
    }

    public static RegistryCredential Credential { get; } = new() { UserName = "somebody", Password = "secret" };

    public string Url { get; }

    public static async Task<SmallRegistry> StartAsync(string networkNamespace)
    {
        var socket = NetworkNamespace.At(networkNamespace).Listen(new IPEndPoint(IPAddress.Loopback, 0));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenHandle((ulong)socket.Handle));
        var registry = new SmallRegistry(builder.Build(), socket);
        await registry._application.StartAsync();
        return registry;
    }

    /// <summary>Serves the blobs of an archive; its manifest under every tag.</summary>
    public void Add(string repository, byte[] archive)
    {
        using var tar = new TarReader(new MemoryStream(archive));
        while (tar.GetNextEntry() is { } entry)
        {
            var content = new MemoryStream();
            entry.DataStream?.CopyTo(content);
            if (!entry.Name.StartsWith("blobs/", StringComparison.Ordinal)) continue;
            var digest = "sha256:" + entry.Name["blobs/sha256/".Length..];
            _contents[$"/v2/{repository}/blobs/{digest}"] = _contents[$"/v2/{repository}/manifests/{digest}"] = content.ToArray();
            if (Encoding.UTF8.GetString(content.ToArray()).Contains(MediaTypes.OciConfig, StringComparison.Ordinal)) _contents[$"/v2/{repository}/manifests/1"] = content.ToArray();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        _socket.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (path.StartsWith("/v2/private/", StringComparison.Ordinal) && context.Request.Headers.Authorization != "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(Secret)))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"small\"";
            return;
        }

        if (!_contents.TryGetValue(path, out var content))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        context.Response.ContentType = path.Contains("/manifests/", StringComparison.Ordinal) ? MediaTypes.OciManifest : "application/octet-stream";
        context.Response.Headers["Docker-Content-Digest"] = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content));
        context.Response.ContentLength = content.Length;
        if (context.Request.Method != HttpMethods.Head) await context.Response.Body.WriteAsync(content);
    }
}
