using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Keelson.Storage.Etcd;

namespace Keelson.Storage.Tests.Etcd;

/// <summary>What is particular to etcd as an engine; the rest is in the contract.</summary>
public sealed class EtcdStoreTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_watch_goes_on_where_it_was_when_the_server_comes_back()
    {
        Assert.SkipUnless(EtcdProcess.IsInstalled, EtcdProcess.Missing);
        await using var etcd = await EtcdProcess.StartAsync();
        await using var store = new EtcdStore(etcd.StoreOptions());
        using var over = new CancellationTokenSource(Patience);
        var first = await PutAsync(store, "/a", "0");

        var seen = new List<string>();
        var watching = Task.Run(async () =>
        {
            await foreach (var batch in store.WatchAsync(new(KeyRange.Prefix("/a"u8.ToArray()), first), over.Token))
            {
                foreach (var change in batch.Changes)
                {
                    lock (seen) seen.Add(Text(change.Item.Value));
                }

                if (seen.Contains("29")) return;
            }
        });
        for (var number = 1; number < 30; number++)
        {
            if (number % 10 == 0)
            {
                await etcd.KillAsync();
                await etcd.RunAsync();
            }

            await PutAsync(store, "/a", $"{number}");
        }

        await watching.WaitAsync(Patience);
        Assert.Equal(Enumerable.Range(0, 30).Select(number => $"{number}"), seen);
    }

    [Fact]
    public async Task A_watch_from_now_misses_nothing_that_was_written_while_its_server_was_away()
    {
        Assert.SkipUnless(EtcdProcess.IsInstalled, EtcdProcess.Missing);
        await using var etcd = await EtcdProcess.StartAsync();
        await using var store = new EtcdStore(etcd.StoreOptions());
        await using var other = new EtcdStore(etcd.StoreOptions());
        using var over = new CancellationTokenSource(Patience);
        await PutAsync(store, "/a", "before");
        await using var watch = store.WatchAsync(new(KeyRange.All), over.Token).GetAsyncEnumerator(over.Token);
        Assert.True(await watch.MoveNextAsync());
        Assert.Empty(watch.Current.Changes);

        await etcd.KillAsync();
        await etcd.RunAsync();
        await PutAsync(other, "/a", "after");
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal("after", Text(Assert.Single(watch.Current.Changes).Item.Value));
    }

    [Fact]
    public async Task A_transaction_larger_than_a_fragment_arrives_as_one_batch()
    {
        Assert.SkipUnless(EtcdProcess.IsInstalled, EtcdProcess.Missing);
        await using var etcd = await EtcdProcess.StartAsync(["--max-txn-ops", "1000", "--max-request-bytes", "10000000"]);
        await using var writer = new EtcdStore(etcd.StoreOptions());
        var first = (await writer.StatusAsync()).Revision + 1;
        var value = new byte[60_000];
        Operation[] puts = [.. Enumerable.Range(0, 100).Select(number => new Operation.Put(Encoding.UTF8.GetBytes($"/big/{number:000}"), value))];
        await writer.CommitAsync(new([], puts, []));
        using var over = new CancellationTokenSource(Patience);
        await foreach (var batch in writer.WatchAsync(new(KeyRange.Prefix("/big/"u8.ToArray()), first), over.Token))
        {
            Assert.Equal(100, batch.Changes.Count);
            Assert.All(batch.Changes, change => Assert.Equal(first, change.Item.ModRevision));
            break;
        }
    }

    [Fact]
    public async Task A_member_that_is_down_is_passed_over()
    {
        Assert.SkipUnless(EtcdProcess.IsInstalled, EtcdProcess.Missing);
        await using var etcd = await EtcdProcess.StartAsync();
        await using var store = new EtcdStore(etcd.StoreOptions() with { Endpoints = ["http://127.0.0.1:1", etcd.Endpoint] });
        for (var number = 0; number < 10; number++) await PutAsync(store, "/a", $"{number}");
        Assert.Equal(10, (await store.GetAsync("/a"u8.ToArray()))!.Version);
    }

    [Fact]
    public async Task A_cluster_that_cannot_be_reached_is_unavailable()
    {
        await using var store = new EtcdStore(new() { Endpoints = ["http://127.0.0.1:1"], Time = TimeProvider.System, Random = new Random(1) });
        var error = await Assert.ThrowsAsync<StoreException>(async () => await store.GetAsync("/a"u8.ToArray()));
        Assert.Equal(StoreError.Unavailable, error.Error);
    }

    [Fact]
    public async Task A_cluster_that_loses_one_member_after_the_other_loses_no_write_and_no_change()
    {
        Assert.SkipUnless(EtcdProcess.IsInstalled, EtcdProcess.Missing);
        var members = await EtcdProcess.StartClusterAsync(3);
        try
        {
            await using var store = new EtcdStore(members[0].StoreOptions() with { Endpoints = [.. members.Select(member => member.Endpoint)], RequestTimeout = TimeSpan.FromSeconds(5) });
            using var over = new CancellationTokenSource(2 * Patience);
            long first = 0;
            await UntilAcknowledgedAsync(async () => first = await PutAsync(store, "/w/start", ""), over.Token);
            var acknowledged = new List<string>();
            var seen = new List<Change>();
            var watching = Task.Run(async () =>
            {
                await foreach (var batch in store.WatchAsync(new(KeyRange.Prefix("/w/"u8.ToArray()), first), over.Token))
                {
                    seen.AddRange(batch.Changes);
                    if (batch.Changes.Any(change => Text(change.Item.Key) == "/w/end")) return;
                }
            });

            for (var number = 0; number < 60; number++)
            {
                // A put of one's own key is safe to repeat, which a store cannot know.
                await UntilAcknowledgedAsync(() => PutAsync(store, $"/w/{number}", ""), over.Token);
                acknowledged.Add($"/w/{number}");
                if (number % 20 != 10) continue;
                await members[number / 20].KillAsync();
                await UntilAcknowledgedAsync(() => PutAsync(store, "/w/alone", ""), over.Token);
                await members[number / 20].RunAsync();
            }

            await UntilAcknowledgedAsync(() => PutAsync(store, "/w/end", ""), over.Token);
            await watching.WaitAsync(Patience);
            var keys = seen.Select(change => Text(change.Item.Key)).ToHashSet();
            Assert.All(acknowledged, key => Assert.Contains(key, keys));
            Assert.Equal(Enumerable.Range(0, seen.Count).Select(step => first + step), seen.Select(change => change.Item.ModRevision));
        }
        finally
        {
            foreach (var member in members) await member.DisposeAsync();
        }
    }

    [Fact]
    public async Task Closing_the_store_ends_its_watches_and_refuses_calls()
    {
        Assert.SkipUnless(EtcdProcess.IsInstalled, EtcdProcess.Missing);
        await using var etcd = await EtcdProcess.StartAsync();
        var store = new EtcdStore(etcd.StoreOptions());
        await using var watch = store.WatchAsync(new(KeyRange.All)).GetAsyncEnumerator();
        Assert.True(await watch.MoveNextAsync());
        var waiting = watch.MoveNextAsync().AsTask();
        await store.DisposeAsync();
        Assert.Equal(StoreError.Unavailable, (await Assert.ThrowsAsync<StoreException>(() => waiting.WaitAsync(Patience))).Error);
        Assert.Equal(StoreError.Unavailable, (await Assert.ThrowsAsync<StoreException>(async () => await store.GetAsync("/a"u8.ToArray()))).Error);
    }

    [Fact]
    public async Task Certificates_are_shown_to_a_server_that_asks_for_them()
    {
        Assert.SkipUnless(EtcdProcess.IsInstalled, EtcdProcess.Missing);
        using var folder = new TemporaryDirectory();
        var path = Directory.CreateDirectory(folder.New()).FullName;
        using var authority = Authority();
        await File.WriteAllTextAsync(Path.Combine(path, "ca"), authority.ExportCertificatePem());
        using var client = Issue(authority, "client");
        using var server = Issue(authority, "server");
        await File.WriteAllTextAsync(Path.Combine(path, "cert"), server.ExportCertificatePem());
        await File.WriteAllTextAsync(Path.Combine(path, "key"), server.GetECDsaPrivateKey()!.ExportECPrivateKeyPem());
        string[] options = ["--cert-file", Path.Combine(path, "cert"), "--key-file", Path.Combine(path, "key"), "--trusted-ca-file", Path.Combine(path, "ca"), "--client-cert-auth"];
        await using var etcd = await EtcdProcess.StartAsync(options, tls: true);

        await using var known = new EtcdStore(etcd.StoreOptions() with { Tls = new() { TrustedRoots = [authority], ClientCertificate = client } });
        await PutAsync(known, "/a", "1");
        await using var unknown = new EtcdStore(etcd.StoreOptions() with { Tls = new() { TrustedRoots = [authority] } });
        Assert.Equal(StoreError.Unavailable, (await Assert.ThrowsAsync<StoreException>(() => PutAsync(unknown, "/a", "1"))).Error);
        await using var distrusting = new EtcdStore(etcd.StoreOptions() with { Tls = new() { TrustedRoots = [client], ClientCertificate = client } });
        Assert.Equal(StoreError.Unavailable, (await Assert.ThrowsAsync<StoreException>(() => PutAsync(distrusting, "/a", "1"))).Error);
    }

    [Fact]
    public async Task A_full_database_is_told_as_no_space()
    {
        Assert.SkipUnless(EtcdProcess.IsInstalled, EtcdProcess.Missing);
        await using var etcd = await EtcdProcess.StartAsync(["--quota-backend-bytes", "200000"]);
        await using var store = new EtcdStore(etcd.StoreOptions());
        var error = await Assert.ThrowsAsync<StoreException>(async () =>
        {
            // etcd looks at its size when it commits, ten times a second, so a fast disk takes many more than fit.
            for (var number = 0; number < 2_000; number++) await PutAsync(store, $"/{number}", new string('x', 50_000));
        });
        Assert.Equal(StoreError.NoSpace, error.Error);
        Assert.Contains("NOSPACE", (await store.StatusAsync()).Fault);
    }

    [Fact]
    public async Task The_snapshot_is_a_database_with_its_checksum()
    {
        Assert.SkipUnless(EtcdProcess.IsInstalled, EtcdProcess.Missing);
        await using var etcd = await EtcdProcess.StartAsync();
        await using var store = new EtcdStore(etcd.StoreOptions());
        await PutAsync(store, "/a", "1");
        var snapshot = new MemoryStream();
        await store.SnapshotAsync(snapshot);
        var bytes = snapshot.ToArray();
        Assert.Equal(32, bytes.Length % 512);
        Assert.Equal(bytes[^32..], System.Security.Cryptography.SHA256.HashData(bytes.AsSpan(0, bytes.Length - 32)));
    }

    [Fact]
    public async Task The_compacted_revision_is_known_and_told_with_the_failure()
    {
        Assert.SkipUnless(EtcdProcess.IsInstalled, EtcdProcess.Missing);
        await using var etcd = await EtcdProcess.StartAsync();
        await using var store = new EtcdStore(etcd.StoreOptions());
        Assert.Equal(0, (await store.StatusAsync()).CompactedRevision);
        long last = 0;
        for (var number = 0; number < 5; number++) last = await PutAsync(store, "/a", $"{number}");
        await store.CompactAsync(last - 1);
        Assert.Equal(last - 1, (await store.StatusAsync()).CompactedRevision);
        var error = await Assert.ThrowsAsync<StoreException>(async () => await store.GetAsync("/a"u8.ToArray(), last - 2));
        Assert.Equal((StoreError.Compacted, last - 1), (error.Error, error.CompactedRevision));
        Assert.Equal("3", Text((await store.GetAsync("/a"u8.ToArray(), last - 1))!.Value));
    }

    [Theory]
    [InlineData("3.4.23", false)]
    [InlineData("3.4.25", true)]
    [InlineData("3.5.0", false)]
    [InlineData("3.5.7", false)]
    [InlineData("3.5.8", true)]
    [InlineData("3.6.0-rc.1", true)]
    [InlineData("unknown", false)]
    public void Progress_is_asked_for_only_where_the_answer_can_be_relied_on(string version, bool safe) =>
        Assert.Equal(safe, EtcdServerVersion.IsProgressSafe(version));

    private static async Task UntilAcknowledgedAsync(Func<Task> action, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                await action();
                return;
            }
            catch (StoreException error) when (error.Error == StoreError.Unavailable)
            {
                await Task.Delay(20, cancel);
            }
        }
    }

    private static X509Certificate2 Authority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private static X509Certificate2 Issue(X509Certificate2 authority, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(authority, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddHours(12), RandomNumberGenerator.GetBytes(8));
        return issued.CopyWithPrivateKey(key);
    }

    private static async Task<long> PutAsync(IStore store, string key, string value) =>
        (await store.CommitAsync(new([], [new Operation.Put(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value))], []))).Revision;

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
