using System.Net;
using Keelson.Api.Core.V1;
using Keelson.Client.Configuration;
using Keelson.Client.Tests.Support;
using Keelson.Testing;

namespace Keelson.Client.Tests.Configuration;

/// <summary>What requests carry to say who the client is.</summary>
public sealed class CredentialTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("keelson-client-").FullName;
    private readonly VirtualClock _clock = new();
    private readonly FakeApi _api = new();

    public void Dispose()
    {
        _api.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_token_file_is_read_again_and_outlives_its_absence()
    {
        var file = Path.Combine(_folder, "token");
        await File.WriteAllTextAsync(file, "one\n");
        using var client = Create(Configuration() with { TokenFile = file });
        Assert.Equal("Bearer one", await AskAsync(client));
        await File.WriteAllTextAsync(file, "two");
        Assert.Equal("Bearer one", await AskAsync(client));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("Bearer two", await AskAsync(client));
        File.Delete(file);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("Bearer two", await AskAsync(client));
    }

    [Fact]
    public async Task A_token_that_is_refused_is_read_again_at_once()
    {
        var file = Path.Combine(_folder, "token");
        await File.WriteAllTextAsync(file, "one");
        using var client = Create(Configuration() with { TokenFile = file });
        Assert.Equal("Bearer one", await AskAsync(client));
        await File.WriteAllTextAsync(file, "two");
        _api.Refuse(HttpStatusCode.Unauthorized, "Unauthorized");
        Assert.Equal("Bearer two", await AskAsync(client));
        _api.Refuse(HttpStatusCode.Unauthorized, "Unauthorized");
        Assert.True((await Assert.ThrowsAsync<ApiException>(() => client.Resource<ConfigMap>().In("default").GetAsync("a", Eventually.Limit()))).IsUnauthorized);
    }

    [Fact]
    public async Task A_name_with_a_password_and_an_impersonation_become_headers()
    {
        using var client = Create(Configuration() with
        {
            Username = "jane",
            Password = "pass",
            Impersonate = new Impersonation("joe") { Uid = "7", Groups = ["a", "b"], Extra = new Dictionary<string, IReadOnlyList<string>> { ["Acme/Scope"] = ["x"] } },
        });
        Assert.Equal("Basic amFuZTpwYXNz", await AskAsync(client));
        var headers = _api.Requests[0].Headers;
        Assert.Equal(("joe", "7", "a, b", "x"), (headers["Impersonate-User"], headers["Impersonate-Uid"], headers["Impersonate-Group"], headers["Impersonate-Extra-acme%2Fscope"]));
    }

    [Fact]
    public async Task A_program_gives_a_token_until_it_expires_or_is_refused()
    {
        var exec = Program("""
            echo run >> "$COUNT_FILE"
            echo "$KUBERNETES_EXEC_INFO" > "$COUNT_FILE.info"
            echo "{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{\"token\":\"$1-$(wc -l < "$COUNT_FILE")\",\"expirationTimestamp\":\"2026-01-01T01:00:00Z\"}}"
            """) with { Arguments = ["t"], ProvideClusterInfo = true };
        using var client = Create(Configuration() with { Exec = exec });
        Assert.Equal("Bearer t-1", await AskAsync(client));
        Assert.Equal("Bearer t-1", await AskAsync(client));
        _api.Refuse(HttpStatusCode.Unauthorized, "Unauthorized");
        Assert.Equal("Bearer t-2", await AskAsync(client));
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal("Bearer t-3", await AskAsync(client));
        var info = await File.ReadAllTextAsync(Path.Combine(_folder, "count.info"));
        Assert.Contains("\"interactive\":false", info, StringComparison.Ordinal);
        Assert.Contains("\"server\":\"https://example/\"", info, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("echo nothing", "no JSON")]
    [InlineData("echo '{}'", "no ExecCredential")]
    [InlineData("echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\"}'", "status")]
    [InlineData("echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{}}'", "didn't return a token")]
    [InlineData("echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"v9\",\"status\":{\"token\":\"t\"}}'", "returned version v9")]
    [InlineData("echo trouble >&2; exit 3", "exit code 3: trouble")]
    [InlineData("head -c 2000000 /dev/zero", "more than")]
    public async Task A_program_that_fails_is_named_with_its_reason(string script, string expected)
    {
        using var client = Create(Configuration() with { Exec = Program(script) });
        var failure = await Assert.ThrowsAsync<ConfigurationException>(() => AskAsync(client));
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_is_missing_is_named_with_how_to_get_it()
    {
        using var client = Create(Configuration() with { Exec = new ExecConfiguration(Path.Combine(_folder, "missing")) { InstallHint = "Install it." } });
        var failure = await Assert.ThrowsAsync<ConfigurationException>(() => AskAsync(client));
        Assert.EndsWith("Install it.", failure.Message, StringComparison.Ordinal);
    }

    private static ClientConfiguration Configuration() => new() { Server = new Uri("https://example") };

    private ApiClient Create(ClientConfiguration configuration) => new(new ApiClientOptions { Handler = _api, Configuration = configuration, Time = _clock });

    private async Task<string> AskAsync(ApiClient client)
    {
        _api.Answer(Samples.Map("a", 1));
        await client.Resource<ConfigMap>().In("default").GetAsync("a", Eventually.Limit());
        return _api.Requests[^1].Headers["Authorization"];
    }

    private ExecConfiguration Program(string script)
    {
        var file = Path.Combine(_folder, "plugin.sh");
        File.WriteAllText(file, "#!/bin/sh\n" + script + "\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new ExecConfiguration(file) { Environment = new Dictionary<string, string> { ["COUNT_FILE"] = Path.Combine(_folder, "count") } };
    }
}
