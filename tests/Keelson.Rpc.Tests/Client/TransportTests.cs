using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Keelson.Rpc.Client;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Keelson.Rpc.Tests.Client;

public sealed class TransportTests
{
    private static readonly DateTimeOffset Yesterday = DateTimeOffset.UtcNow.AddDays(-1);
    private static readonly DateTimeOffset Tomorrow = DateTimeOffset.UtcNow.AddDays(1);

    [Fact]
    public async Task A_call_goes_over_a_unix_socket()
    {
        var folder = Directory.CreateTempSubdirectory("rpc");
        try
        {
            var path = Path.Combine(folder.FullName, "s");
            await using var peer = await Peer.StartAsync(kestrel => kestrel.ListenUnixSocket(path, endpoint => endpoint.Protocols = HttpProtocols.Http2));
            foreach (var endpoint in new[] { $"unix:{path}", $"unix://{path}" })
            {
                using var channel = Peer.Channel(endpoint);
                Assert.Equal("x", (await channel.CallAsync(Peer.Echo, new() { Value = "x" })).Value);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Ending_the_channel_ends_its_calls()
    {
        await using var peer = await Peer.StartAsync();
        var channel = Peer.Channel(peer.Address);
        var call = channel.CallAsync(Peer.Hang, new());
        await peer.HangBegun;
        channel.Dispose();
        Assert.Equal(RpcStatus.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => call)).Status);
        await peer.HangEnded;
        await Assert.ThrowsAsync<ObjectDisposedException>(() => channel.CallAsync(Peer.Echo, new()));
    }

    [Fact]
    public async Task A_socket_that_is_not_there_is_unavailable()
    {
        using var channel = Peer.Channel("unix:/nonexistent/socket");
        var error = await Assert.ThrowsAsync<RpcException>(() => channel.CallAsync(Peer.EchoOnce, new()));
        Assert.Equal(RpcStatus.Unavailable, error.Status);
        Assert.True(error.IsUnprocessed);
        Assert.Contains("/nonexistent/socket", error.Message);
    }

    [Fact]
    public async Task Both_sides_prove_who_they_are_with_certificates()
    {
        using var authority = Authority();
        using var server = Issue(authority, "server");
        using var client = Issue(authority, "client");
        var clientSeen = "";
        await using var peer = await Peer.StartAsync(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endpoint =>
        {
            endpoint.Protocols = HttpProtocols.Http2;
            endpoint.UseHttps(new HttpsConnectionAdapterOptions
            {
                ServerCertificate = server,
                ClientCertificateMode = ClientCertificateMode.RequireCertificate,
                ClientCertificateValidation = (certificate, _, _) =>
                {
                    clientSeen = certificate.Subject;
                    return true;
                },
            });
        }));
        var tls = new RpcTls { TrustedRoots = [authority], ClientCertificate = client };
        using var channel = new RpcChannel(Peer.Options(peer.Address) with { Tls = tls });
        Assert.Equal("x", (await channel.CallAsync(Peer.Echo, new() { Value = "x" })).Value);
        Assert.Equal("CN=client", clientSeen);
    }

    [Fact]
    public async Task A_server_that_another_authority_vouches_for_is_not_trusted()
    {
        using var authority = Authority();
        using var other = Authority();
        using var server = Issue(authority, "server");
        await using var peer = await Peer.StartAsync(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endpoint =>
        {
            endpoint.Protocols = HttpProtocols.Http2;
            endpoint.UseHttps(server);
        }));
        using var channel = new RpcChannel(Peer.Options(peer.Address) with { Tls = new() { TrustedRoots = [other] } });
        var error = await Assert.ThrowsAsync<RpcException>(() => channel.CallAsync(Peer.Echo, new()));
        Assert.Equal(RpcStatus.Unavailable, error.Status);
        Assert.Equal(0, peer.Calls);
    }

    [Fact]
    public async Task A_dead_endpoint_is_passed_over()
    {
        await using var first = await Peer.StartAsync();
        await using var second = await Peer.StartAsync();
        using var channel = Peer.Channel(first.Address, "http://127.0.0.1:1", second.Address);
        for (var round = 0; round < 20; round++) await channel.CallAsync(Peer.EchoOnce, new());
        Assert.Equal(20, first.Calls + second.Calls);
        Assert.InRange(first.Calls, 5, 15);
    }

    [Fact]
    public async Task When_a_server_dies_the_next_one_takes_over()
    {
        var first = await Peer.StartAsync();
        await using var second = await Peer.StartAsync();
        using var channel = Peer.Channel(first.Address, second.Address);
        for (var round = 0; round < 4; round++) await channel.CallAsync(Peer.Echo, new());
        await first.DisposeAsync();
        for (var round = 0; round < 10; round++) await channel.CallAsync(Peer.Echo, new());
        Assert.True(second.Calls >= 10);
    }

    [Fact]
    public async Task A_call_that_may_not_be_repeated_is_sent_once_when_its_outcome_is_unknown()
    {
        await using var peer = await Peer.StartAsync();
        using var channel = Peer.Channel(peer.Address);
        var calls = 0;
        var unavailable = new RpcMethod<Google.Protobuf.WellKnownTypes.StringValue, Google.Protobuf.WellKnownTypes.StringValue>(Peer.Fail.Path);
        for (var round = 0; round < 2; round++)
        {
            var error = await Assert.ThrowsAsync<RpcException>(() => channel.CallAsync(unavailable, new() { Value = "Unavailable:later" }));
            Assert.Equal("later", error.Message);
            Assert.False(error.IsUnprocessed);
            calls++;
        }

        Assert.Equal(2, calls);
    }

    [Fact]
    public async Task A_stream_begins_on_the_next_server_when_the_first_is_gone()
    {
        await using var peer = await Peer.StartAsync();
        using var channel = Peer.Channel("http://127.0.0.1:1", peer.Address);
        for (var round = 0; round < 3; round++)
        {
            var seen = 0;
            await foreach (var _ in channel.StreamAsync(Peer.Count, new() { Value = 10 })) seen++;
            Assert.Equal(10, seen);
        }
    }

    [Theory]
    [InlineData("ftp://x")]
    [InlineData("unix:")]
    [InlineData("http://")]
    public void An_endpoint_that_cannot_be_one_is_refused(string endpoint) =>
        Assert.Throws<ArgumentException>(() => Peer.Channel(endpoint));

    private static X509Certificate2 Authority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(Yesterday, Tomorrow);
    }

    private static X509Certificate2 Issue(X509Certificate2 authority, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(authority, Yesterday, Tomorrow, RandomNumberGenerator.GetBytes(8));
        return issued.CopyWithPrivateKey(key);
    }
}
