using Keelson.Api.Core.V1;
using Keelson.Node.Runtime;

namespace Keelson.Node.Kubelet.Pods;

/// <summary>Computes one plan; a pure function in the form of an object that lives for one call.</summary>
internal sealed class PodPlanner(PodView view)
{
    private static readonly TimeSpan LeastGrace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DefaultGrace = TimeSpan.FromSeconds(30);

    private readonly List<PodAction> _actions = [];
    private readonly Dictionary<string, WaitingReason> _waiting = new(StringComparer.Ordinal);
    private DateTimeOffset? _again;
    private PodVerdict? _verdict = view.Memory.Verdict;

    private Pod Pod => view.Pod;

    public PodPlan Compute()
    {
        CheckDeadline();
        if (view.IsDeleted || _verdict is not null || Pod.Status.Phase is PodPhase.Failed or PodPhase.Succeeded || RestartRules.IsFinished(view)) TearDown();
        else if (view.Sandbox is not { State: SandboxState.Ready }) StartSandbox();
        else Run();
        return new PodPlan { Actions = _actions, Again = _again, Verdict = _verdict, Waiting = _waiting };
    }

    private void CheckDeadline()
    {
        if (_verdict is not null || Pod.Spec.ActiveDeadlineSeconds is not { } seconds || Pod.Status.StartTime is not { } start) return;
        var deadline = start.ToDateTimeOffset() + TimeSpan.FromSeconds(seconds);
        if (view.Now < deadline) LookAgain(deadline);
        else if (!RestartRules.IsFinished(view)) _verdict = new PodVerdict("DeadlineExceeded", "Pod was active on the node longer than the specified deadline");
    }

    private void StartSandbox()
    {
        // What still runs without its sandbox has no network any more and makes room for the new one.
        foreach (var sandbox in view.Sandboxes.Where(HasRunning)) _actions.Add(new PodAction.StopSandbox(sandbox.Id));
        if (_actions.Count > 0) return;
        foreach (var container in Pod.AllContainers()) NoteFailure(container.Name);
        if (view.Memory.SandboxFailure is { } failure && failure.RetryAt > view.Now)
        {
            LookAgain(failure.RetryAt);
            return;
        }

        _actions.Add(new PodAction.StartSandbox(view.Sandbox is { } last ? last.Attempt + 1 : 0));
    }

    private void Run()
    {
        foreach (var container in view.Containers)
        {
            // Made and never started: the kubelet ended in between, or the start failed.
            if (container.State == RunState.Created) _actions.Add(new PodAction.RemoveContainer(container.Id));
        }

        KillUnfit();
        CollectGarbage();
        RunEphemeral();
        if (RunInit()) RunOrdinary();
    }

    /// <summary>Runs init containers in order; whether the ordinary ones may run.</summary>
    private bool RunInit()
    {
        var initialized = Pod.Spec.Containers.Any(container => view.InSandbox(container.Name) is not null);
        foreach (var container in Pod.Spec.InitContainers)
        {
            var latest = view.InSandbox(container.Name);
            if (RestartRules.IsSidecar(container))
            {
                if (latest is { State: RunState.Running })
                {
                    if (view.Health(latest).HasStarted) continue;
                }
                else
                {
                    Start(container, isInit: true);
                }

                if (!initialized) return false;
            }
            else if (!initialized)
            {
                if (latest is { State: RunState.Exited, ExitCode: 0 }) continue;
                if (latest is not { State: RunState.Running }) Start(container, isInit: true);
                return false;
            }
        }

        return true;
    }

    // These look into the pod, whatever state it is in; each runs once.
    private void RunEphemeral()
    {
        foreach (var container in EphemeralContainers.Of(Pod))
        {
            if (view.Latest(container.Name) is null && !NoteFailure(container.Name)) _actions.Add(new PodAction.StartContainer(container, 0, IsInit: false));
        }
    }

    private void RunOrdinary()
    {
        foreach (var container in Pod.Spec.Containers)
        {
            if (view.Latest(container.Name) is { State: RunState.Running } || RestartRules.IsFinished(view, container)) continue;
            Start(container, isInit: false);
        }
    }

    private void Start(ApiContainer container, bool isInit)
    {
        var latest = view.Latest(container.Name);
        if (latest is { State: RunState.Created or RunState.Running or RunState.Unknown }) return;
        if (NoteFailure(container.Name)) return;
        if (latest is { State: RunState.Exited, FinishedAt: { } finished } && !(isInit && latest.ExitCode == 0 && !RestartRules.IsSidecar(container)))
        {
            var entry = view.Memory.BackOff.GetValueOrDefault(container.Name);
            if (RestartBackOff.RetryAt(entry, finished, view.Now) is { } retry)
            {
                _waiting[container.Name] = new("CrashLoopBackOff", $"back-off {GoDuration.Format(entry!.Delay)} restarting failed container={container.Name} pod={view.Title}");
                LookAgain(retry);
                return;
            }
        }

        _actions.Add(new PodAction.StartContainer(container, view.NextAttempt(container.Name), isInit));
    }

    /// <summary>Notes why the container waits; whether it has to wait longer.</summary>
    private bool NoteFailure(string name)
    {
        if (!view.Memory.Failures.TryGetValue(name, out var failure)) return false;
        _waiting[name] = new(failure.Reason, failure.Message);
        if (failure.RetryAt <= view.Now) return false;
        LookAgain(failure.RetryAt);
        return true;
    }

    private void KillUnfit()
    {
        foreach (var container in Pod.Spec.InitContainers.Concat(Pod.Spec.Containers))
        {
            if (view.Latest(container.Name) is not { State: RunState.Running } running) continue;
            if (view.Health(running).KillMessage is { } message) _actions.Add(new PodAction.KillContainer(running, view.Health(running).KillGrace is { } seconds ? Seconds(seconds) : Grace(), message));
            else if (running.Annotations.TryGetValue(KubeletLabels.ContainerHash, out var hash) && hash != KubeletLabels.Hash(container))
            {
                _actions.Add(new PodAction.KillContainer(running, Grace(), $"Container {container.Name} definition changed, will be restarted"));
            }
            else if (running.Annotations.TryGetValue(KubeletLabels.Amounts, out var made) && view.Memory.Amounts.GetValueOrDefault(running.Id, made) is var given && given != ResizeRecipe.Key(container))
            {
                if (ResizeRecipe.NeedsRestart(container, given)) _actions.Add(new PodAction.KillContainer(running, Grace(), $"Container {container.Name} resize requires restart"));
                else _actions.Add(new PodAction.Resize(container, running.Id));
            }
        }
    }

    private void TearDown()
    {
        var sidecars = Pod.Spec.InitContainers.Where(RestartRules.IsSidecar).Select(container => container.Name).ToList();
        var running = view.Containers.Where(container => container.State is RunState.Running or RunState.Unknown).ToList();
        var first = running.Where(container => !sidecars.Contains(container.Name)).ToList();
        if (first.Count == 0 && running.Count > 0)
        {
            // Sidecars end after all others, the last one first.
            first = [running.MaxBy(container => sidecars.IndexOf(container.Name))!];
        }

        foreach (var container in first) _actions.Add(new PodAction.KillContainer(container, RemainingGrace(), $"Stopping container {container.Name}"));
        if (_actions.Count > 0) return;
        foreach (var sandbox in view.Sandboxes.Where(sandbox => sandbox.State == SandboxState.Ready)) _actions.Add(new PodAction.StopSandbox(sandbox.Id));
        if (_actions.Count > 0) return;
        if (view.IsGone)
        {
            foreach (var sandbox in view.Sandboxes) _actions.Add(new PodAction.RemoveSandbox(sandbox.Id));
            _actions.Add(new PodAction.Forget());
        }
        else if (view.IsDeleted)
        {
            _actions.Add(new PodAction.Finish());
        }
    }

    private void CollectGarbage()
    {
        var kept = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in view.Containers.Select(container => container.Name).Distinct())
        {
            kept.Add(view.Latest(name)!.Id);
            if (view.Previous(name) is { } previous) kept.Add(previous.Id);
        }

        foreach (var container in view.Containers)
        {
            if (container.State == RunState.Exited && !kept.Contains(container.Id)) _actions.Add(new PodAction.RemoveContainer(container.Id));
        }

        foreach (var sandbox in view.Sandboxes.Skip(1))
        {
            if (!view.Containers.Any(container => container.SandboxId == sandbox.Id && kept.Contains(container.Id))) _actions.Add(new PodAction.RemoveSandbox(sandbox.Id));
        }
    }

    private bool HasRunning(SandboxStatus sandbox) =>
        sandbox.State == SandboxState.Ready
        || view.Containers.Any(container => container.SandboxId == sandbox.Id && container.State is (RunState.Running or RunState.Unknown));

    private TimeSpan Grace()
    {
        if (view.IsGone || _verdict is { IsEviction: true }) return LeastGrace;
        if (Pod.Metadata.DeletionGracePeriodSeconds is { } deletion) return Seconds(deletion);
        return Pod.Spec.TerminationGracePeriodSeconds is { } seconds ? Seconds(seconds) : DefaultGrace;
    }

    private TimeSpan RemainingGrace()
    {
        var grace = Grace();
        if (view.Memory.EndingSince is not { } since) return grace;
        var rest = grace - (view.Now - since);
        return rest > LeastGrace ? rest : LeastGrace;
    }

    private static TimeSpan Seconds(long seconds) => seconds < 1 ? LeastGrace : TimeSpan.FromSeconds(Math.Min(seconds, int.MaxValue));

    private void LookAgain(DateTimeOffset moment)
    {
        if (_again is null || moment < _again) _again = moment;
    }
}
