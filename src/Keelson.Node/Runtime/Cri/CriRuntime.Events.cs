using System.Runtime.CompilerServices;
using Google.Protobuf;
using Keelson.Node.Runtime.Containerd;
using Keelson.Node.Runtime.Containerd.Protos;
using Keelson.Node.Runtime.Cri.Protos;
using Keelson.Rpc;
using Keelson.Rpc.Client;

namespace Keelson.Node.Runtime.Cri;

public sealed partial class CriRuntime
{
    private enum EventSource { Unknown, None, Cri, Containerd }

    // Containerd tells of an exit before its CRI side has noted it; so long the event is held back at most.
    private static readonly TimeSpan SettleStep = TimeSpan.FromMilliseconds(5);
    private const int MaxSettleSteps = 200;

    private volatile EventSource _eventSource;

    public async Task<bool> OffersEventsAsync(CancellationToken cancel) => await EventSourceAsync(cancel).ConfigureAwait(false) != EventSource.None;

    public async IAsyncEnumerable<ContainerEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var source = await EventSourceAsync(cancel).ConfigureAwait(false);
        var events = source switch
        {
            EventSource.Cri => WatchCriAsync(cancel),
            EventSource.Containerd => WatchContainerdAsync(cancel),
            _ => throw new RuntimeException(RuntimeError.NotOffered, "This runtime does not tell of events."),
        };
        await foreach (var item in Translated(events, cancel).ConfigureAwait(false)) yield return item;
    }

    private async Task<EventSource> EventSourceAsync(CancellationToken cancel)
    {
        if (_eventSource != EventSource.Unknown) return _eventSource;
        if (await AnswersAsync(CriMethods.GetContainerEvents, new GetEventsRequest(), cancel).ConfigureAwait(false)) return _eventSource = EventSource.Cri;
        // That there is none is not remembered: a runtime that still starts answers as if it had none.
        return await AnswersAsync(ContainerdMethods.Subscribe, Subscription(), cancel).ConfigureAwait(false) ? _eventSource = EventSource.Containerd : EventSource.None;
    }

    private async Task<bool> AnswersAsync<TRequest, TResponse>(RpcMethod<TRequest, TResponse> method, TRequest request, CancellationToken cancel)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new()
    {
        // Who offers events says nothing until something happens; who does not refuses at once.
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(500), _options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            await foreach (var _ in _channel.StreamAsync(method, request, RpcCallOptions.None, either.Token).ConfigureAwait(false)) return true;
            return false;
        }
        catch (RpcException error)
        {
            // Containerd 1.6 knows the method only as one that it does not have, and says so in either of two ways.
            return error.Status is RpcStatus.Unimplemented or RpcStatus.Unknown ? false : throw CriErrors.ToRuntime(error);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return true;
        }
    }

    private async IAsyncEnumerable<ContainerEvent> WatchCriAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var item in _channel.StreamAsync(CriMethods.GetContainerEvents, new GetEventsRequest(), RpcCallOptions.None, cancel).ConfigureAwait(false))
        {
            yield return new(item.ContainerId, (ContainerEventKind)item.ContainerEventType, CriMapping.MomentOrStart(item.CreatedAt)) { SandboxId = item.PodSandboxStatus?.Id };
        }
    }

    private async IAsyncEnumerable<ContainerEvent> WatchContainerdAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var envelope in _channel.StreamAsync(ContainerdMethods.Subscribe, Subscription(), RpcCallOptions.None, cancel).ConfigureAwait(false))
        {
            var happened = envelope.Event?.Value is { } value ? TaskExitEvent.Parser.ParseFrom(value) : new();
            ContainerEventKind? kind = envelope.Topic switch
            {
                "/tasks/start" => ContainerEventKind.Started,
                // A command that was run in the container ends with the same topic and an id of its own.
                "/tasks/exit" when happened.Id == happened.ContainerId => ContainerEventKind.Stopped,
                "/containers/create" => ContainerEventKind.Created,
                "/containers/delete" => ContainerEventKind.Deleted,
                _ => null,
            };
            if (kind is not { } known || happened.ContainerId.Length == 0) continue;
            if (known == ContainerEventKind.Stopped) await SettleAsync(happened.ContainerId, cancel).ConfigureAwait(false);
            yield return new(happened.ContainerId, known, envelope.Timestamp?.ToDateTimeOffset() ?? DateTimeOffset.UnixEpoch);
        }
    }

    private async Task SettleAsync(string containerId, CancellationToken cancel)
    {
        for (var step = 0; step < MaxSettleSteps; step++)
        {
            // A sandbox is no container to CRI, and what was removed meanwhile is settled too.
            if (await GetContainerAsync(containerId, cancel).ConfigureAwait(false) is not { State: ContainerState.Running }) return;
            await Task.Delay(SettleStep, _options.Time, cancel).ConfigureAwait(false);
        }
    }

    // The payloads of starts and of created and deleted containers are read as those of exits, too: the first field of
    // all of them is the container's id.
    private static SubscribeRequest Subscription() => new()
    {
        Filters =
        {
            $"topic==\"/tasks/start\",namespace=={ContainerdMethods.Namespace}",
            $"topic==\"/tasks/exit\",namespace=={ContainerdMethods.Namespace}",
            $"topic==\"/containers/create\",namespace=={ContainerdMethods.Namespace}",
            $"topic==\"/containers/delete\",namespace=={ContainerdMethods.Namespace}",
        },
    };

    private static async IAsyncEnumerable<ContainerEvent> Translated(IAsyncEnumerable<ContainerEvent> events, [EnumeratorCancellation] CancellationToken cancel)
    {
        var each = events.GetAsyncEnumerator(cancel);
        await using var _ = each.ConfigureAwait(false);
        while (true)
        {
            try
            {
                if (!await each.MoveNextAsync().ConfigureAwait(false)) yield break;
            }
            catch (RpcException error)
            {
                throw CriErrors.ToRuntime(error);
            }

            yield return each.Current;
        }
    }
}
