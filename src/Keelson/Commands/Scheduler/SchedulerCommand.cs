using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Keelson.Client;
using Keelson.Client.Configuration;
using Keelson.Client.Election;
using Keelson.Control.Scheduler;

namespace Keelson.Commands.Scheduler;

/// <summary>"keelson scheduler": the scheduler alone, against any Kubernetes API server.</summary>
internal static class SchedulerCommand
{
    public static Command Create()
    {
        var kubeconfig = new Option<FileInfo?>("--kubeconfig") { Description = "The kubeconfig to use; by default KUBECONFIG, the home folder's, or that of the pod." };
        var names = new Option<string[]>("--scheduler-name") { Description = "Whose pods to place; may be given more than once.", DefaultValueFactory = _ => ["default-scheduler"] };
        var percentage = new Option<int>("--percentage-of-nodes-to-score") { Description = "How many percent of the nodes to look at; 0 lets their number decide." };
        var elect = new Option<bool>("--leader-elect") { Description = "Wait to be elected before placing anything, for where several schedulers run." };
        var command = new Command("scheduler", "Run the scheduler alone.") { kubeconfig, names, percentage, elect };
        command.SetAction((arguments, cancel) => ClusterOptions.RunAsync(arguments, cancel, () =>
        {
            var (output, error) = (arguments.InvocationConfiguration.Output, arguments.InvocationConfiguration.Error);
            var options = new SchedulerOptions
            {
                SchedulerNames = [.. (arguments.GetValue(names) ?? []).Distinct()],
                PercentageOfNodesToScore = arguments.GetValue(percentage),
                Seed = RandomNumberGenerator.GetInt32(int.MaxValue),
                Election = arguments.GetValue(elect) ? Election() : null,
                OnError = failure => error.WriteLine($"keelson scheduler: {failure.Message}"),
            };
            return RunAsync(arguments.GetValue(kubeconfig), options, output, cancel);
        }));
        return command;
    }

    private static async Task RunAsync(FileInfo? kubeconfig, SchedulerOptions options, TextWriter output, CancellationToken cancel)
    {
        if (options.PercentageOfNodesToScore is < 0 or > 100) throw new ArgumentException($"{options.PercentageOfNodesToScore} is no percentage");
        var configuration = new ConfigurationLoader { Path = kubeconfig?.FullName }.Load();
        using var client = new ApiClient(new ApiClientOptions { Configuration = configuration, UseProtobuf = true, UserAgent = "keelson-scheduler" });
        await output.WriteLineAsync($"placing pods of {string.Join(", ", options.SchedulerNames)} for {configuration.Server}");
        await new PodScheduler(client, options).RunAsync(cancel);
    }

    // The lease that upstream's scheduler uses too, so that the two never place side by side.
    private static LeaderElectionOptions Election() => new()
    {
        Lease = new ObjectKey("kube-system", "kube-scheduler"),
        Identity = string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}_{Guid.NewGuid()}"),
        Seed = RandomNumberGenerator.GetInt32(int.MaxValue),
    };
}
