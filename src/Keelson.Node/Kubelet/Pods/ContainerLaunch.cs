using System.Globalization;
using Keelson.Client;
using Keelson.Node.Kubelet.Variables;
using Keelson.Node.Runtime;

namespace Keelson.Node.Kubelet.Pods;

/// <summary>Starts one container: image, configuration, creation, start and hook, with the events that go with each.</summary>
internal sealed class ContainerLaunch(PodWork work, PodView view, PodAction.StartContainer start, StartFailure? before, Action<string, string> note)
{
    private ApiContainer Container => start.Container;

    public async Task RunAsync(CancellationToken cancel)
    {
        var sandbox = view.Sandbox!;
        var sandboxConfig = SandboxRecipe.Make(view.Pod, sandbox.Attempt, work.Options, work.Cgroups?.ParentOf(view.Pod) ?? "");
        var image = await work.Images.EnsureAsync(work, view.Pod, Container, sandboxConfig, before, cancel).ConfigureAwait(false);
        var config = await ConfigureAsync(image, cancel).ConfigureAwait(false);
        var id = await CreateAsync(sandbox.Id, config, sandboxConfig, cancel).ConfigureAwait(false);
        try
        {
            await work.Runtime.StartContainerAsync(id, cancel).ConfigureAwait(false);
        }
        catch (RuntimeException failure)
        {
            work.Warn(view.Pod, Container.Name, "Failed", $"Error: {failure.Message}");
            throw new StartException("RunContainerError", failure.Message, failure);
        }

        work.Record(view.Pod, Container.Name, "Started", "Container started");
        await RunPostStartAsync(id, cancel).ConfigureAwait(false);
    }

    private async Task<string> CreateAsync(string sandboxId, ContainerConfig config, SandboxConfig sandbox, CancellationToken cancel)
    {
        try
        {
            var id = await work.Runtime.CreateContainerAsync(sandboxId, config, sandbox, cancel).ConfigureAwait(false);
            note(id, view.Pod.Metadata.Uid);
            work.Record(view.Pod, Container.Name, "Created", "Container created");
            return id;
        }
        catch (RuntimeException failure)
        {
            work.Warn(view.Pod, Container.Name, "Failed", $"Error: {failure.Message}");
            throw new StartException("CreateContainerError", failure.Message, failure);
        }
    }

    private async Task<ContainerConfig> ConfigureAsync(PulledImage image, CancellationToken cancel)
    {
        try
        {
            var variables = await work.Variables.MakeAsync(view, Container, cancel).ConfigureAwait(false);
            var lookup = variables.ToDictionary(variable => variable.Name, variable => variable.Value, StringComparer.Ordinal);
            var mounts = await MountsAsync(lookup, cancel).ConfigureAwait(false);
            var nodeMemory = work.Options.Capacity.TryGetValue("memory", out var memory) ? memory.Value() : 0;
            return new ContainerConfig
            {
                Name = Container.Name,
                Attempt = start.Attempt,
                Image = image.Reference,
                RequestedImage = Container.Image,
                Command = [.. Container.Command.Select(word => Expansion.Expand(word, lookup))],
                Arguments = [.. Container.Args.Select(word => Expansion.Expand(word, lookup))],
                WorkingDirectory = Container.WorkingDir,
                Environment = variables,
                Mounts = mounts,
                Labels = new Dictionary<string, string>(KubeletLabels.OfPod(view.Pod)) { [KubeletLabels.ContainerName] = Container.Name },
                Annotations = new Dictionary<string, string>
                {
                    [KubeletLabels.Amounts] = ResizeRecipe.Key(Container),
                    [KubeletLabels.ContainerHash] = KubeletLabels.Hash(Container),
                    [KubeletLabels.RestartCount] = start.Attempt.ToString(CultureInfo.InvariantCulture),
                    [KubeletLabels.TerminationMessagePath] = Container.TerminationMessagePath,
                    [KubeletLabels.GracePeriod] = (view.Pod.Spec.TerminationGracePeriodSeconds ?? 30).ToString(CultureInfo.InvariantCulture),
                },
                LogPath = work.Options.LogDirectory is null ? "" : $"{Container.Name}/{start.Attempt}.log",
                Stdin = Container.Stdin,
                StdinOnce = Container.StdinOnce,
                Tty = Container.Tty,
                Resources = ResourceRecipe.Make(Container.Resources, ResourceRecipe.OutOfMemoryScore(view.Pod, Container, nodeMemory)),
                Security = SecurityRecipe.Make(view.Pod, Container, image.Image, TargetId(), work.Options.RootDirectory),
            };
        }
        catch (StartException failure)
        {
            work.Warn(view.Pod, Container.Name, "Failed", $"Error: {failure.Message}");
            throw;
        }
        catch (Exception failure) when (failure is ApiException or IOException or UnauthorizedAccessException)
        {
            work.Warn(view.Pod, Container.Name, "Failed", $"Error: {failure.Message}");
            throw new StartException("CreateContainerConfigError", failure.Message, failure);
        }
    }

    private async Task<IReadOnlyList<ContainerMount>> MountsAsync(Dictionary<string, string> variables, CancellationToken cancel)
    {
        if (work.Volumes is not { } volumes) return [];
        var mounts = (await volumes.MountsAsync(view, Container, variables, cancel).ConfigureAwait(false)).ToList();
        if (TerminationMessages.Prepare(volumes.PodFolder(view.Pod), Container, start.Attempt) is { } message) mounts.Add(message);
        return mounts;
    }

    private string TargetId() =>
        EphemeralContainers.Target(view.Pod, Container.Name) is { Length: > 0 } target && view.Latest(target) is { State: RunState.Running } running ? running.Id : "";

    private async Task RunPostStartAsync(string id, CancellationToken cancel)
    {
        if (Container.Lifecycle?.PostStart is not { } hook) return;
        if (await work.Runtime.GetContainerAsync(id, cancel).ConfigureAwait(false) is not { } running) return;
        if (await work.Probes.RunHookAsync(view, running, Container, hook, null, cancel).ConfigureAwait(false) is not { } failure) return;
        // What the hook said may be secret and stays on the node.
        work.Warn(view.Pod, Container.Name, "FailedPostStartHook", "PostStartHook failed");
        work.Record(view.Pod, Container.Name, "Killing", "FailedPostStartHook");
        await work.Runtime.StopContainerAsync(id, TimeSpan.FromSeconds(view.Pod.Spec.TerminationGracePeriodSeconds ?? 30), cancel).ConfigureAwait(false);
        throw new StartException("PostStartHookError", failure);
    }
}

/// <summary>An image on the node: what a container is given, and what is known of it.</summary>
internal sealed record PulledImage(string Reference, Image? Image);
