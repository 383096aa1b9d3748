using Keelson.Api.Core.V1;
using Keelson.Control.Scheduler.Cache;
using Keelson.Control.Scheduler.Queue;
using static Keelson.Control.Tests.Scheduler.Samples;

namespace Keelson.Control.Tests.Scheduler;

public sealed class EnginePropertyTests
{
    private const string Host = "kubernetes.io/hostname";

    [Fact]
    public void Whatever_happens_no_node_is_over_committed_and_no_pod_is_lost()
    {
        for (var seed = 0; seed < 60; seed++) new Story(seed).Tell(150);
    }

    [Fact]
    public void Equal_seeds_place_alike() => Assert.Equal(new Story(7).Tell(200), new Story(7).Tell(200));

    /// <summary>Random changes, after each of which the rules must hold.</summary>
    private sealed class Story(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly SchedulerRun _run = new(seed);
        private readonly HashSet<string> _waiting = [];
        private readonly HashSet<string> _placed = [];
        private readonly List<string> _log = [];
        private int _names;

        public string Tell(int steps)
        {
            for (var i = 0; i < steps; i++)
            {
                Step();
                Check();
            }

            return string.Join('\n', _log);
        }

        private void Step()
        {
            switch (_random.Next(10))
            {
                case 0:
                    _run.Nodes(Node($"n{_random.Next(8)}", _random.Next(1, 5).ToString(), pods: _random.Next(1, 6).ToString(), labels: ("zone", $"z{_random.Next(3)}")));
                    break;
                case 1:
                    _run.Core.SetNode($"n{_random.Next(8)}", null, _run.Now);
                    break;
                case 2 when _placed.Count > 0:
                    var gone = _placed.Order().ElementAt(_random.Next(_placed.Count));
                    _placed.Remove(gone);
                    _run.Delete(gone);
                    break;
                case 3:
                    _run.Now += TimeSpan.FromSeconds(_random.Next(8));
                    break;
                case < 7:
                    Come();
                    break;
                default:
                    Decide();
                    break;
            }
        }

        private void Come()
        {
            var name = $"p{_names++}";
            var pod = Pod(name, $"{_random.Next(1, 20) * 100}m", priority: _random.Next(3), labels: ("app", $"a{_random.Next(2)}"));
            if (_random.Next(3) == 0)
            {
                pod = pod.With(new Affinity { PodAntiAffinity = new PodAntiAffinity { RequiredDuringSchedulingIgnoredDuringExecution = new[] { Term("app", "a0", Host) } } });
            }

            _waiting.Add(name);
            _run.Pods(pod);
        }

        private void Decide()
        {
            if (_run.Core.Next(_run.Now) is not { } decision) return;
            var name = decision.Pod.Key.Name;
            _log.Add($"{name} {decision.Node} {decision.Message} {decision.Room?.Node}");
            if (decision.Node is { } node)
            {
                var state = _run.Core.Cluster.Node(node)!;
                Assert.InRange(state.Requested.MilliCpu, 0, state.Allocatable.MilliCpu);
                Assert.InRange(state.Pods.Count, 1, state.AllowedPods);
                if (_random.Next(8) == 0)
                {
                    _run.Core.NotBound(decision, _run.Now);
                    return;
                }

                _waiting.Remove(name);
                _placed.Add(name);
                _run.Core.Bound(decision, _run.Now);
                _run.Pods(decision.Pod.Pod.On(node));
            }

            foreach (var victim in decision.Room?.Victims ?? [])
            {
                _placed.Remove(victim.Key.Name);
                _run.Delete(victim.Key.Name);
            }
        }

        private void Check()
        {
            var cluster = _run.Core.Cluster;
            foreach (var node in cluster.KnownNodes) Check(node, cluster);
            var queue = _run.Core.Queue;
            Assert.Equal(_waiting.Count, queue.Count);
            foreach (var name in _waiting) Assert.NotNull(queue.Find("uid-" + name));
            Assert.Equal(queue.Count, Enum.GetValues<QueuePlace>().Sum(queue.CountOf));
            Assert.Equal(_placed.Count, cluster.PodCount);
        }

        private static void Check(NodeState node, ClusterState cluster)
        {
            Assert.Equal(node.Pods.Values.Sum(pod => pod.Shape.Requests.MilliCpu), node.Requested.MilliCpu);
            var shuns = node.Pods.Values.Count(pod => pod.Terms is not null);
            var shunned = node.Pods.Values.Count(pod => pod.Pod.Metadata.Labels["app"] == "a0");
            if (shuns > 0) Assert.True(shunned == 0 || (shunned == 1 && shuns == 1), "anti-affinity is broken on " + node.Name);
            Assert.Equal(cluster.Affinity.AntiAffinity.Sum(group => group.Holders), cluster.KnownNodes.Sum(known => known.Pods.Values.Count(pod => pod.Terms is not null)));
        }
    }
}
