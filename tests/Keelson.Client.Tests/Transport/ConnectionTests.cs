using Keelson.Api.Core.V1;
using Keelson.Client.Configuration;
using Keelson.Client.Tests.Support;

namespace Keelson.Client.Tests.Transport;

/// <summary>Over a real socket with TLS, by a kubeconfig with a client certificate.</summary>
public sealed class ConnectionTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_certificate_and_the_clusters_authority_are_enough(bool useProtobuf)
    {
        await using var server = await LocalServer.StartAsync(isListening: true);
        using var client = new ApiClient(new ApiClientOptions { Configuration = server.AdminConfiguration(), UseProtobuf = useProtobuf });
        var created = await client.Resource<Pod>().CreateAsync(Samples.Pod("one"), cancel: Eventually.Limit());
        await foreach (var change in client.Resource<Pod>().In("default").WatchAsync(cancel: Eventually.Limit()))
        {
            Assert.Equal(created.Metadata.Uid, change.Object.Metadata.Uid);
            break;
        }
    }

    [Fact]
    public async Task A_server_that_another_authority_signed_is_not_spoken_to()
    {
        await using var server = await LocalServer.StartAsync(isListening: true);
        await using var other = await LocalServer.StartAsync(isListening: true);
        var configuration = server.AdminConfiguration() with { CertificateAuthority = other.AdminConfiguration().CertificateAuthority };
        using (var client = new ApiClient(configuration)) await Assert.ThrowsAsync<HttpRequestException>(() => client.Resource<Pod>().ListAsync(cancel: Eventually.Limit()));
        using (var client = new ApiClient(server.AdminConfiguration() with { TlsServerName = "elsewhere.example" }))
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => client.Resource<Pod>().ListAsync(cancel: Eventually.Limit()));
        }

        using (var client = new ApiClient(configuration with { CertificateAuthority = null, SkipTlsVerify = true })) Assert.Empty((await client.Resource<Pod>().ListAsync(cancel: Eventually.Limit())).Items);
    }

    [Fact]
    public async Task Without_a_certificate_the_server_refuses()
    {
        await using var server = await LocalServer.StartAsync(isListening: true);
        using var client = new ApiClient(server.AdminConfiguration() with { ClientCertificate = null, ClientKey = null, Token = "nobody" });
        var refusal = await Assert.ThrowsAsync<ApiException>(() => client.Resource<Pod>().ListAsync(cancel: Eventually.Limit()));
        Assert.True(refusal.IsUnauthorized);
    }

    [Fact]
    public async Task A_broken_certificate_is_named()
    {
        await using var server = await LocalServer.StartAsync(isListening: true);
        var configuration = server.AdminConfiguration();
        Assert.Throws<ConfigurationException>(() => new ApiClient(configuration with { CertificateAuthority = new PemSource("no certificate", null) }));
        Assert.Throws<ConfigurationException>(() => new ApiClient(configuration with { ClientKey = new PemSource("no key", null) }));
        Assert.Throws<ConfigurationException>(() => new ApiClient(configuration with { ClientKey = new PemSource(null, "there-is-no-such-file") }));
    }
}
