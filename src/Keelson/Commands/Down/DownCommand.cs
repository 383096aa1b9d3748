using System.CommandLine;
using Keelson.Cluster;

namespace Keelson.Commands.Down;

/// <summary>"keelson down": ends a cluster on this machine, and its data if asked.</summary>
internal static class DownCommand
{
    public static Command Create()
    {
        var folder = ClusterOptions.DataFolder();
        var delete = new Option<bool>("--delete") { Description = "Remove all that the cluster has, its data too." };
        var command = new Command("down", "Stop the cluster; its data stays unless it is to be deleted.") { folder, delete };
        command.SetAction((arguments, cancel) => ClusterOptions.RunAsync(arguments, cancel, () =>
            RunAsync(ClusterOptions.Folder(arguments, folder), arguments.GetValue(delete), arguments.InvocationConfiguration.Output, cancel)));
        return command;
    }

    private static async Task RunAsync(ClusterFolder folder, bool delete, TextWriter output, CancellationToken cancel)
    {
        // A folder that holds no cluster is somebody else's, and nothing in it is touched.
        var settings = ClusterOptions.Existing(folder);
        if (delete) await File.WriteAllTextAsync(folder.Removal, "", cancel);
        var ran = await new ClusterLaunch(folder, TimeProvider.System).EndAsync(cancel);
        await ClusterRemoval.EndLeftoversAsync(folder, settings, delete, TimeProvider.System, cancel);
        if (delete)
        {
            Directory.Delete(folder.Path, recursive: true);
            await output.WriteLineAsync($"The cluster in {folder.Path} is gone.");
            return;
        }

        await output.WriteLineAsync(ran ? $"Stopped. The data stays in {folder.Path}; 'keelson up' goes on with it." : $"The cluster in {folder.Path} did not run.");
    }
}
