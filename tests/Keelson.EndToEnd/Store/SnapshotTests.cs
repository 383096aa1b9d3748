using System.Text;
using Keelson.Storage;
using Keelson.Storage.Etcd;
using Keelson.Storage.Tests.Etcd;

namespace Keelson.EndToEnd.Store;

/// <summary>Snapshots between the served store, etcd's own tools, and a real etcd.</summary>
public sealed class SnapshotTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SnapshotTests() => Etcdctl.SkipUnlessInstalled();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("sqlite")]
    [InlineData("memory")]
    public async Task A_snapshot_of_ours_becomes_a_real_etcd(string engine)
    {
        Assert.SkipUnless(EtcdProcess.IsInstalled, EtcdProcess.Missing);
        string everything;
        string lease;
        await using (var store = await KeelsonStore.ServeAsync(_folder["ours"], "--engine", engine))
        {
            var ours = new Etcdctl(store.Endpoint);
            (lease, everything) = await FillAsync(store.Endpoint);
            await ours.RunAsync("snapshot", "save", _folder["snapshot"]);
        }

        var status = await new Etcdctl("none").RunAsync("snapshot", "status", _folder["snapshot"], "-w=fields");
        Assert.Contains("\"Revision\" : 604", status);
        await new Etcdctl("none").RunAsync("snapshot", "restore", _folder["snapshot"], "--data-dir", _folder["etcd"]);

        await using var etcd = await EtcdProcess.StartAsync(dataFolder: _folder["etcd"]);
        var theirs = new Etcdctl(etcd.Endpoint);
        Assert.Equal(everything, Items(await theirs.RunAsync("get", "", "--from-key", "-w=json")));
        Assert.Equal("k/7\nvalue 7 of 0", await theirs.RunAsync("get", "k/7", "--rev=306"));
        Assert.Contains("required revision has been compacted", await theirs.FailAsync("get", "k/7", "--rev=100"));
        Assert.Contains("attached keys([leased])", await theirs.RunAsync("lease", "timetolive", lease, "--keys"));
        Assert.Equal("1", await theirs.RunAsync("del", "k/7"));
        await using var watch = theirs.Start("watch", "k/3", "--rev=603");
        await watch.UntilAsync(lines => lines.Contains("DELETE"));
    }

    [Fact]
    public async Task A_snapshot_of_a_real_etcd_becomes_our_store()
    {
        Assert.SkipUnless(EtcdProcess.IsInstalled, EtcdProcess.Missing);
        string everything;
        string lease;
        await using (var etcd = await EtcdProcess.StartAsync())
        {
            var theirs = new Etcdctl(etcd.Endpoint);
            (lease, everything) = await FillAsync(etcd.Endpoint);
            await theirs.RunAsync("snapshot", "save", _folder["snapshot"]);
            var (exitCode, _, errors) = await KeelsonStore.RunAsync("store", "snapshot", _folder["same"], "--endpoint", etcd.Endpoint);
            Assert.True(exitCode == 0, errors);
        }

        foreach (var file in new[] { "snapshot", "same" })
        {
            var (exitCode, output, errors) = await KeelsonStore.RunAsync("store", "restore", _folder[file], "--data-dir", _folder[$"ours-{file}"]);
            Assert.True(exitCode == 0, errors);
            Assert.Contains("a snapshot of etcd", output);
            await using var store = await KeelsonStore.ServeAsync(_folder[$"ours-{file}"]);
            var ours = new Etcdctl(store.Endpoint);
            Assert.Equal(everything, Items(await ours.RunAsync("get", "", "--from-key", "-w=json")));
            Assert.Equal("k/7\nvalue 7 of 0", await ours.RunAsync("get", "k/7", "--rev=306"));
            Assert.Contains("required revision has been compacted", await ours.FailAsync("get", "k/7", "--rev=100"));
            Assert.Contains("attached keys([leased])", await ours.RunAsync("lease", "timetolive", lease, "--keys"));
            Assert.Contains("\"revision\":605", await ours.RunAsync("put", "next", "1", "-w=json"));
        }
    }

    [Fact]
    public async Task Our_own_snapshot_of_a_data_directory_is_restored_with_a_bump()
    {
        await using (var store = await KeelsonStore.ServeAsync(_folder["first"])) await new Etcdctl(store.Endpoint).RunAsync("put", "a", "1");
        var saved = await KeelsonStore.RunAsync("store", "snapshot", _folder["file"], "--data-dir", _folder["first"]);
        Assert.True(saved.ExitCode == 0, saved.Errors);
        Assert.Equal(1, (await KeelsonStore.RunAsync("store", "snapshot", _folder["file"], "--data-dir", _folder["first"])).ExitCode);
        var restored = await KeelsonStore.RunAsync("store", "restore", _folder["file"], "--data-dir", _folder["second"], "--revision-bump", "1000");
        Assert.True(restored.ExitCode == 0, restored.Errors);
        await using var second = await KeelsonStore.ServeAsync(_folder["second"]);
        Assert.Contains("\"revision\":1003", await new Etcdctl(second.Endpoint).RunAsync("put", "b", "2", "-w=json"));
        Assert.Equal("a\n1", await new Etcdctl(second.Endpoint).RunAsync("get", "a"));
    }

    [Fact]
    public async Task A_snapshot_that_is_cut_short_is_refused_and_leaves_nothing()
    {
        await using (var store = await KeelsonStore.ServeAsync(_folder["ours"]))
        {
            await FillAsync(store.Endpoint);
            await new Etcdctl(store.Endpoint).RunAsync("snapshot", "save", _folder["snapshot"]);
        }

        var bytes = await File.ReadAllBytesAsync(_folder["snapshot"]);
        await File.WriteAllBytesAsync(_folder["cut"], bytes[..(bytes.Length / 2 / 512 * 512)]);
        bytes[9000] ^= 1;
        await File.WriteAllBytesAsync(_folder["flipped"], bytes);
        foreach (var (file, complaint) in new[] { ("cut", "no checksum"), ("flipped", "checksum is wrong") })
        {
            var (exitCode, _, errors) = await KeelsonStore.RunAsync("store", "restore", _folder[file], "--data-dir", _folder[$"from-{file}"]);
            Assert.Equal(1, exitCode);
            Assert.Contains(complaint, errors);
        }
    }

    // 604 revisions: 300 keys written twice, a large one, one deleted, and one that hangs on a lease.
    private static async Task<(string Lease, string Everything)> FillAsync(string endpoint)
    {
        await using (var store = new EtcdStore(new() { Endpoints = [endpoint], Time = TimeProvider.System, Random = new Random(1) }))
        {
            for (var number = 0; number < 600; number++)
            {
                var put = new Operation.Put(Encoding.UTF8.GetBytes($"k/{number % 300}"), Encoding.UTF8.GetBytes($"value {number % 300} of {number / 300}"));
                await store.CommitAsync(new([], [put], []));
            }
        }

        var etcdctl = new Etcdctl(endpoint);
        await etcdctl.RunAsync("put", "big", new string('b', 20_000));
        await etcdctl.RunAsync("del", "k/3");
        var lease = (await etcdctl.RunAsync("lease", "grant", "1000")).Split(' ')[1];
        await etcdctl.RunAsync("put", "leased", "x", $"--lease={lease}");
        await etcdctl.RunAsync("compact", "305");
        return (lease, Items(await etcdctl.RunAsync("get", "", "--from-key", "-w=json")));
    }

    // Without the header, which names the cluster.
    private static string Items(string json) => json[json.IndexOf("\"kvs\"", StringComparison.Ordinal)..];
}
