using Keelson.Api.Core.V1;
using Keelson.Api.Selectors;
using Keelson.Client;
using Keelson.Client.Informers;
using Keelson.Client.Recording;
using Keelson.Client.Resources;
using Keelson.Node.Kubelet.Admission;
using Keelson.Node.Kubelet.Cgroups;
using Keelson.Node.Kubelet.Images;
using Keelson.Node.Kubelet.Logs;
using Keelson.Node.Kubelet.Pods;
using Keelson.Node.Kubelet.Probes;
using Keelson.Node.Kubelet.Registration;
using Keelson.Node.Kubelet.Serving;
using Keelson.Node.Kubelet.Variables;
using Keelson.Node.Kubelet.Volumes;

namespace Keelson.Node.Kubelet;

/// <summary>A kubelet: registers a node and runs the pods that are bound to it.</summary>
public sealed class NodeAgent(ApiClient client, KubeletOptions options)
{
    /// <summary>Runs until it is cancelled; containers are left running.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        var informers = new InformerFactory(client, new InformerOptions { OnError = options.OnError });
        var pods = informers.For<Pod>(selection: new Selection { Fields = FieldQuery.Where("spec.nodeName", options.NodeName) });
        var services = (options.Informers ?? informers).For<Service>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await Group.RunAsync(stop, informers.RunAsync(stop.Token), RunAsync(pods, services, stop.Token)).ConfigureAwait(false);
    }

    /// <summary>As <see cref="RunAsync(CancellationToken)"/>, over informers that others run and share.</summary>
    internal async Task RunAsync(Informer<Pod> pods, Informer<Service>? services, CancellationToken cancel)
    {
        var recorder = new EventRecorder(client, new EventRecorderOptions { Component = "kubelet", Host = options.NodeName, OnError = options.OnError });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await Group.RunAsync(stop, recorder.RunAsync(stop.Token), WorkAsync(recorder, pods, services, stop.Token)).ConfigureAwait(false);
    }

    private async Task WorkAsync(EventRecorder recorder, Informer<Pod> pods, Informer<Service>? services, CancellationToken cancel)
    {
        var objects = new ObjectSource(client, services);
        using var images = new ImageKeeper(objects, options.ParallelPulls);
        using var ownNetwork = options.ProbeNetwork is null ? new NetworkProbes(options.Time) : null;
        var probes = new ProbeRunner(options.Runtime, options.ProbeNetwork ?? ownNetwork!, options.Time);
        var volumes = options.RootDirectory is null ? null : new VolumeKeeper(objects, options);
        volumes?.Prepare();
        await using var server = options.Server is { } serving ? new KubeletServer(client, options, serving, new InformedPods(pods, options.NodeName)) : null;
        if (server is not null) await server.StartAsync(cancel).ConfigureAwait(false);
        var registration = new NodeRegistration(client, server is null ? options : options with { Port = server.Port }, recorder);
        var work = new PodWork(client, options, recorder, new ContainerVariables(objects, options), images, volumes, probes)
        {
            Objects = objects,
            Cgroups = MakeCgroups(),
            Admission = new NodeAdmission(options, () => registration.Node, registration.RefreshAsync),
        };
        await registration.RegisterAsync(cancel).ConfigureAwait(false);
        work.RuntimeName = (await options.Runtime.GetVersionAsync(cancel).ConfigureAwait(false)).Name;
        await using var set = new PodSet(work);
        // Services first: a container that starts before they are known would miss their variables.
        if (services is not null) await services.WaitForSyncAsync(cancel).ConfigureAwait(false);
        using var subscription = pods.AddHandler(new InformerHandler<Pod>
        {
            Added = pod => Offer(set, pod),
            Updated = (_, pod) => Offer(set, pod),
            Deleted = pod => { if (IsMine(pod)) set.Lose(pod); },
        });
        await pods.WaitForSyncAsync(cancel).ConfigureAwait(false);
        set.Open();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var refreshing = volumes?.RunAsync(work, stop.Token) ?? Task.Delay(Timeout.Infinite, stop.Token);
        // Where there are no files there is neither a log nor a disk to keep.
        var keeping = volumes is null ? [] : new[]
        {
            new LogKeeper(options).RunAsync(stop.Token),
            new ImageCollector(options, registration.Warn).RunAsync(stop.Token),
            new VolumeLimits(volumes, options, set.Evict).RunAsync(stop.Token),
        };
        await Group.RunAsync(stop, [registration.RunAsync(stop.Token), set.RunAsync(stop.Token), refreshing, .. keeping]).ConfigureAwait(false);
    }

    private PodCgroups? MakeCgroups()
    {
        if (options.CgroupRoot is not { } root) return null;
        var groups = new PodCgroups(CgroupMounts.Read(), root);
        var amounts = options.Allocatable ?? options.Capacity;
        groups.Prepare(PodAmounts.MilliCpu(amounts), amounts.TryGetValue("memory", out var memory) ? memory.Value() : 0);
        return groups;
    }

    private void Offer(PodSet set, Pod pod)
    {
        if (IsMine(pod)) set.Offer(pod);
    }

    private bool IsMine(Pod pod) => pod.Spec.NodeName == options.NodeName;
}
