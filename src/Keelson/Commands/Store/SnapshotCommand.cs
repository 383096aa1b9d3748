using System.CommandLine;
using System.Security.Cryptography.X509Certificates;
using Keelson.Rpc.Client;
using Keelson.Storage;
using Keelson.Storage.Etcd;
using Keelson.Storage.Sqlite;

namespace Keelson.Commands.Store;

/// <summary>"keelson store snapshot": a file with everything, from a server or from a data directory that none uses.</summary>
internal static class SnapshotCommand
{
    public static Command Create()
    {
        var file = new Argument<FileInfo>("file") { Description = "The file to write; it must not be there." };
        var dataFolder = new Option<DirectoryInfo?>("--data-dir") { Description = "The folder that holds the data, while no server uses it; gives a snapshot in Keelson's own format." };
        var endpoints = new Option<string[]>("--endpoint") { Description = "A running server, etcd or \"keelson store serve\"; gives a snapshot in etcd's format. May be given several times." };
        var authority = new Option<FileInfo?>("--cacert") { Description = "Certificates (PEM) of those whose servers are trusted." };
        var certificate = new Option<FileInfo?>("--cert") { Description = "The certificate to show the server (PEM)." };
        var key = new Option<FileInfo?>("--key") { Description = "The certificate's private key (PEM)." };
        var command = new Command("snapshot", "Save everything into one file.") { file, dataFolder, endpoints, authority, certificate, key };
        command.SetAction((arguments, cancel) => StoreFailures.ReportAsync(arguments, cancel, async () =>
        {
            var servers = arguments.GetValue(endpoints) ?? [];
            var folder = arguments.GetValue(dataFolder);
            if (folder is null == (servers.Length == 0)) throw new ArgumentException("give either --data-dir or --endpoint");
            var tls = Tls(arguments.GetValue(authority), arguments.GetValue(certificate), arguments.GetValue(key));
            await using var store = await OpenAsync(folder, servers, tls, cancel);
            var to = arguments.GetRequiredValue(file);
            await SaveAsync(store, to, cancel);
            await arguments.InvocationConfiguration.Output.WriteLineAsync($"saved {to.FullName}");
        }));
        return command;
    }

    private static async ValueTask<IStore> OpenAsync(DirectoryInfo? folder, string[] servers, RpcTls? tls, CancellationToken cancel)
    {
        if (folder is null) return new EtcdStore(new() { Endpoints = servers, Time = TimeProvider.System, Random = Random.Shared, Tls = tls });
        if (!folder.Exists) throw new DirectoryNotFoundException($"there is no folder {folder.FullName}");
        return await SqliteStore.OpenAsync(folder.FullName, TimeProvider.System, new() { CompactsItself = false }, cancel);
    }

    // A snapshot has its name only when it is whole.
    private static async Task SaveAsync(IStore store, FileInfo to, CancellationToken cancel)
    {
        if (to.Exists) throw new IOException($"{to.FullName} is there already");
        var partial = new FileInfo(to.FullName + ".part");
        try
        {
            await using (var stream = partial.Create())
            {
                await store.SnapshotAsync(stream, cancel);
                stream.Flush(flushToDisk: true);
            }

            partial.MoveTo(to.FullName);
        }
        finally
        {
            File.Delete(to.FullName + ".part");
        }
    }

    private static RpcTls? Tls(FileInfo? authority, FileInfo? certificate, FileInfo? key)
    {
        if (certificate is null != key is null) throw new ArgumentException("--cert and --key go together");
        if (authority is null && certificate is null) return null;
        X509Certificate2Collection? roots = null;
        if (authority is not null)
        {
            roots = [];
            roots.ImportFromPemFile(authority.FullName);
        }

        return new() { TrustedRoots = roots, ClientCertificate = certificate is null ? null : X509Certificate2.CreateFromPemFile(certificate.FullName, key!.FullName) };
    }
}
