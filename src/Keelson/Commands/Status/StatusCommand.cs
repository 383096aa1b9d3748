using System.CommandLine;
using System.Globalization;
using Keelson.Api.Core.V1;
using Keelson.Client;
using Keelson.Client.Configuration;
using Keelson.Cluster;
using Keelson.Commands.Up;

namespace Keelson.Commands.Status;

/// <summary>"keelson status": whether a cluster on this machine runs, and how it is.</summary>
internal static class StatusCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var folder = ClusterOptions.DataFolder();
        var command = new Command("status", "Show whether the cluster runs, and how it is.") { folder };
        command.SetAction((arguments, cancel) => ClusterOptions.RunAsync(arguments, cancel, () => RunAsync(ClusterOptions.Folder(arguments, folder), arguments.InvocationConfiguration.Output, cancel)));
        return command;
    }

    private static async Task RunAsync(ClusterFolder folder, TextWriter output, CancellationToken cancel)
    {
        var settings = ClusterOptions.Existing(folder);
        var state = ClusterState.Read(folder);
        if (!ClusterLock.IsTaken(folder) || state is null)
            throw new ClusterException($"The cluster in {folder.Path} does not run{(state?.Failure is { } why ? $"; its last start failed: {why}" : "")}. 'keelson up --data-dir {folder.Path}' starts it.");
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"""
            cluster      {state.Phase.ToString().ToLowerInvariant()}, process {state.ProcessId}, since {state.StartedAt:yyyy-MM-dd HH:mm:ss} UTC
            data         {folder.Path}
            API server   {state.Address ?? "not yet"}
            kubeconfig   {folder.Kubeconfig}
            containers   {UpOptions.Name(settings.Runtime)}{(settings.IsIsolated ? ", isolated" : "")}
            """));
        if (state.Address is not null) await ShowObjectsAsync(folder, output, cancel);
    }

    private static async Task ShowObjectsAsync(ClusterFolder folder, TextWriter output, CancellationToken cancel)
    {
        using var client = new ApiClient(new ApiClientOptions { Configuration = new ConfigurationLoader { Path = folder.Kubeconfig }.Load(), RequestTimeout = Patience });
        var nodes = await client.Resource<Api.Core.V1.Node>().ListAsync(cancel: cancel);
        var pods = await client.Resource<Pod>().ListAsync(cancel: cancel);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"nodes        {nodes.Items.Count(IsReady)} of {nodes.Items.Count} ready"));
        foreach (var node in nodes.Items.Where(node => !IsReady(node)))
        {
            var condition = node.Status.Conditions.FirstOrDefault(condition => condition.Type == "Ready");
            await output.WriteLineAsync($"             {node.Metadata.Name}: {condition?.Message ?? "has not reported yet"}");
        }

        var phases = pods.Items.GroupBy(pod => pod.Status.Phase?.ToString() ?? "Unknown").OrderBy(group => group.Key, StringComparer.Ordinal);
        await output.WriteLineAsync("pods         " + (pods.Items.Count == 0 ? "none" : string.Join(", ", phases.Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Count()} {group.Key}")))));
    }

    private static bool IsReady(Api.Core.V1.Node node) => node.Status.Conditions.Any(condition => condition is { Type: "Ready", Status: "True" });
}
