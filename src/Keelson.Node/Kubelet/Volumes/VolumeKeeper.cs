using System.Collections.Concurrent;
using Keelson.Api.Core.V1;
using Keelson.Client;
using Keelson.Node.Kubelet.Pods;
using Keelson.Node.Kubelet.Variables;
using Keelson.Node.Runtime;
using Keelson.Node.Runtime.Containerd;

namespace Keelson.Node.Kubelet.Volumes;

/// <summary>Makes the volumes of pods as folders below the kubelet's root, and keeps their files as their sources are.</summary>
internal sealed class VolumeKeeper(ObjectSource objects, KubeletOptions options)
{
    /// <summary>For how long what was read for a pod's sandbox serves its first containers as well.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, long> _preparedAt = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, PodView> _pods = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new(StringComparer.Ordinal);
    private readonly VolumeFiles _files = new(objects, options);

    /// <summary>The pods whose volumes are in use.</summary>
    public IEnumerable<Pod> Pods => _pods.Values.Select(view => view.Pod);

    public string PodFolder(Pod pod) => Path.Combine(options.RootDirectory!, "pods", pod.Metadata.Uid);

    /// <summary>Makes the folder of all pods one in which their mounts are passed on.</summary>
    public void Prepare()
    {
        var folder = Path.Combine(options.RootDirectory!, "pods");
        Directory.CreateDirectory(folder);
        if (options.UsesMounts) SystemFiles.Share(folder);
    }

    /// <summary>Makes all volumes of a pod; what cannot be made is a failure that names the volume.</summary>
    public async Task PrepareAsync(Pod pod, CancellationToken cancel)
    {
        Directory.CreateDirectory(PodFolder(pod));
        var view = new PodView { Pod = pod, Now = options.Time.GetUtcNow() };
        foreach (var volume in pod.Spec.Volumes) await SetUpAsync(view, volume, cancel).ConfigureAwait(false);
        _preparedAt[pod.Metadata.Uid] = options.Time.GetTimestamp();
        _pods[pod.Metadata.Uid] = view;
    }

    /// <summary>What of the pod's volumes a container sees, and where.</summary>
    public async Task<IReadOnlyList<ContainerMount>> MountsAsync(PodView view, ApiContainer container, IReadOnlyDictionary<string, string> variables, CancellationToken cancel)
    {
        _pods[view.Pod.Metadata.Uid] = view;
        var mounts = new List<ContainerMount>();
        // The first containers come right after it.
        var isFresh = view.Containers.Count == 0 && _preparedAt.TryGetValue(view.Pod.Metadata.Uid, out var preparedAt) && options.Time.GetElapsedTime(preparedAt) < Fresh;
        foreach (var mount in container.VolumeMounts)
        {
            var volume = view.Pod.Spec.Volumes.FirstOrDefault(candidate => candidate.Name == mount.Name)
                ?? throw new StartException("CreateContainerConfigError", $"the pod has no volume \"{mount.Name}\"");
            // A container starts with its files as they should be now.
            if (!isFresh) await SetUpAsync(view, volume, cancel).ConfigureAwait(false);
            var source = FolderOf(view.Pod, volume);
            var below = mount.SubPathExpr.Length > 0 ? Expansion.Expand(mount.SubPathExpr, variables) : mount.SubPath;
            mounts.Add(new ContainerMount(mount.MountPath, below.Length > 0 ? SubPath.Resolve(source, below) : source)
            {
                ReadOnly = mount.ReadOnly || IsReadOnly(volume),
                Propagation = mount.MountPropagation switch { "HostToContainer" => MountPropagation.HostToContainer, "Bidirectional" => MountPropagation.Bidirectional, _ => MountPropagation.Private },
            });
        }

        if (container.VolumeMounts.All(mount => mount.MountPath != "/etc/hosts")) mounts.Add(new ContainerMount("/etc/hosts", HostsFile.Write(PodFolder(view.Pod), view, options)));
        return mounts;
    }

    /// <summary>Reads the sources of mounted files again and again, until it is cancelled.</summary>
    public async Task RunAsync(PodWork work, CancellationToken cancel)
    {
        while (true)
        {
            await Task.Delay(options.VolumeRefreshPeriod, options.Time, cancel).ConfigureAwait(false);
            foreach (var (_, view) in _pods)
            {
                foreach (var volume in view.Pod.Spec.Volumes.Where(VolumeFiles.HasFiles))
                {
                    try
                    {
                        await SetUpAsync(view, volume, cancel).ConfigureAwait(false);
                    }
                    catch (Exception failure) when (failure is StartException or ApiException or HttpRequestException or IOException or UnauthorizedAccessException)
                    {
                        work.Warn(view.Pod, "FailedMount", failure.Message);
                    }
                }
            }
        }
    }

    /// <summary>Takes the newest state of a pod: its labels may be shown in files, and one that ended needs none.</summary>
    public void Note(PodView view)
    {
        if (!view.IsDeleted && view.Sandbox is { State: SandboxState.Ready }) _pods[view.Pod.Metadata.Uid] = view;
        else _pods.TryRemove(view.Pod.Metadata.Uid, out _);
    }

    /// <summary>Removes all that was made for a pod, and nothing that it only pointed to.</summary>
    public async Task RemoveAsync(Pod pod, CancellationToken cancel)
    {
        _pods.TryRemove(pod.Metadata.Uid, out _);
        _preparedAt.TryRemove(pod.Metadata.Uid, out _);
        var gate = Gate(pod);
        await gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            RemoveFolder(PodFolder(pod));
        }
        finally
        {
            gate.Release();
            _gates.TryRemove(pod.Metadata.Uid, out _);
        }
    }

    // One pod's files are written by one at a time.
    private SemaphoreSlim Gate(Pod pod) => _gates.GetOrAdd(pod.Metadata.Uid, static _ => new SemaphoreSlim(1));

    private async Task SetUpAsync(PodView view, Volume volume, CancellationToken cancel)
    {
        var source = volume.VolumeSource;
        var gate = Gate(view.Pod);
        await gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (source.EmptyDir is { } empty) MakeEmpty(view.Pod, FolderOf(view.Pod, volume), empty);
            else if (source.HostPath is { } host) HostPaths.Check(host);
            else if (VolumeFiles.HasFiles(volume))
            {
                var folder = FolderOf(view.Pod, volume);
                Directory.CreateDirectory(folder);
                // What is secret never reaches a disk.
                if (options.UsesMounts && source.ConfigMap is null) SystemFiles.MountMemory(folder, null);
                MakeShared(folder, VolumeOwner.Of(view.Pod));
                AtomicFolder.Write(folder, await _files.ReadAsync(view, volume, folder, cancel).ConfigureAwait(false), VolumeOwner.Of(view.Pod));
            }
            else throw new StartException("ContainerCreating", "this kubelet does not know this kind of volume");
        }
        catch (Exception failure) when (failure is StartException or ApiException or IOException or UnauthorizedAccessException)
        {
            throw new StartException("ContainerCreating", $"MountVolume.SetUp failed for volume \"{volume.Name}\" : {failure.Message}", failure);
        }
        finally
        {
            gate.Release();
        }
    }

    public string FolderOf(Pod pod, Volume volume)
    {
        if (volume.VolumeSource.HostPath is { } host) return host.Path;
        var kind = volume.VolumeSource switch
        {
            { EmptyDir: not null } => "kubernetes.io~empty-dir",
            { ConfigMap: not null } => "kubernetes.io~configmap",
            { Secret: not null } => "kubernetes.io~secret",
            { DownwardAPI: not null } => "kubernetes.io~downward-api",
            _ => "kubernetes.io~projected",
        };
        return Path.Combine(PodFolder(pod), "volumes", kind, volume.Name);
    }

    /// <summary>Removes what was made for pods that nobody knows any more.</summary>
    public void RemoveOrphans(Func<string, bool> isKnown)
    {
        var folder = Path.Combine(options.RootDirectory!, "pods");
        if (!Directory.Exists(folder)) return;
        foreach (var pod in Directory.EnumerateDirectories(folder).Where(path => !isKnown(Path.GetFileName(path)))) RemoveFolder(pod);
    }

    private static void RemoveFolder(string folder)
    {
        if (!Directory.Exists(folder)) return;
        // A mount may show the node's own files, so nothing is deleted as long as there is one.
        Machine.UnmountBelow(folder);
        if (Machine.MountsBelow(folder).Count > 0) throw new IOException($"Something is still mounted below {folder}.");
        Directory.Delete(folder, recursive: true);
    }

    private void MakeEmpty(Pod pod, string folder, EmptyDirVolumeSource source)
    {
        if (Directory.Exists(folder)) return;
        Directory.CreateDirectory(folder);
        if (source.Medium == "Memory" && options.UsesMounts) SystemFiles.MountMemory(folder, MemoryLimit(pod, source));
        MakeShared(folder, VolumeOwner.Of(pod));
    }

    // No more than the volume says, and never more than the pod or the node has.
    private long? MemoryLimit(Pod pod, EmptyDirVolumeSource source)
    {
        var limits = new List<long>();
        if (source.SizeLimit is { IsZero: false } size) limits.Add(size.Value());
        if (PodAmounts.Limits(pod).TryGetValue("memory", out var memory)) limits.Add(memory.Value());
        if ((options.Allocatable ?? options.Capacity).TryGetValue("memory", out var node)) limits.Add(node.Value());
        return limits.Count > 0 ? limits.Min() : null;
    }

    // Any user of the pod may write there.
    private static void MakeShared(string folder, VolumeOwner owner)
    {
        SystemFiles.Own(folder, null, owner.Group);
        UnixModes.Set(folder, owner.FolderMode(0x1FF));
    }

    private static bool IsReadOnly(Volume volume) => VolumeFiles.HasFiles(volume);
}
