using System.Diagnostics;
using System.Globalization;
using Keelson.Node.Network;

namespace Keelson.Cluster;

/// <summary>The process of a node, inside the node's network namespace. It outlives this one if that is killed, and is found again.</summary>
internal sealed class NodeProcess(ClusterFolder folder, NodeFolder node, NetworkNamespace place, ClusterLog log, TimeProvider time)
{
    /// <summary>The name of the command that is a node's process.</summary>
    public const string AgentCommand = "node-agent";

    /// <summary>How long it may take to end its containers and itself.</summary>
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(40);

    private static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(1);
    private readonly Lock _lock = new();
    private Process? _process;
    private int _id;

    /// <summary>The number of a node's process that runs, or null.</summary>
    public static int? Find(NodeFolder node) =>
        File.Exists(node.ProcessId) && int.TryParse(File.ReadAllText(node.ProcessId), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && DetachedProcess.IsRunning(id, AgentCommand) && DetachedProcess.IsRunning(id, node.Name) ? id : null;

    /// <summary>Starts it, unless it runs.</summary>
    public void Ensure()
    {
        lock (_lock)
        {
            if (Find(node) is { } running)
            {
                _id = running;
                return;
            }

            _process?.Dispose();
            _process = DetachedProcess.Start(["nsenter", $"--net={place.Path}", "--", .. DetachedProcess.Self, AgentCommand, "--data-dir", folder.Path, "--node", node.Name], node.Log);
            _id = _process.Id;
            WholeFile.Write(node.ProcessId, System.Text.Encoding.ASCII.GetBytes(_id.ToString(CultureInfo.InvariantCulture)));
        }
    }

    /// <summary>Starts it again whenever it ends, until it is cancelled.</summary>
    public Task SuperviseAsync(CancellationToken cancel) => Upkeep.RunAsync(node.Name, async token =>
    {
        Ensure();
        while (DetachedProcess.IsRunning(_id))
        {
            // One that was found again is nobody's child here, and is looked at now and then.
            if (_process is { } child) await child.WaitForExitAsync(token);
            else await Task.Delay(LookPeriod, time, token);
        }
    }, log, time, cancel);

    public async Task EndAsync()
    {
        if (_id != 0) await DetachedProcess.EndAsync(_id, EndLimit, time, CancellationToken.None);
        _id = 0;
        File.Delete(node.ProcessId);
    }
}
