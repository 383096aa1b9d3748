using System.CommandLine;
using Keelson.Cluster;

namespace Keelson.Commands.Up;

/// <summary>The process that a cluster starts for each node. It is no command for people, so help does not show it.</summary>
internal static class NodeAgentCommand
{
    public static Command Create()
    {
        var folder = ClusterOptions.DataFolder();
        var name = new Option<string>("--node") { Description = "The node's name.", Required = true };
        var command = new Command(NodeProcess.AgentCommand, "The process of a node.") { folder, name };
        command.Hidden = true;
        command.SetAction((arguments, cancel) => ClusterOptions.RunAsync(arguments, cancel, async () =>
        {
            var cluster = ClusterOptions.Folder(arguments, folder);
            var log = new ClusterLog(arguments.InvocationConfiguration.Output, TimeProvider.System);
            await new NodeServer(cluster, ClusterOptions.Existing(cluster), cluster.Node(arguments.GetRequiredValue(name)), log, TimeProvider.System).RunAsync(cancel);
        }));
        return command;
    }
}
