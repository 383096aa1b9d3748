using Keelson.Api.Core.V1;
using Keelson.Server.Cache;

namespace Keelson.Server.Allocation;

/// <summary>Which addresses and ports services have, kept by the changes of services. Not made for several threads.</summary>
/// <remarks>Nothing runs for it: whoever asks has to take up first what has happened since the last question.</remarks>
internal sealed class ServiceHoldings(ResourceCache services)
{
    private readonly Dictionary<string, (string[] Addresses, int[] Ports)> _services = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _addresses = new(StringComparer.Ordinal);
    private readonly Dictionary<int, int> _ports = [];
    private EventLog? _log;
    private long _sequence;

    public bool HasAddress(string address) => _addresses.ContainsKey(address);

    public bool HasPort(int port) => _ports.ContainsKey(port);

    public void TakeUp()
    {
        var log = services.Log;
        if (!ReferenceEquals(log, _log))
        {
            Load(log);
            return;
        }

        while (_sequence < log.Next)
        {
            if (log.Read(_sequence) is not { } change)
            {
                Load(log);
                return;
            }

            _sequence++;
            Set(change.Object.Name.Path, change.Type == EventType.Deleted ? null : Read(change.Object));
        }
    }

    /// <summary>The ports on nodes that a service has, under whichever protocols.</summary>
    public static HashSet<int> PortsOf(Service service)
    {
        var ports = service.Spec.Ports.Select(port => port.NodePort).Where(port => port != 0).ToHashSet();
        if (service.Spec.HealthCheckNodePort != 0) ports.Add(service.Spec.HealthCheckNodePort);
        return ports;
    }

    /// <summary>A service that can't be read has nothing that could be known.</summary>
    public static Service? Read(CachedObject item)
    {
        try
        {
            return item.Glance().Typed as Service;
        }
        catch (DamagedObjectException)
        {
            return null;
        }
    }

    // The place in the log is taken before the state: what is told of twice counts once.
    private void Load(EventLog log)
    {
        (_log, _sequence) = (log, log.Next);
        _services.Clear();
        _addresses.Clear();
        _ports.Clear();
        foreach (var item in services.State.Index.All) Set(item.Name.Path, Read(item));
    }

    private void Set(string path, Service? service)
    {
        if (_services.Remove(path, out var before))
        {
            foreach (var address in before.Addresses) Count(_addresses, address, -1);
            foreach (var port in before.Ports) Count(_ports, port, -1);
        }

        if (service is null) return;
        string[] addresses = [.. AddressRecords.AddressesOf(service).Distinct()];
        int[] ports = [.. PortsOf(service)];
        if (addresses.Length + ports.Length == 0) return;
        _services[path] = (addresses, ports);
        foreach (var address in addresses) Count(_addresses, address, 1);
        foreach (var port in ports) Count(_ports, port, 1);
    }

    private static void Count<T>(Dictionary<T, int> counts, T key, int by)
        where T : notnull
    {
        var count = counts.GetValueOrDefault(key) + by;
        if (count > 0) counts[key] = count;
        else counts.Remove(key);
    }
}
