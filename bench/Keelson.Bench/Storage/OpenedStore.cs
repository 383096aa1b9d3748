using System.Globalization;
using Keelson.Bench.Harness;
using Keelson.Storage;
using Keelson.Storage.Etcd;
using Keelson.Storage.Sqlite;

namespace Keelson.Bench.Storage;

/// <summary>A contestant's store, open, with the process that serves it where it has one of its own.</summary>
internal sealed class OpenedStore : IAsyncDisposable
{
    private OpenedStore(IStore store, ChildProcess? process)
    {
        Store = store;
        Process = process;
    }

    public IStore Store { get; }

    public ChildProcess? Process { get; }

    public static async Task<OpenedStore> OpenAsync(string contestant, string folder, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        return contestant switch
        {
            Contestant.InProcess => new OpenedStore(await SqliteStore.OpenAsync(folder, TimeProvider.System, cancel: cancel), null),
            Contestant.Served => await ServeAsync(port => ChildProcess.Start("dotnet", ChildProcess.Keelson, "store", "serve", "--data-dir", folder, "--listen", $"127.0.0.1:{port}"), cancel),
            Contestant.Peer => await ServeAsync(port => StartEtcd(folder, port), cancel),
            _ => throw new ArgumentException($"There is no store called {contestant}."),
        };
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        if (Process is not null) await Process.DisposeAsync();
    }

    private static async Task<OpenedStore> ServeAsync(Func<int, ChildProcess> start, CancellationToken cancel)
    {
        var port = ChildProcess.FreePort();
        var process = start(port);
        try
        {
            await process.WaitForPortAsync(port, cancel);
            var store = new EtcdStore(new EtcdStoreOptions
            {
                Endpoints = [string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")],
                Time = TimeProvider.System,
                Random = new Random(1),
            });
            // The first answer: it is not enough that the port is open.
            await store.StatusAsync(cancel);
            return new OpenedStore(store, process);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    // As it comes, but for where it listens and keeps its data.
    private static ChildProcess StartEtcd(string folder, int port)
    {
        var client = $"http://127.0.0.1:{port}";
        var peer = $"http://127.0.0.1:{ChildProcess.FreePort()}";
        return ChildProcess.Start("etcd", "--data-dir", folder, "--name", "bench", "--log-level", "error",
            "--listen-client-urls", client, "--advertise-client-urls", client,
            "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", $"bench={peer}");
    }
}
