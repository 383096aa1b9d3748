using System.CommandLine;
using Keelson.Cluster;

namespace Keelson.Commands.Up;

/// <summary>The process that "keelson up" starts. It is no command for people, so help does not show it.</summary>
internal static class ClusterServerCommand
{
    public static Command Create()
    {
        var folder = ClusterOptions.DataFolder();
        var command = new Command(ClusterLaunch.ServerCommand, "The process of a cluster.") { folder };
        command.Hidden = true;
        command.SetAction((arguments, cancel) => ClusterOptions.RunAsync(arguments, cancel, async () =>
        {
            var cluster = ClusterOptions.Folder(arguments, folder);
            var log = new ClusterLog(arguments.InvocationConfiguration.Output, TimeProvider.System);
            await new ClusterLaunch(cluster, TimeProvider.System).RunAsync(ClusterOptions.Existing(cluster), new ClusterProgress(cluster, TimeProvider.System), log, cancel);
        }));
        return command;
    }
}
