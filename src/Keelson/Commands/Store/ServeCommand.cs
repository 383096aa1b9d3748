using System.CommandLine;
using Keelson.Storage.Sqlite;

namespace Keelson.Commands.Store;

/// <summary>"keelson store serve": the embedded store on the etcd v3 API.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var dataFolder = new Option<DirectoryInfo>("--data-dir") { Description = "The folder that holds the data; made if it is not there.", Required = true };
        var listen = new Option<string>("--listen") { Description = "Where to listen: HOST:PORT or unix:PATH; port 0 lets the system choose.", DefaultValueFactory = _ => "127.0.0.1:2379" };
        var engine = new Option<StoreEngine>("--engine") { Description = "What keeps the data: sqlite, or memory, which forgets it at the end.", DefaultValueFactory = _ => StoreEngine.Sqlite };
        var certificate = new Option<FileInfo?>("--cert-file") { Description = "The server's certificate (PEM); with it, clients must use TLS." };
        var key = new Option<FileInfo?>("--key-file") { Description = "The certificate's private key (PEM)." };
        var authorities = new Option<FileInfo?>("--trusted-ca-file") { Description = "Certificates (PEM) of those whose clients are let in; with it, clients must show a certificate." };
        var progress = new Option<TimeSpan>("--watch-progress-notify-interval")
        {
            Description = "How often a silent watch is told how far the store is (h:mm:ss).",
            DefaultValueFactory = _ => TimeSpan.FromMinutes(10),
        };
        var history = new Option<TimeSpan>("--auto-compaction-retention")
        {
            Description = "How long replaced versions are kept before the store compacts them by itself (h:mm:ss), and 1,000 revisions in any case; with zero, only clients compact, as in etcd.",
            DefaultValueFactory = _ => new SqliteStoreOptions().KeepHistoryFor,
        };
        var command = new Command("serve", "Offer the store on the etcd v3 API, for etcdctl, kube-apiserver and other clients.")
        {
            dataFolder, listen, engine, certificate, key, authorities, progress, history,
        };
        command.SetAction((arguments, cancel) => StoreFailures.ReportAsync(arguments, cancel, async () =>
        {
            var settings = new ServeSettings(
                arguments.GetRequiredValue(dataFolder),
                arguments.GetRequiredValue(listen),
                arguments.GetValue(engine),
                arguments.GetValue(certificate),
                arguments.GetValue(key),
                arguments.GetValue(authorities),
                arguments.GetValue(progress),
                arguments.GetValue(history));
            await using var server = await StoreServer.StartAsync(settings, cancel);
            await arguments.InvocationConfiguration.Output.WriteLineAsync(
                $"ready: listening on {server.Address}, engine {settings.Engine.ToString().ToLowerInvariant()}, data in {settings.DataFolder.FullName}");
            await server.RunAsync(cancel);
        }));
        return command;
    }
}

/// <summary>What keeps the data.</summary>
internal enum StoreEngine { Sqlite, Memory }

/// <summary>What "keelson store serve" was told.</summary>
internal sealed record ServeSettings(
    DirectoryInfo DataFolder,
    string Listen,
    StoreEngine Engine,
    FileInfo? CertificateFile,
    FileInfo? KeyFile,
    FileInfo? TrustedAuthorityFile,
    TimeSpan ProgressInterval,
    TimeSpan KeepHistoryFor);
