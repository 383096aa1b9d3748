using System.CommandLine;
using System.Globalization;
using Keelson.Cluster;

namespace Keelson.Commands.Up;

/// <summary>"keelson up": a whole cluster on this machine.</summary>
internal static class UpCommand
{
    public static Command Create()
    {
        var options = new UpOptions();
        var command = options.AddTo(new Command("up", "Start a whole cluster on this machine, or start it again."));
        command.SetAction((arguments, cancel) => ClusterOptions.RunAsync(arguments, cancel, () => RunAsync(arguments, options, cancel)));
        return command;
    }

    private static async Task RunAsync(ParseResult arguments, UpOptions options, CancellationToken cancel)
    {
        var output = arguments.InvocationConfiguration.Output;
        var folder = ClusterOptions.Folder(arguments, options.DataFolder);
        Create(folder);
        if (ClusterLock.IsTaken(folder)) throw new ClusterException(ClusterServer.AlreadyRuns(folder));
        var requirements = new Requirements(line => output.WriteLine(line));
        var settings = options.Settings(arguments, ClusterSettings.Read(folder), requirements.WhyNoContainers);
        if (settings.Runtime == ClusterRuntime.Containerd) await requirements.InstallAsync(folder, cancel);
        else if (arguments.GetValue(options.Runtime) is null or "auto" && requirements.WhyNoContainers is { } why) await output.WriteLineAsync($"Containers are simulated: {why}.");
        settings.Write(folder);

        var launch = new ClusterLaunch(folder, TimeProvider.System);
        if (arguments.GetValue(options.Foreground))
        {
            await launch.RunHereAsync(settings, output, () => WriteKubeconfig(arguments, options, folder), cancel);
            return;
        }

        var state = await launch.StartAsync(line => output.WriteLine("  " + line), cancel);
        WriteKubeconfig(arguments, options, folder);
        await output.WriteAsync(Greeting(folder, settings, state));
    }

    private static void Create(ClusterFolder folder)
    {
        try
        {
            Directory.CreateDirectory(folder.Path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ClusterException($"The folder {folder.Path} cannot be made: {failure.Message}", failure);
        }
    }

    private static void WriteKubeconfig(ParseResult arguments, UpOptions options, ClusterFolder folder)
    {
        if (arguments.GetValue(options.Kubeconfig) is { } file) KubeconfigMerge.Merge(folder.Kubeconfig, file.FullName, folder.Id);
    }

    internal static string Greeting(ClusterFolder folder, ClusterSettings settings, ClusterState state) => string.Create(CultureInfo.InvariantCulture, $"""

        Keelson is ready: {state.Address}, data in {folder.Path}

            export KUBECONFIG={folder.Kubeconfig}
            kubectl get nodes
            kubectl create deployment web --image={(settings.Runtime == ClusterRuntime.Simulated ? "any" : "nginx")} --replicas=3

        'keelson status' shows it, 'keelson down' stops it, 'keelson down --delete' leaves nothing behind.

        """);
}
