using Keelson.Client;
using Keelson.Client.Informers;
using Keelson.Client.Queues;
using Keelson.Client.Reconciling;
using Keelson.Client.Recording;

namespace Keelson.Control.Controllers;

/// <summary>What all controllers share: the client, its clock, and the caches.</summary>
internal sealed class ControllerContext(ApiClient client, ControlPlaneOptions options)
{
    private readonly List<EventRecorder> _recorders = [];

    public ApiClient Client { get; } = client;

    public ControlPlaneOptions Options { get; } = options;

    public TimeProvider Time => Client.Options.Time;

    public InformerFactory Informers { get; } = new(client, new InformerOptions
    {
        Seed = options.Seed,
        OnError = failure => options.OnError?.Invoke(new ControllerFailure("informers", default, 0, failure)),
    });

    /// <summary>The recorders that were asked for while the controllers were made.</summary>
    public IReadOnlyList<EventRecorder> Recorders => _recorders;

    public Api.Time Now => Api.Time.FromDateTimeOffset(Time.GetUtcNow());

    /// <summary>Reports events in a component's name; to be asked for in a controller's constructor.</summary>
    public EventRecorder Recorder(string component)
    {
        var recorder = new EventRecorder(Client, new EventRecorderOptions { Component = component });
        _recorders.Add(recorder);
        return recorder;
    }

    public ReconcileLoop<T> Loop<T>(string name, IReconciler<T> reconciler)
        where T : class => new(reconciler, new ReconcileLoopOptions
        {
            Workers = Options.Workers,
            Queue = new WorkQueueOptions<ObjectKey> { Time = Time },
            OnError = (key, attempt, failure) => Report(name, key, attempt, failure),
        });

    public void Report(string controller, ObjectKey key, int attempt, Exception failure) =>
        Options.OnError?.Invoke(new ControllerFailure(controller, key, attempt, failure));
}
