using System.CommandLine;
using Keelson.Storage.Etcd.Bolt;
using Keelson.Storage.Sqlite;

namespace Keelson.Commands.Store;

/// <summary>"keelson store restore": a data directory from a snapshot, of etcd or of our own.</summary>
internal static class RestoreCommand
{
    public static Command Create()
    {
        var file = new Argument<FileInfo>("file") { Description = "The snapshot, from \"etcdctl snapshot save\" or \"keelson store snapshot\"." };
        var dataFolder = new Option<DirectoryInfo>("--data-dir") { Description = "The folder for the data; it must be empty or not there.", Required = true };
        var bump = new Option<long>("--revision-bump")
        {
            Description = "How far above the snapshot to go on: more than was written since it was taken, so that no revision that a client has seen comes again.",
        };
        var skip = new Option<bool>("--skip-hash-check") { Description = "Accept an etcd database that has no checksum, copied from under an etcd that was stopped." };
        var command = new Command("restore", "Make a data directory from a snapshot.") { file, dataFolder, bump, skip };
        command.SetAction((arguments, cancel) => StoreFailures.ReportAsync(arguments, cancel, async () =>
        {
            var from = arguments.GetRequiredValue(file);
            var to = arguments.GetRequiredValue(dataFolder);
            var revisionBump = arguments.GetValue(bump);
            if (revisionBump < 0) throw new ArgumentException("--revision-bump must not be less than nothing");
            await using var snapshot = from.OpenRead();
            var isEtcd = EtcdSnapshot.IsOne(snapshot);
            if (isEtcd) await EtcdSnapshot.ReadAsync(snapshot, !arguments.GetValue(skip), stream => SqliteStore.RestoreAsync(stream, to.FullName, revisionBump, cancel), cancel);
            else await SqliteStore.RestoreAsync(snapshot, to.FullName, revisionBump, cancel);
            await arguments.InvocationConfiguration.Output.WriteLineAsync($"restored {from.FullName}{(isEtcd ? ", a snapshot of etcd," : "")} into {to.FullName}");
        }));
        return command;
    }
}
