using Keelson.Api.Core.V1;
using Keelson.Node.Runtime;

namespace Keelson.Node.Kubelet.Probes;

/// <summary>Probes again and again and tells when a threshold is reached.</summary>
internal sealed class ProbeLoop(Probe probe, ProbePurpose purpose, TimeProvider time)
{
    /// <param name="startedAt">When the container started; the first probe waits its delay from then.</param>
    /// <param name="once">Probes.</param>
    /// <param name="decide">Takes the verdict each time that the threshold is reached or passed.</param>
    /// <param name="failed">Takes the output of every probe that failed.</param>
    public async Task RunAsync(DateTimeOffset startedAt, Func<CancellationToken, Task<ProbeResult>> once, Action<bool> decide, Action<string> failed, CancellationToken cancel)
    {
        var delay = startedAt + TimeSpan.FromSeconds(probe.InitialDelaySeconds) - time.GetUtcNow();
        if (delay > TimeSpan.Zero) await Task.Delay(delay, time, cancel).ConfigureAwait(false);
        var period = TimeSpan.FromSeconds(probe.PeriodSeconds > 0 ? probe.PeriodSeconds : 10);
        var (last, run) = (false, 0);
        while (true)
        {
            var result = await once(cancel).ConfigureAwait(false);
            run = run > 0 && last == result.Succeeded ? run + 1 : 1;
            last = result.Succeeded;
            if (!result.Succeeded) failed(result.Output);
            if (run >= (result.Succeeded ? Math.Max(probe.SuccessThreshold, 1) : probe.FailureThreshold > 0 ? probe.FailureThreshold : 3))
            {
                decide(result.Succeeded);
                // A start happens once, and what failed for good is ended.
                if (purpose == ProbePurpose.Startup || (purpose == ProbePurpose.Liveness && !result.Succeeded)) return;
            }

            await Task.Delay(period, time, cancel).ConfigureAwait(false);
        }
    }
}
