using System.CommandLine;
using Keelson.Cluster;

namespace Keelson.Commands.Access;

/// <summary>"keelson kubeconfig": prints the administrator's access to a cluster on this machine, or puts it beside what the user has.</summary>
internal static class KubeconfigCommand
{
    public static Command Create()
    {
        var folder = ClusterOptions.DataFolder();
        var merge = new Option<bool>("--merge") { Description = "Put it into your own kubeconfig (the first file of $KUBECONFIG, or ~/.kube/config), beside what that has." };
        var command = new Command("kubeconfig", "Print the access to the cluster, or merge it into yours.") { folder, merge };
        command.SetAction((arguments, cancel) => ClusterOptions.RunAsync(arguments, cancel, async () =>
        {
            var cluster = ClusterOptions.Folder(arguments, folder);
            ClusterOptions.Existing(cluster);
            if (!File.Exists(cluster.Kubeconfig)) throw new ClusterException($"The cluster in {cluster.Path} has never been up.");
            var output = arguments.InvocationConfiguration.Output;
            if (!arguments.GetValue(merge))
            {
                await output.WriteAsync(await File.ReadAllTextAsync(cluster.Kubeconfig, cancel));
                return;
            }

            KubeconfigMerge.Merge(cluster.Kubeconfig, OwnFile(), cluster.Id);
            await output.WriteLineAsync($"{OwnFile()} has the context {cluster.Id} now, and uses it.");
        }));
        return command;
    }

    private static string OwnFile() =>
        (Environment.GetEnvironmentVariable("KUBECONFIG") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).FirstOrDefault()
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".kube", "config");
}
