namespace Keelson.Node.Dns.Zone;

/// <summary>The names of one service.</summary>
internal sealed class ServiceZone
{
    /// <summary>The service itself.</summary>
    public required NameRecords Self { get; init; }

    /// <summary>By port and protocol; several ports may share a name with different protocols.</summary>
    public (string Port, string Protocol, NameRecords Records)[] Ports { get; init; } = [];

    /// <summary>By the endpoint's host name.</summary>
    public Dictionary<string, NameRecords> Endpoints { get; init; } = [];

    /// <summary>Addresses with the name that they lead back to.</summary>
    public (UInt128 Address, byte[] Body)[] Pointers { get; init; } = [];

    public NameRecords? Port(ReadOnlySpan<char> port, ReadOnlySpan<char> protocol)
    {
        foreach (var entry in Ports)
        {
            if (port.SequenceEqual(entry.Port) && protocol.SequenceEqual(entry.Protocol)) return entry.Records;
        }

        return null;
    }
}
