using System.Text.Json;

namespace Keelson.EndToEnd.Store;

/// <summary>What etcdctl users do, with the real etcdctl, against "keelson store serve".</summary>
public sealed class EtcdctlTests : IClassFixture<ServedStore>
{
    private readonly Lazy<Etcdctl> _etcdctl;

    public EtcdctlTests(ServedStore store)
    {
        Etcdctl.SkipUnlessInstalled();
        _etcdctl = new(() => store.Etcdctl);
    }

    private Etcdctl Ctl => _etcdctl.Value;

    [Fact]
    public async Task Put_and_get()
    {
        Assert.Equal("OK", await Ctl.RunAsync("put", "put/a", "one"));
        Assert.Equal("put/a\none", await Ctl.RunAsync("get", "put/a"));
        Assert.Equal("OK\nput/a\none", await Ctl.RunAsync("put", "put/a", "two", "--prev-kv"));
        Assert.Equal("two", await Ctl.RunAsync("get", "put/a", "--print-value-only"));
        Assert.Equal("", await Ctl.RunAsync("get", "put/missing"));
        Assert.Contains("requested lease not found", await Ctl.FailAsync("put", "put/a", "x", "--lease=abcdef"));
        await Ctl.RunWithInputAsync(new string('v', 1_000_000), "put", "put/big");
        Assert.Equal(1_000_000, (await Ctl.RunAsync("get", "put/big", "--print-value-only")).Length);
        Assert.Contains("request is too large", await TooLargeAsync());
    }

    [Fact]
    public async Task Get_by_range_limit_order_and_revision()
    {
        foreach (var name in new[] { "c", "a", "b" }) await Ctl.RunAsync("put", $"get/{name}", name == "a" ? "3" : name == "b" ? "2" : "1");
        Assert.Equal("get/a\n3\nget/b\n2\nget/c\n1", await Ctl.RunAsync("get", "--prefix", "get/"));
        Assert.Equal("get/a\n\nget/b\n", await Ctl.RunAsync("get", "get/a", "get/c", "--keys-only"));
        Assert.Equal("get/b\n2", await Ctl.RunAsync("get", "get/b", "--from-key", "--limit=1"));
        Assert.Equal("get/c\n1\nget/b\n2\nget/a\n3", await Ctl.RunAsync("get", "--prefix", "get/", "--order=DESCEND", "--sort-by=KEY"));
        Assert.Equal("get/c\n1\nget/b\n2\nget/a\n3", await Ctl.RunAsync("get", "--prefix", "get/", "--order=ASCEND", "--sort-by=VALUE"));
        Assert.Equal("get/b\n2", await Ctl.RunAsync("get", "--prefix", "get/", "--order=DESCEND", "--sort-by=MODIFY", "--limit=1"));
        Assert.Contains("\"Count\" : 3", await Ctl.RunAsync("get", "--prefix", "get/", "--limit=1", "-w=fields"));

        var before = await RevisionAsync("get/a");
        await Ctl.RunAsync("put", "get/a", "new");
        Assert.Equal("get/a\n3", await Ctl.RunAsync("get", "get/a", $"--rev={before}"));
        Assert.Contains("required revision is a future revision", await Ctl.FailAsync("get", "get/a", "--rev=99999999"));
    }

    [Fact]
    public async Task Del()
    {
        foreach (var name in new[] { "a", "b", "c" }) await Ctl.RunAsync("put", $"del/{name}", name);
        Assert.Equal("1\ndel/a\na", await Ctl.RunAsync("del", "del/a", "--prev-kv"));
        Assert.Equal("2", await Ctl.RunAsync("del", "--prefix", "del/"));
        Assert.Equal("0", await Ctl.RunAsync("del", "--prefix", "del/"));
    }

    [Fact]
    public async Task Watch_from_a_revision_and_on()
    {
        await Ctl.RunAsync("put", "watch/a", "1");
        var first = await RevisionAsync("watch/a");
        await Ctl.RunAsync("put", "watch/a", "2");
        await using var watch = Ctl.Start("watch", "--prefix", "watch/", $"--rev={first}", "--prev-kv");
        await watch.UntilAsync(lines => lines.Count >= 8);
        await Ctl.RunAsync("del", "watch/a");
        var lines = await watch.UntilAsync(lines => lines.Count >= 13);
        Assert.Equal(["PUT", "watch/a", "1", "PUT", "watch/a", "1", "watch/a", "2", "DELETE", "watch/a", "2", "watch/a", ""], lines);
    }

    [Fact]
    public async Task Watch_interactively_several_keys_on_one_stream()
    {
        await Ctl.RunAsync("put", "many/start", "0");
        var first = await RevisionAsync("many/start") + 1;
        await using var watch = Ctl.Start("watch", "-i");
        await watch.WriteAsync($"watch many/one --rev={first}\nwatch --prefix many/t --rev={first}\n");
        await Ctl.RunAsync("put", "many/one", "1");
        await Ctl.RunAsync("put", "many/two", "2");
        await Ctl.RunAsync("put", "many/other", "3");
        await Ctl.RunAsync("put", "many/three", "4");
        var lines = await watch.UntilAsync(lines => lines.Contains("many/one") && lines.Contains("many/three"));
        Assert.DoesNotContain("many/other", lines);
        Assert.True(lines.ToList().IndexOf("many/two") < lines.ToList().IndexOf("many/three"));
    }

    [Fact]
    public async Task Txn()
    {
        await Ctl.RunAsync("put", "txn/a", "1");
        var yes = await Ctl.RunWithInputAsync("value(\"txn/a\") = \"1\"\nversion(\"txn/a\") = \"1\"\n\nput txn/b yes\nget txn/a\n\nput txn/b no\n\n", "txn");
        Assert.Equal("SUCCESS\n\nOK\n\ntxn/a\n1", yes);
        var no = await Ctl.RunWithInputAsync("mod(\"txn/a\") = \"0\"\n\nput txn/b yes\n\ndel txn/a\nget --prefix txn/\n\n", "txn");
        Assert.Equal("FAILURE\n\n1\n\ntxn/b\nyes", no);
    }

    [Fact]
    public async Task Leases()
    {
        var id = (await Ctl.RunAsync("lease", "grant", "500")).Split(' ')[1];
        await Ctl.RunAsync("put", "lease/a", "x", $"--lease={id}");
        Assert.Contains(id, await Ctl.RunAsync("lease", "list"));
        Assert.Matches($"^lease {id} granted with TTL\\(500s\\), remaining\\([45]\\d\\ds\\), attached keys\\(\\[lease/a\\]\\)$", await Ctl.RunAsync("lease", "timetolive", id, "--keys"));
        Assert.Equal($"lease {id} keepalived with TTL(500)", await Ctl.RunAsync("lease", "keep-alive", id, "--once"));
        Assert.Equal($"lease {id} revoked", await Ctl.RunAsync("lease", "revoke", id));
        Assert.Equal("", await Ctl.RunAsync("get", "lease/a"));
        Assert.Contains("requested lease not found", await Ctl.FailAsync("lease", "revoke", id));
        Assert.Contains("already expired", await Ctl.RunAsync("lease", "timetolive", id));
    }

    [Fact]
    public async Task A_lease_lives_as_long_as_it_is_kept_alive()
    {
        var id = (await Ctl.RunAsync("lease", "grant", "2")).Split(' ')[1];
        await Ctl.RunAsync("put", "alive/a", "x", $"--lease={id}");
        await using (var alive = Ctl.Start("lease", "keep-alive", id))
        {
            await alive.UntilAsync(lines => lines.Count >= 4);
            Assert.Equal("alive/a\nx", await Ctl.RunAsync("get", "alive/a"));
        }

        await UntilAsync(async () => await Ctl.RunAsync("get", "alive/a") == "");
    }

    [Fact]
    public async Task Lock_is_held_by_one_at_a_time()
    {
        await using var first = Ctl.Start("lock", "lock/a");
        await first.UntilAsync(lines => lines.Count >= 1);
        await using var second = Ctl.Start("lock", "lock/a");
        await UntilAsync(async () => Lines(await Ctl.RunAsync("get", "--prefix", "lock/a", "--keys-only")) == 2);
        Assert.Empty(second.Output);
        first.Interrupt();
        var held = await second.UntilAsync(lines => lines.Count >= 1);
        Assert.StartsWith("lock/a/", held[0]);
        second.Interrupt();
        await second.EndAsync();
        Assert.Equal("within", await Ctl.RunAsync("lock", "lock/a", "echo", "within"));
    }

    [Fact]
    public async Task Elect_gives_the_lead_to_one_after_the_other()
    {
        await using var observer = Ctl.Start("elect", "-l", "elect/a");
        await using var first = Ctl.Start("elect", "elect/a", "first");
        await first.UntilAsync(lines => lines.Contains("first"));
        await using var second = Ctl.Start("elect", "elect/a", "second");
        await UntilAsync(async () => Lines(await Ctl.RunAsync("get", "--prefix", "elect/a", "--keys-only")) == 2);
        Assert.Empty(second.Output);
        await observer.UntilAsync(lines => lines.Contains("first"));
        first.Interrupt();
        await second.UntilAsync(lines => lines.Contains("second"));
        await observer.UntilAsync(lines => lines.Contains("second"));
    }

    [Fact]
    public async Task Endpoints_members_and_maintenance()
    {
        Assert.Contains("is healthy", await EndpointHealthAsync());
        using var status = JsonDocument.Parse(await Ctl.RunAsync("endpoint", "status", "-w=json"));
        var server = status.RootElement[0].GetProperty("Status");
        Assert.True(server.GetProperty("dbSize").GetInt64() > 0);
        Assert.Equal(server.GetProperty("leader").GetUInt64(), server.GetProperty("header").GetProperty("member_id").GetUInt64());
        Assert.Contains("started, default", await Ctl.RunAsync("member", "list"));
        Assert.Contains("Finished defragmenting", await Ctl.RunAsync("defrag"));
        Assert.Matches("http://.*, \\d+$", await Ctl.RunAsync("endpoint", "hashkv"));
        Assert.Equal("", await Ctl.RunAsync("alarm", "list"));
    }

    private async Task<string> EndpointHealthAsync()
    {
        await using var process = Ctl.Start("endpoint", "health");
        process.EndInput();
        await process.EndAsync();
        Assert.Equal(0, process.ExitCode);
        return string.Join('\n', process.Output) + process.Errors;
    }

    private async Task<string> TooLargeAsync()
    {
        await using var process = Ctl.Start("put", "put/bigger");
        await process.WriteAsync(new string('v', 1_600_000));
        process.EndInput();
        await process.EndAsync();
        return process.Errors;
    }

    private async Task<long> RevisionAsync(string key)
    {
        using var answer = JsonDocument.Parse(await Ctl.RunAsync("get", key, "-w=json"));
        return answer.RootElement.GetProperty("kvs")[0].GetProperty("mod_revision").GetInt64();
    }

    private static int Lines(string text) => text.Split('\n').Count(line => line.Length > 0);

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await holds()) await Task.Delay(50, deadline.Token);
    }
}
