using System.CommandLine;
using Keelson.Cluster;
using Keelson.Commands.Up;

namespace Keelson.Commands;

/// <summary>What the commands for a cluster on this machine have in common: which one is meant, and how they fail.</summary>
internal static class ClusterOptions
{
    public const string RuntimeConfigDescription =
        "KEY=true or KEY=false, several separated by commas: what is served beside or instead of the stable API. A key is api/all, api/ga, api/beta, api/alpha, a group/version, or a group/version/resource. May be given more than once.";

    public static Option<DirectoryInfo?> DataFolder() => new("--data-dir")
    {
        Description = "The folder of the cluster; by default /var/lib/keelson for root, else keelson in $XDG_DATA_HOME or ~/.local/share.",
    };

    public static ClusterFolder Folder(ParseResult arguments, Option<DirectoryInfo?> option) =>
        new(arguments.GetValue(option)?.FullName ?? DefaultDataDirectory.ForThisUser());

    /// <summary>The settings of a cluster that has to be there.</summary>
    public static ClusterSettings Existing(ClusterFolder folder) =>
        ClusterSettings.Read(folder) ?? throw new ClusterException($"There is no cluster in {folder.Path}. 'keelson up --data-dir {folder.Path}' makes one.");

    /// <summary>Does what a command does, and says in one line why it did not.</summary>
    public static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancel, Func<Task> action)
    {
        try
        {
            await action();
            return 0;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception failure) when (Failures.IsExpected(failure))
        {
            await arguments.InvocationConfiguration.Error.WriteLineAsync($"keelson {arguments.CommandResult.Command.Name}: {failure.Message}");
            return 1;
        }
    }
}
