using System.Diagnostics;
using Keelson.Api.Core.V1;
using Keelson.Node.Runtime.Containerd;

namespace Keelson.Node.Tests.Kubelet.Real;

/// <summary>Prints how long pods take; what is asserted holds on a busy machine, too.</summary>
[Collection(nameof(RealKubelet))]
public sealed class RealSpeedTests
{
    private readonly RealKubelet _kubelet;

    public RealSpeedTests(RealKubelet kubelet)
    {
        kubelet.Require();
        _kubelet = kubelet;
    }

    [Fact]
    public async Task A_pod_starts_about_as_fast_as_a_bare_container()
    {
        var (pods, bare) = (new List<double>(), new List<double>());
        for (var round = 0; round < 7; round++)
        {
            var begin = Stopwatch.GetTimestamp();
            using (var process = Process.Start(Machine.FindProgram("ctr", "containerd"), ["-a", _kubelet.Containerd.Options.SocketPath, "-n", "k8s.io", "run", "--rm", RealKubelet.Image, $"bare-{round}", "/bin/true"])) await process.WaitForExitAsync();
            bare.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
            begin = Stopwatch.GetTimestamp();
            await _kubelet.RunAsync($"fast-{round}", "exec sleep 1000");
            await WaitForRunningAsync($"fast-{round}");
            pods.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
        }

        Console.WriteLine($"pod {Median(pods):0} ms [{string.Join(' ', pods.Select(value => $"{value:0}"))}], bare {Median(bare):0} ms [{string.Join(' ', bare.Select(value => $"{value:0}"))}]");
        Assert.InRange(Median(pods), 0, 10_000);
        for (var round = 0; round < 7; round++) await _kubelet.DeleteAsync($"fast-{round}");
    }

    [Fact]
    public async Task Fifty_pods_start_at_once()
    {
        var begin = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 50).Select(number => _kubelet.RunAsync($"many-{number}", "exec sleep 1000", spec: "", metadata: ""","labels":{"app":"many"} """)));
        await _kubelet.UntilAsync(async () => (await _kubelet.Pods.ListAsync()).Items.Count(pod => pod.Metadata.Name.StartsWith("many-", StringComparison.Ordinal) && pod.Status.Phase == PodPhase.Running) == 50);
        Console.WriteLine($"fifty pods {Stopwatch.GetElapsedTime(begin).TotalSeconds:0.0} s");
        begin = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 50).Select(number => _kubelet.DeleteAsync($"many-{number}")));
        Console.WriteLine($"fifty pods gone {Stopwatch.GetElapsedTime(begin).TotalSeconds:0.0} s");
    }

    // Asks more often than other waits do, for its own pause is part of what is measured.
    private async Task WaitForRunningAsync(string name)
    {
        var begin = Stopwatch.GetTimestamp();
        while ((await _kubelet.Pods.GetAsync(name)).Status.Phase != PodPhase.Running)
        {
            Assert.InRange(Stopwatch.GetElapsedTime(begin).TotalSeconds, 0, 90);
            await Task.Delay(2);
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
