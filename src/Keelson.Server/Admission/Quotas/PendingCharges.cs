using Keelson.Api;
using Keelson.Server.Objects;
using Keelson.Server.Registry;

namespace Keelson.Server.Admission.Quotas;

/// <summary>What was charged to quotas for writes that are not seen to be stored yet, so that a recount does not forget it.</summary>
/// <remarks>A charge whose write never comes, because something after the quota refused it, counts for a few seconds longer than it should.</remarks>
internal sealed class PendingCharges(TimeProvider time)
{
    /// <summary>How long a write may take from its charge until it is seen; default ten seconds.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(10);

    /// <summary>Charges that are remembered at once; default 10,000, and the oldest are forgotten first.</summary>
    private const int Limit = 10_000;

    private readonly Lock _lock = new();
    private readonly LinkedList<Charge> _charges = new();

    /// <summary>Notes a charge; what is returned takes it back.</summary>
    public Action Add(ObjectName quota, RegisteredResource resource, ObjectName written, Dictionary<string, Quantity> taken)
    {
        var charge = new Charge(quota, resource.KeyPrefix, written, taken, time.GetUtcNow() + Lifetime);
        lock (_lock)
        {
            _charges.AddLast(charge);
            while (_charges.Count > Limit || _charges.First is { Value: var oldest } && oldest.Until < time.GetUtcNow()) _charges.RemoveFirst();
        }

        return () =>
        {
            lock (_lock) _charges.Remove(charge);
        };
    }

    /// <summary>Adds to what was counted what is charged to a quota for objects that were not there to be counted.</summary>
    /// <param name="seen">The objects that were counted, by the prefix of their resource's keys and their name.</param>
    public void AddTo(Dictionary<string, Quantity> used, ObjectName quota, HashSet<(string Prefix, ObjectName Name)> seen)
    {
        lock (_lock)
        {
            for (var node = _charges.First; node is not null;)
            {
                var next = node.Next;
                var charge = node.Value;
                if (charge.Until < time.GetUtcNow() || charge.Quota == quota && seen.Contains((charge.Prefix, charge.Written))) _charges.Remove(node);
                else if (charge.Quota == quota) foreach (var (name, amount) in charge.Taken) used[name] = used.GetValueOrDefault(name) + amount;
                node = next;
            }
        }
    }

    private sealed record Charge(ObjectName Quota, string Prefix, ObjectName Written, Dictionary<string, Quantity> Taken, DateTimeOffset Until);
}
