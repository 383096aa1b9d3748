using Keelson.Api.Core.V1;
using Keelson.Api.Policy.V1;
using Keelson.Api.Storage.V1;
using Keelson.Client;
using Keelson.Client.Election;
using Keelson.Client.Informers;
using Keelson.Client.Recording;
using Keelson.Control.Scheduler.Plugins.VolumeBinding;
using Keelson.Control.Scheduler.Queue;

namespace Keelson.Control.Scheduler;

/// <summary>Gives every pod a node: the loop around the engine, with informers before it and the API server behind it.</summary>
public sealed class PodScheduler
{
    /// <summary>The most events that wait to be sent; later ones are dropped and counted.</summary>
    private const int EventLimit = 20_000;

    private readonly ApiClient _client;
    private readonly SchedulerOptions _options;
    private readonly TimeProvider _time;
    private readonly InformerFactory _informers;
    private readonly Inbox _inbox = new();
    private readonly Informer<Pod> _pods;
    private readonly Informer<Node> _nodes;
    private readonly Informer<Namespace> _namespaces;
    private readonly Informer<PodDisruptionBudget> _budgets;
    private readonly Informer<PersistentVolumeClaim> _claims;
    private readonly Informer<PersistentVolume> _volumes;
    private readonly Informer<StorageClass> _classes;
    private readonly EventRecorder _recorder;
    private readonly Executor _executor;
    private readonly SchedulerCore _core;

    /// <param name="informers">Informers that the caller shares and runs; null for its own.</param>
    public PodScheduler(ApiClient client, SchedulerOptions? options = null, InformerFactory? informers = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        _client = client;
        _options = options ?? new SchedulerOptions();
        _time = client.Options.Time;
        OwnsInformers = informers is null;
        _informers = informers ?? new InformerFactory(client, new InformerOptions { Seed = _options.Seed, OnError = _options.OnError });
        _pods = _informers.For<Pod>();
        _nodes = _informers.For<Node>();
        _namespaces = _informers.For<Namespace>();
        _budgets = _informers.For<PodDisruptionBudget>();
        _claims = _informers.For<PersistentVolumeClaim>();
        _volumes = _informers.For<PersistentVolume>();
        _classes = _informers.For<StorageClass>();
        _recorder = new EventRecorder(client, new EventRecorderOptions { Component = _options.SchedulerNames[0], QueueLimit = EventLimit, OnError = _options.OnError });
        _executor = new Executor(client, _recorder, _inbox, _options);
        var view = new VolumeView(key => _claims.Get(key), name => _volumes.Get(new ObjectKey("", name)), name => _classes.Get(new ObjectKey("", name)));
        var profiles = _options.SchedulerNames
            .Select(name => DefaultProfile.Create(name, () => _budgets.Snapshot.All, _executor.BindAsync, _options.Seed, view)).ToList();
        _core = new SchedulerCore(profiles, new EngineOptions { Seed = _options.Seed, PercentageOfNodes = _options.PercentageOfNodesToScore }, new SchedulingQueueOptions());
        _executor.ProfileOf = _core.ProfileOf;
    }

    private bool OwnsInformers { get; }

    /// <summary>Places pods until it is cancelled, or loses an election that it had won.</summary>
    public Task RunAsync(CancellationToken cancel) => _options.Election is { } election
        ? new LeaderElector(_client, election).RunAsync(LeadAsync, cancel)
        : LeadAsync(cancel);

    private async Task LeadAsync(CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task[] background = OwnsInformers ? [_informers.RunAsync(stop.Token), _recorder.RunAsync(stop.Token)] : [_recorder.RunAsync(stop.Token)];
        IDisposable[] handlers = [_nodes.AddHandler(_inbox.Node), _namespaces.AddHandler(_inbox.Namespace), _pods.AddHandler(_inbox.Pod), _claims.AddHandler(_inbox.Volumes), _volumes.AddHandler(_inbox.Volumes), _classes.AddHandler(_inbox.Volumes)];
        try
        {
            await Task.WhenAll(
                _nodes.WaitForSyncAsync(stop.Token), _namespaces.WaitForSyncAsync(stop.Token),
                _pods.WaitForSyncAsync(stop.Token), _budgets.WaitForSyncAsync(stop.Token),
                _claims.WaitForSyncAsync(stop.Token), _volumes.WaitForSyncAsync(stop.Token), _classes.WaitForSyncAsync(stop.Token)).ConfigureAwait(false);
            await LoopAsync(stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // That is how it ends.
        }
        finally
        {
            foreach (var handler in handlers) handler.Dispose();
            await stop.CancelAsync().ConfigureAwait(false);
            await _executor.DrainAsync().ConfigureAwait(false);
            await Task.WhenAll(background).ConfigureAwait(false);
        }
    }

    private async Task LoopAsync(CancellationToken cancel)
    {
        using var timer = _time.CreateTimer(static inbox => ((Inbox)inbox!).Wake(), _inbox, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            await _executor.WaitForRoomAsync(cancel).ConfigureAwait(false);
            if (_inbox.Take() is { } mail) Apply(mail);
            var now = _time.GetUtcNow();
            if (_core.Next(now) is { } decision)
            {
                _executor.Start(decision, cancel);
                continue;
            }

            if (_core.NextAt(now) is { } next) timer.Change(next > now ? next - now : TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
            await _inbox.WaitAsync(cancel).ConfigureAwait(false);
        }
    }

    private void Apply(Inbox.Mail mail)
    {
        var now = _time.GetUtcNow();
        foreach (var (decision, isBound) in mail.Bindings)
        {
            if (isBound) _core.Bound(decision, now);
            else _core.NotBound(decision, now);
        }

        foreach (var name in mail.Namespaces) _core.SetNamespace(name, _namespaces.Get(new ObjectKey("", name))?.Metadata.Labels, now);
        foreach (var name in mail.Nodes) _core.SetNode(name, _nodes.Get(new ObjectKey("", name)), now);
        if (mail.HasVolumes) _core.VolumesChanged(now);
        foreach (var key in mail.Pods) _core.SetPod(key, _pods.Get(key), now);
    }
}
