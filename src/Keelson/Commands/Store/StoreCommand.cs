using System.CommandLine;

namespace Keelson.Commands.Store;

/// <summary>"keelson store": the state of a cluster, by itself.</summary>
internal static class StoreCommand
{
    public static Command Create() => new("store", "Serve, save and restore the state of a cluster.")
    {
        ServeCommand.Create(),
        SnapshotCommand.Create(),
        RestoreCommand.Create(),
    };
}
