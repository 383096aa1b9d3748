using System.Text;
using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Node.Kubelet;
using Keelson.Node.Kubelet.Pods;
using Keelson.Node.Runtime;
using RunContainer = Keelson.Node.Runtime.ContainerStatus;
using RunState = Keelson.Node.Runtime.ContainerState;

namespace Keelson.Node.Tests.Kubelet;

/// <summary>The plan as a table, and a small machine of its own that carries plans out, in which rules must hold at every step.</summary>
public sealed class PodPlanTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_new_pod_first_gets_a_sandbox()
    {
        var plan = PodPlan.Compute(new PodView { Pod = Make("""{"containers":[{"name":"c","image":"x"}]}"""), Now = Start });
        Assert.Equal([new PodAction.StartSandbox(0)], plan.Actions);
    }

    [Fact]
    public void A_gone_pod_without_anything_left_is_forgotten()
    {
        var plan = PodPlan.Compute(new PodView { Pod = Make("""{"containers":[{"name":"c","image":"x"}]}"""), Now = Start, IsGone = true });
        Assert.Equal([new PodAction.Forget()], plan.Actions);
    }

    [Theory]
    [InlineData("10s", 10)]
    [InlineData("1m20s", 80)]
    [InlineData("5m0s", 300)]
    public void Pauses_are_written_as_other_tools_write_them(string text, int seconds) => Assert.Equal(text, GoDuration.Format(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Pauses_double_up_to_five_minutes_and_begin_small_after_long_peace()
    {
        RestartBackOff? entry = null;
        var delays = new List<double>();
        for (var round = 0; round < 7; round++)
        {
            entry = RestartBackOff.Next(entry, Start, Start);
            delays.Add(entry.Delay.TotalSeconds);
        }

        Assert.Equal([10, 20, 40, 80, 160, 300, 300], delays);
        Assert.Equal(10, RestartBackOff.Next(entry, Start + TimeSpan.FromMinutes(11), Start + TimeSpan.FromMinutes(11)).Delay.TotalSeconds);
    }

    [Fact]
    public void Whatever_happens_the_rules_hold_and_the_pod_comes_to_rest()
    {
        for (var seed = 1; seed <= 400; seed++)
        {
            var random = new Random(seed);
            var machine = new Machine(RandomPod(random), random);
            for (var step = 0; step < 120; step++) machine.Step(withTrouble: step < 80);
            machine.CheckRest(seed);
            machine.Lose();
            for (var step = 0; step < 30 && !machine.IsForgotten; step++) machine.Step(withTrouble: false);
            Assert.True(machine.IsForgotten, $"seed {seed}: the pod is gone and was not forgotten");
            Assert.True(machine.IsEmpty, $"seed {seed}: something was left behind");
        }
    }

    private static Pod RandomPod(Random random)
    {
        var policy = new[] { "Always", "OnFailure", "Never" }[random.Next(3)];
        var init = string.Join(',', Enumerable.Range(0, random.Next(3)).Select(number =>
            $$"""{"name":"i{{number}}","image":"x"{{(random.Next(3) == 0 ? ",\"restartPolicy\":\"Always\"" : "")}}}"""));
        var ordinary = string.Join(',', Enumerable.Range(0, 1 + random.Next(3)).Select(number => $$"""{"name":"c{{number}}","image":"x"}"""));
        return Make($$"""{"restartPolicy":"{{policy}}","initContainers":[{{init}}],"containers":[{{ordinary}}]}""");
    }

    private static Pod Make(string spec) => ApiJson.Decode<Pod>(Encoding.UTF8.GetBytes(
        $$"""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"default","uid":"u"},"spec":{{spec}} }"""));

    /// <summary>Sandboxes and containers as values; carries plans out and breaks things by chance.</summary>
    private sealed class Machine(Pod pod, Random random)
    {
        private readonly List<SandboxStatus> _sandboxes = [];
        private readonly List<RunContainer> _containers = [];
        private PodMemory _memory = PodMemory.Empty;
        private DateTimeOffset _now = Start;
        private bool _isGone;
        private int _lastId;

        public bool IsForgotten { get; private set; }

        public bool IsEmpty => _sandboxes.Count == 0 && _containers.Count == 0;

        public void Lose() => _isGone = true;

        public void Step(bool withTrouble)
        {
            _now += TimeSpan.FromSeconds(random.Next(1, 20));
            if (withTrouble) Trouble();
            else EndInit();
            foreach (var action in PodPlan.Compute(View()).Actions) Apply(action);
            Check();
        }

        public void CheckRest(int seed)
        {
            // What was pausing may start now, and then nothing is left to be done.
            for (var round = 0; round < 60; round++)
            {
                _now += TimeSpan.FromMinutes(6);
                EndInit();
                foreach (var action in PodPlan.Compute(View()).Actions) Apply(action);
                Check();
            }

            Assert.True(PodPlan.Compute(View()).Actions.Count == 0, $"seed {seed}: {string.Join(", ", PodPlan.Compute(View()).Actions)}");
            var view = View();
            if (!RestartRules.IsFinished(view)) Assert.All(pod.Spec.Containers, container => Assert.True(view.Latest(container.Name) is { State: RunState.Running } || RestartRules.IsFinished(view, container), $"seed {seed}"));
            else Assert.DoesNotContain(_containers, container => container.State == RunState.Running);
        }

        private PodView View() => new()
        {
            Pod = pod,
            Now = _now,
            IsGone = _isGone,
            Memory = _memory,
            Sandboxes = [.. _sandboxes.OrderByDescending(sandbox => sandbox.Attempt)],
            Containers = [.. _containers.OrderByDescending(container => container.Attempt)],
        };

        private void Trouble()
        {
            for (var index = 0; index < _containers.Count; index++)
            {
                if (_containers[index].State == RunState.Running && random.Next(3) == 0) End(index, random.Next(3) == 0 ? 1 : 0);
            }

            if (_sandboxes.Count > 0 && random.Next(25) == 0) Stop(_sandboxes[^1].Id);
        }

        // Init containers end well after a while, as long as nothing troubles them.
        private void EndInit()
        {
            for (var index = 0; index < _containers.Count; index++)
            {
                var isInit = pod.Spec.InitContainers.Any(container => container.Name == _containers[index].Name && !RestartRules.IsSidecar(container));
                if (isInit && _containers[index].State == RunState.Running) End(index, 0);
            }
        }

        private void Apply(PodAction action)
        {
            switch (action)
            {
                case PodAction.StartSandbox start:
                    Assert.DoesNotContain(_sandboxes, sandbox => sandbox.State == SandboxState.Ready);
                    _sandboxes.Add(new SandboxStatus { Id = $"s{++_lastId}", Name = "p", Namespace = "default", Uid = "u", Attempt = start.Attempt, State = SandboxState.Ready, CreatedAt = _now });
                    break;
                case PodAction.StopSandbox stop:
                    Stop(stop.Id);
                    break;
                case PodAction.RemoveSandbox remove:
                    _sandboxes.RemoveAll(sandbox => sandbox.Id == remove.Id);
                    _containers.RemoveAll(container => container.SandboxId == remove.Id);
                    break;
                case PodAction.StartContainer start:
                    StartContainer(start);
                    break;
                case PodAction.KillContainer kill:
                    End(_containers.FindIndex(container => container.Id == kill.Container.Id), 137);
                    break;
                case PodAction.RemoveContainer remove:
                    Assert.NotEqual(RunState.Running, _containers.First(container => container.Id == remove.Id).State);
                    _containers.RemoveAll(container => container.Id == remove.Id);
                    break;
                case PodAction.Forget:
                    IsForgotten = true;
                    break;
            }
        }

        private void StartContainer(PodAction.StartContainer start)
        {
            var name = start.Container.Name;
            var sandbox = _sandboxes.MaxBy(candidate => candidate.Attempt)!;
            Assert.Equal(SandboxState.Ready, sandbox.State);
            Assert.DoesNotContain(_containers, container => container.Name == name && container.Attempt == start.Attempt);
            var latest = View().Latest(name);
            if (latest is not null && latest.SandboxId == sandbox.Id)
            {
                Assert.True(RestartRules.Restarts(pod, start.Container, start.IsInit, latest.ExitCode), $"{name} must not run again");
                _memory = _memory with { BackOff = _memory.BackOff.SetItem(name, RestartBackOff.Next(_memory.BackOff.GetValueOrDefault(name), latest.FinishedAt!.Value, _now)) };
            }

            var order = pod.Spec.InitContainers.Select(container => container.Name).ToList();
            var before = start.IsInit ? order.Take(order.IndexOf(name)) : order;
            var initialized = pod.Spec.Containers.Any(container => _containers.Any(run => run.Name == container.Name && run.SandboxId == sandbox.Id));
            foreach (var earlier in initialized ? [] : before)
            {
                var run = View().InSandbox(earlier);
                Assert.True(run is { State: RunState.Running } or { State: RunState.Exited, ExitCode: 0 }, $"{name} started before {earlier} was through");
            }

            _containers.Add(new RunContainer { Id = $"c{++_lastId}", SandboxId = sandbox.Id, Name = name, Attempt = start.Attempt, State = RunState.Running, CreatedAt = _now, StartedAt = _now });
        }

        private void Stop(string sandboxId)
        {
            var index = _sandboxes.FindIndex(sandbox => sandbox.Id == sandboxId);
            _sandboxes[index] = _sandboxes[index] with { State = SandboxState.NotReady };
            for (var number = 0; number < _containers.Count; number++)
            {
                if (_containers[number].SandboxId == sandboxId && _containers[number].State == RunState.Running) End(number, 137);
            }
        }

        private void End(int index, int code) => _containers[index] = _containers[index] with { State = RunState.Exited, ExitCode = code, FinishedAt = _now };

        private void Check()
        {
            Assert.All(_containers.Where(container => container.State == RunState.Running).GroupBy(container => container.Name), group => Assert.Single(group));
            Assert.True(_containers.Count <= 40, "ended containers pile up");
        }
    }
}
