using System.Threading.Channels;
using Keelson.Client;

namespace Keelson.Control.Scheduler;

/// <summary>What has changed since the loop last looked: keys, each once, so that it is never more than there are objects.</summary>
internal sealed class Inbox
{
    private readonly Lock _lock = new();
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private HashSet<ObjectKey> _pods = [];
    private HashSet<string> _nodes = [];
    private HashSet<string> _namespaces = [];
    private List<BindingEnd> _bindings = [];
    private bool _volumes;
    private volatile bool _hasMail;

    public void Pod(ObjectKey key)
    {
        lock (_lock) _pods.Add(key);
        Signal();
    }

    public void Node(ObjectKey key)
    {
        lock (_lock) _nodes.Add(key.Name);
        Signal();
    }

    public void Namespace(ObjectKey key)
    {
        lock (_lock) _namespaces.Add(key.Name);
        Signal();
    }

    /// <summary>A claim, a volume or a class changed; whichever pod waits for one is tried again.</summary>
    public void Volumes(ObjectKey key)
    {
        lock (_lock) _volumes = true;
        Signal();
    }

    public void Binding(BindingEnd end)
    {
        lock (_lock) _bindings.Add(end);
        Signal();
    }

    /// <summary>Lets the loop look at the queue again.</summary>
    public void Wake() => _signal.Writer.TryWrite(true);

    /// <summary>Everything there is; null for nothing.</summary>
    public Mail? Take()
    {
        if (!_hasMail) return null;
        lock (_lock)
        {
            _hasMail = false;
            var mail = new Mail(_nodes, _namespaces, _pods, _bindings, _volumes);
            (_nodes, _namespaces, _pods, _bindings, _volumes) = ([], [], [], [], false);
            return mail;
        }
    }

    public async Task WaitAsync(CancellationToken cancel)
    {
        await _signal.Reader.ReadAsync(cancel).ConfigureAwait(false);
    }

    private void Signal()
    {
        _hasMail = true;
        Wake();
    }

    internal sealed record Mail(HashSet<string> Nodes, HashSet<string> Namespaces, HashSet<ObjectKey> Pods, List<BindingEnd> Bindings, bool HasVolumes);
}

/// <summary>How a binding ended.</summary>
internal readonly record struct BindingEnd(Decision Decision, bool IsBound);
