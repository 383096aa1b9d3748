using Keelson.Client;
using Keelson.Client.Election;
using Keelson.Control.Controllers;

namespace Keelson.Control;

/// <summary>All controllers of a cluster over shared caches: what makes it as its objects say that it should be.</summary>
public static class ControlPlane
{
    /// <summary>The names of all controllers.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ControllerList.All.Select(entry => entry.Name)];

    /// <summary>Runs the controllers until it is cancelled. Its clock is the client's.</summary>
    /// <exception cref="LeadershipLostException">Another process leads now.</exception>
    public static async Task RunAsync(ApiClient client, ControlPlaneOptions options, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(options);
        try
        {
            if (options.Election is { } election) await new LeaderElector(client, election).RunAsync(lead => LeadAsync(client, options, lead), cancel).ConfigureAwait(false);
            else await LeadAsync(client, options, cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // That is how it ends.
        }
    }

    private static async Task LeadAsync(ApiClient client, ControlPlaneOptions options, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var context = new ControllerContext(client, options);
        var controllers = ControllerList.All
            .Where(entry => options.Names?.Contains(entry.Name) ?? true)
            .Select(entry => entry.Create(context))
            .ToList();
        var running = new List<Task>();
        running.AddRange(controllers.Select(controller => controller.RunAsync(stop.Token)));
        running.AddRange(context.Recorders.Select(recorder => recorder.RunAsync(stop.Token)));
        running.Add(context.Informers.RunAsync(stop.Token));
        // One that ends before it was told to takes the others with it, so that it is seen.
        await Task.WhenAny(running).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(running).ConfigureAwait(false);
    }
}
