using Keelson.Storage.Tests.Etcd;

namespace Keelson.EndToEnd.Store;

/// <summary>How "keelson store serve" starts, listens, and stops.</summary>
public sealed class ServeTests : IDisposable
{
    private const string ServerUsage = "1.3.6.1.5.5.7.3.1";
    private const string ClientUsage = "1.3.6.1.5.5.7.3.2";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_was_acknowledged_is_there_after_a_kill()
    {
        Etcdctl.SkipUnlessInstalled();
        await using var store = await KeelsonStore.ServeAsync(_folder["data"]);
        for (var round = 0; round < 3; round++)
        {
            await new Etcdctl(store.Endpoint).RunAsync("put", $"k{round}", $"{round}");
            await store.KillAndRestartAsync();
            Assert.Equal($"k{round}\n{round}", await new Etcdctl(store.Endpoint).RunAsync("get", $"k{round}"));
        }

        Assert.Contains("\"revision\":4", await new Etcdctl(store.Endpoint).RunAsync("get", "k0", "-w=json"));
    }

    [Fact]
    public async Task A_watch_goes_on_after_the_server_has_been_killed()
    {
        Etcdctl.SkipUnlessInstalled();
        var port = EtcdProcess.FreePort();
        await using var store = await KeelsonStore.ServeAsync(_folder["data"], "--listen", $"127.0.0.1:{port}");
        var etcdctl = new Etcdctl(store.Endpoint);
        await etcdctl.RunAsync("put", "w", "1");
        await using var watch = etcdctl.Start("watch", "w", "--rev=2");
        await watch.UntilAsync(lines => lines.Contains("1"));
        await store.KillAndRestartAsync();
        await etcdctl.RunAsync("put", "w", "2");
        await watch.UntilAsync(lines => lines.Contains("2"));
        Assert.Equal(["PUT", "w", "1", "PUT", "w", "2"], watch.Output);
    }

    [Fact]
    public async Task Told_to_stop_it_stops_at_once_also_with_an_open_watch()
    {
        Etcdctl.SkipUnlessInstalled();
        foreach (var byTerminal in new[] { true, false })
        {
            await using var store = await KeelsonStore.ServeAsync(_folder["data"]);
            var etcdctl = new Etcdctl(store.Endpoint);
            await etcdctl.RunAsync("put", "a", "1");
            await using var watch = etcdctl.Start("watch", "a", "--rev=2");
            await watch.UntilAsync(lines => lines.Contains("1"));
            if (byTerminal) store.Process.Interrupt();
            else store.Process.Terminate();
            await store.Process.EndAsync();
            Assert.Equal((0, ""), (store.Process.ExitCode, store.Process.Errors));
        }
    }

    [Fact]
    public async Task With_certificates_only_known_clients_get_in()
    {
        Etcdctl.SkipUnlessInstalled();
        var certificates = new Certificates(_folder);
        var server = certificates.Issue("server", ServerUsage);
        var client = certificates.Issue("client", ClientUsage);
        await using var store = await KeelsonStore.ServeAsync(
            _folder["data"], "--cert-file", server.Certificate, "--key-file", server.Key, "--trusted-ca-file", certificates.Authority);
        Assert.StartsWith("https://", store.Endpoint);
        var known = new Etcdctl(store.Endpoint, "--cacert", certificates.Authority, "--cert", client.Certificate, "--key", client.Key);
        Assert.Equal("OK", await known.RunAsync("put", "a", "1"));
        Assert.Contains(store.Endpoint, await known.RunAsync("endpoint", "status"));

        await new Etcdctl(store.Endpoint, "--cacert", certificates.Authority, "--dial-timeout=1s", "--command-timeout=1s").FailAsync("get", "a");
        await new Etcdctl(store.Endpoint, "--cacert", certificates.Authority, "--cert", server.Certificate, "--key", server.Key, "--dial-timeout=1s", "--command-timeout=1s").FailAsync("get", "a");
        var saved = await KeelsonStore.RunAsync(
            "store", "snapshot", _folder["file"], "--endpoint", store.Endpoint, "--cacert", certificates.Authority, "--cert", client.Certificate, "--key", client.Key);
        Assert.True(saved.ExitCode == 0, saved.Errors);
    }

    [Fact]
    public async Task It_listens_on_a_socket_in_the_file_system()
    {
        Etcdctl.SkipUnlessInstalled();
        await using var store = await KeelsonStore.ServeAsync(_folder["data"], "--listen", $"unix:{_folder["s"]}");
        Assert.Equal($"unix:{_folder["s"]}", store.Endpoint);
        Assert.Equal("OK", await new Etcdctl($"unix://{_folder["s"]}").RunAsync("put", "a", "1"));
        await store.KillAndRestartAsync();
        Assert.Equal("a\n1", await new Etcdctl($"unix://{_folder["s"]}").RunAsync("get", "a"));
    }

    [Fact]
    public async Task A_data_directory_has_one_server()
    {
        await using var store = await KeelsonStore.ServeAsync(_folder["data"]);
        var (exitCode, _, errors) = await KeelsonStore.RunAsync("store", "serve", "--data-dir", _folder["data"], "--listen", "127.0.0.1:0");
        Assert.Equal(1, exitCode);
        Assert.StartsWith("keelson store serve: ", errors);
    }

    [Theory]
    [InlineData("--listen", "nowhere")]
    [InlineData("--listen", "127.0.0.1:99999")]
    [InlineData("--listen", "unix:")]
    [InlineData("--cert-file", "missing.pem")]
    [InlineData("--watch-progress-notify-interval", "0:00:00")]
    [InlineData("--auto-compaction-retention", "-1:00:00")]
    [InlineData("--engine", "paper")]
    public async Task What_makes_no_sense_is_told_in_one_line(string option, string value)
    {
        var (exitCode, output, errors) = await KeelsonStore.RunAsync("store", "serve", "--data-dir", _folder["data"], "--engine", "memory", option, value);
        Assert.Equal(1, exitCode);
        Assert.DoesNotContain("   at ", errors + output);
        Assert.NotEmpty(errors);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told()
    {
        await using var store = await KeelsonStore.ServeAsync(_folder["data"], "--engine", "memory");
        var (exitCode, _, errors) = await KeelsonStore.RunAsync(
            "store", "serve", "--data-dir", _folder["other"], "--engine", "memory", "--listen", store.Endpoint["http://".Length..]);
        Assert.Equal(1, exitCode);
        Assert.Contains("address already in use", errors);
    }
}
