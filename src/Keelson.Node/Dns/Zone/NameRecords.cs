namespace Keelson.Node.Dns.Zone;

/// <summary>What stands at one name: records without their owner's name, ready to be copied into an answer.</summary>
internal sealed record NameRecords
{
    /// <summary>A name that exists and has nothing of its own.</summary>
    public static NameRecords Empty { get; } = new();

    public byte[][] Addresses { get; init; } = [];

    public byte[][] AddressesV6 { get; init; } = [];

    public byte[][] Services { get; init; } = [];

    /// <summary>The names that <see cref="Services"/> lead to, with their addresses.</summary>
    public (byte[] Name, NameRecords Records)[] Targets { get; init; } = [];

    public byte[][] Pointers { get; init; } = [];

    public byte[][] Texts { get; init; } = [];

    public byte[][] NameServers { get; init; } = [];

    /// <summary>The name that this one stands for, on the wire; null where it stands for itself.</summary>
    public byte[]? Canonical { get; init; }

    /// <summary>The record that says so.</summary>
    public byte[][] CanonicalRecord { get; init; } = [];

    public byte[][] Of(ushort type) => type switch
    {
        Wire.RecordType.Address => Addresses,
        Wire.RecordType.AddressV6 => AddressesV6,
        Wire.RecordType.Service => Services,
        Wire.RecordType.Pointer => Pointers,
        Wire.RecordType.Text => Texts,
        Wire.RecordType.NameServer => NameServers,
        Wire.RecordType.CanonicalName => CanonicalRecord,
        _ => [],
    };
}
