using System.CommandLine;
using Keelson.Commands.Access;
using Keelson.Commands.ApiServer;
using Keelson.Commands.ControllerManager;
using Keelson.Commands.Convert;
using Keelson.Commands.Down;
using Keelson.Commands.Image;
using Keelson.Commands.Dns;
using Keelson.Commands.Kubelet;
using Keelson.Commands.Logs;
using Keelson.Commands.Proxy;
using Keelson.Commands.Scheduler;
using Keelson.Commands.Status;
using Keelson.Commands.Store;
using Keelson.Commands.Up;

namespace Keelson.Commands;

/// <summary>The commands, one line each, in the order in which help shows them.</summary>
internal static class CommandList
{
    public static IEnumerable<Command> Create() =>
    [
        UpCommand.Create(),
        StatusCommand.Create(),
        DownCommand.Create(),
        KubeconfigCommand.Create(),
        ImageCommand.Create(),
        LogsCommand.Create(),
        ClusterServerCommand.Create(),
        NodeAgentCommand.Create(),
        ApiServerCommand.Create(),
        ControllerManagerCommand.Create(),
        SchedulerCommand.Create(),
        KubeletCommand.Create(),
        DnsCommand.Create(),
        ProxyCommand.Create(),
        StoreCommand.Create(),
        ConvertCommand.Create(),
    ];
}
