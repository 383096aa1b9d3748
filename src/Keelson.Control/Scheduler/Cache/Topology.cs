namespace Keelson.Control.Scheduler.Cache;

/// <summary>The domains that the values of one label make of the nodes, as numbers.</summary>
internal sealed class Topology(string key)
{
    public const int None = -1;

    private readonly Dictionary<string, int> _domains = [];
    private int[] _bySlot = [];

    public string Key { get; } = key;

    /// <summary>How many domains there have been; each has a number below it.</summary>
    public int DomainCount => _domains.Count;

    /// <summary>The node's domain, or None where it has not the label.</summary>
    public int DomainOf(int slot) => slot < _bySlot.Length ? _bySlot[slot] : None;

    public void Set(NodeState node)
    {
        var slot = node.Slot;
        if (slot >= _bySlot.Length)
        {
            var length = _bySlot.Length;
            Array.Resize(ref _bySlot, Math.Max(16, (slot + 1) * 2));
            Array.Fill(_bySlot, None, length, _bySlot.Length - length);
        }

        _bySlot[slot] = node.Labels.TryGetValue(Key, out var value) ? NumberOf(value) : None;
    }

    private int NumberOf(string value)
    {
        if (_domains.TryGetValue(value, out var number)) return number;
        number = _domains.Count;
        _domains[value] = number;
        return number;
    }
}
