using System.CommandLine;
using Keelson.Cluster;

namespace Keelson.Commands.Logs;

/// <summary>"keelson logs": what the parts of a cluster on this machine have written.</summary>
internal static class LogsCommand
{
    private const int BufferSize = 64 * 1024;
    private static readonly TimeSpan FollowStep = TimeSpan.FromMilliseconds(200);

    public static Command Create()
    {
        var folder = ClusterOptions.DataFolder();
        var part = new Argument<string>("part") { Description = "server, a node such as node-1, or the containerd of one, such as node-1/containerd.", DefaultValueFactory = _ => "server" };
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on as more is written." };
        var command = new Command("logs", "Print the log of the cluster's server, of a node, or of its containerd.") { part, folder, follow };
        command.SetAction((arguments, cancel) => ClusterOptions.RunAsync(arguments, cancel, async () =>
        {
            var cluster = ClusterOptions.Folder(arguments, folder);
            ClusterOptions.Existing(cluster);
            await PrintAsync(FileOf(cluster, arguments.GetRequiredValue(part)), arguments.GetValue(follow), arguments.InvocationConfiguration.Output, cancel);
        }));
        return command;
    }

    // The name is looked up and never joined to a path, so that it leads nowhere else.
    private static string FileOf(ClusterFolder folder, string part)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal) { ["server"] = folder.Log };
        foreach (var node in folder.ExistingNodes())
        {
            files[node.Name] = node.Log;
            files[node.Name + "/containerd"] = Path.Combine(node.Containerd, "containerd.log");
        }

        if (!files.TryGetValue(part, out var file)) throw new ClusterException($"There is no log of {part}; there are those of {string.Join(", ", files.Keys)}.");
        return File.Exists(file) ? file : throw new ClusterException($"{part} has written nothing yet.");
    }

    private static async Task PrintAsync(string path, bool follow, TextWriter output, CancellationToken cancel)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        var buffer = new char[BufferSize];
        while (true)
        {
            var read = await reader.ReadAsync(buffer, cancel);
            if (read > 0) await output.WriteAsync(buffer.AsMemory(0, read), cancel);
            else if (!follow) return;
            else
            {
                await output.FlushAsync(cancel);
                // Whoever writes the log is another process, in real time.
                await Task.Delay(FollowStep, TimeProvider.System, cancel);
            }
        }
    }
}
