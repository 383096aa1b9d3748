using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Keelson.Api.Core.V1;
using Keelson.Client.Informers;

namespace Keelson.Node.Network;

/// <summary>Keeps a port open on the host for every node port of the services, TCP and UDP, and forwards it to the nodes.</summary>
public sealed class NodePortListeners(Informer<Service> services, NodePortListenersOptions options)
{
    private readonly Channel<bool> _changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly Dictionary<NodePort, Listener> _listeners = [];
    private readonly HashSet<NodePort> _reported = [];

    /// <summary>The ports that are open now.</summary>
    public ImmutableSortedSet<NodePort> Open { get; private set; } = [];

    /// <summary>Follows the services until it is cancelled, then closes all ports.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            await services.WaitForSyncAsync(cancel).ConfigureAwait(false);
            using var registration = services.AddHandler(_ => _changed.Writer.TryWrite(true));
            while (true)
            {
                _changed.Reader.TryRead(out _);
                await ConvergeAsync().ConfigureAwait(false);
                await WaitAsync(cancel).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // That is how it ends.
        }
        finally
        {
            foreach (var port in _listeners.Keys.ToList()) await CloseAsync(port).ConfigureAwait(false);
            Open = [];
        }
    }

    /// <summary>The ports that the services want.</summary>
    internal static HashSet<NodePort> Wanted(IEnumerable<Service> services) =>
    [
        .. from service in services
           where service.Spec.Type is ServiceType.NodePort or ServiceType.LoadBalancer
           from port in service.Spec.Ports
           where port.NodePort is > 0 and <= IPEndPoint.MaxPort && port.Protocol is "" or "TCP" or "UDP"
           select new NodePort(port.Protocol == "UDP" ? ProtocolType.Udp : ProtocolType.Tcp, port.NodePort),
    ];

    private async Task ConvergeAsync()
    {
        var wanted = Wanted(services.Snapshot.All);
        foreach (var port in _listeners.Keys.Where(port => !wanted.Contains(port) || _listeners[port].Running.IsCompleted).ToList()) await CloseAsync(port).ConfigureAwait(false);
        _reported.IntersectWith(wanted);
        foreach (var port in wanted.Where(port => !_listeners.ContainsKey(port))) TryOpen(port);
        Open = [.. _listeners.Keys];
    }

    private void TryOpen(NodePort port)
    {
        try
        {
            var forwarder = PortForwarder.Open(new PortForwarderOptions
            {
                Listen = new IPEndPoint(options.BindAddress, port.Port),
                Targets = () => [.. options.NodeAddresses().Select(address => new IPEndPoint(address, port.Port))],
                ListenIn = options.ListenIn,
                DialIn = options.DialIn,
                Protocol = port.Protocol,
                MaxConnections = options.MaxConnectionsPerPort,
                Time = options.Time,
                OnError = options.OnError,
            });
            var stop = new CancellationTokenSource();
            _listeners[port] = new Listener(stop, forwarder.RunAsync(stop.Token));
            _reported.Remove(port);
        }
        catch (SocketException failure)
        {
            // Once is enough to know; it is tried again in silence.
            if (_reported.Add(port)) options.OnError?.Invoke(new NetworkException($"Node port {port} cannot be opened on {options.BindAddress}: {failure.Message}", failure));
        }
    }

    private async Task CloseAsync(NodePort port)
    {
        _listeners.Remove(port, out var listener);
        if (listener is null) return;
        using (listener.Stop)
        {
            await listener.Stop.CancelAsync().ConfigureAwait(false);
            await listener.Running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (listener.Running.Exception?.InnerException is { } failure) options.OnError?.Invoke(failure);
    }

    private async Task WaitAsync(CancellationToken cancel)
    {
        if (_reported.Count == 0)
        {
            await _changed.Reader.WaitToReadAsync(cancel).ConfigureAwait(false);
            return;
        }

        using var clock = new CancellationTokenSource(options.RetryPeriod, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancel);
        try
        {
            await _changed.Reader.WaitToReadAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // Time to try again.
        }
    }

    private sealed record Listener(CancellationTokenSource Stop, Task Running);
}

/// <summary>A port of every node that leads to a service.</summary>
public readonly record struct NodePort(ProtocolType Protocol, int Port) : IComparable<NodePort>
{
    public int CompareTo(NodePort other) => (Port, Protocol).CompareTo((other.Port, other.Protocol));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Port}/{Protocol.ToString().ToUpperInvariant()}");
}
