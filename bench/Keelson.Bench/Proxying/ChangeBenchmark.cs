extern alias node;
using System.Diagnostics;
using System.Net;
using Keelson.Api.Core.V1;
using Keelson.Api.Discovery.V1;
using Keelson.Api.Meta.V1;
using Keelson.Bench.Harness;
using Keelson.Client;
using node::Keelson.Node.Network;
using node::Keelson.Node.Proxy;
using node::Keelson.Node.Proxy.Nftables;
using DiscoveryPort = Keelson.Api.Discovery.V1.EndpointPort;

namespace Keelson.Bench.Proxying;

/// <summary>How long it takes from a change of a service's endpoints to the kernel's rules, among many services.</summary>
internal sealed class ChangeBenchmark(int services) : IBenchmark
{
    private const string Median = "p50";
    private const string Tail = "p99";
    private const string Sent = "sent";
    private const string Fill = "fill of everything";

    public string Name => $"proxy/change-{services}";

    public string About => $"An endpoint of one of {services:N0} services with ten endpoints each comes or goes, until the kernel has the rules. Needs root; works in a network namespace of its own. Upstream's gate is 30 s.";

    public IReadOnlyList<Metric> Metrics => [new(Median, "ms", new Target(TargetKind.AtMost, 20)), new(Tail, "ms"), new(Sent, "characters"), new(Fill, "ms")];

    public IReadOnlyList<string> Contestants => [Contestant.InProcess];

    public async Task<IContestant> OpenAsync(string contestant, BenchmarkRun run, CancellationToken cancel)
    {
        var name = $"keelson-bench-{Environment.ProcessId}-{services}";
        await IpAsync("netns", "add", name);
        return new Table(name, run.IsQuick ? services / 10 : services);
    }

    private static async Task IpAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ip", arguments)) ?? throw new InvalidOperationException("ip does not start.");
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"ip {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }

    private sealed class Table(string name, int services) : IContestant
    {
        private const int Changes = 100;
        private const int Endpoints = 10;

        private static readonly NodePlace Place = new("node-1", "");

        public async Task<IReadOnlyDictionary<string, double>> RunRoundAsync(CancellationToken cancel)
        {
            var backend = new NftablesBackend(new RuleSettings([IPNetwork.Parse("10.244.0.0/16")], RuleSettings.UpstreamsMark), NetworkNamespace.Named(name));
            var pictures = Enumerable.Range(0, services).Select(number => Picture(number, Endpoints)).ToList();
            var begun = Stopwatch.GetTimestamp();
            await backend.FillAsync(pictures, cancel);
            var fill = Stopwatch.GetElapsedTime(begun);
            var times = new List<double>();
            var characters = new List<double>();
            for (var change = 0; change < Changes; change++)
            {
                var number = change * 37 % services;
                var started = Stopwatch.GetTimestamp();
                var picture = Picture(number, Endpoints - 1 + (change & 1));
                await backend.ChangeAsync(new Dictionary<ObjectKey, ServicePicture?> { [picture.Key] = picture }, cancel);
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                if ((change & 1) == 0) characters.Add(backend.LastTransactionLength);
            }

            times.Sort();
            characters.Sort();
            return new Dictionary<string, double> { [Median] = times[times.Count / 2], [Tail] = times[times.Count * 99 / 100], [Sent] = characters[characters.Count / 2], [Fill] = fill.TotalMilliseconds };
        }

        public async ValueTask DisposeAsync() => await IpAsync("netns", "delete", name);

        private static ServicePicture Picture(int number, int endpoints)
        {
            var address = $"10.96.{number / 250}.{number % 250}";
            var service = new Service
            {
                Metadata = new ObjectMeta { Namespace = "default", Name = $"service-{number}" },
                Spec = new ServiceSpec { Type = ServiceType.NodePort, ClusterIP = address, ClusterIPs = [address], Ports = [new ServicePort { Port = 80, Protocol = Protocol.TCP, NodePort = 30000 + number }] },
            };
            var slice = new EndpointSlice
            {
                Metadata = new ObjectMeta { Namespace = "default", Name = $"service-{number}-1" },
                AddressType = "IPv4",
                Ports = [new DiscoveryPort { Name = "", Port = 8080, Protocol = Protocol.TCP }],
                Endpoints = [.. Enumerable.Range(0, endpoints).Select(endpoint => new Endpoint { Addresses = [$"10.{244 + (number % 8)}.{number / 8 % 250}.{endpoint + 1}"] })],
            };
            return PictureMaking.Of(service, [slice], Place)!;
        }
    }
}
