using System.Buffers.Binary;
using System.Numerics;

namespace Keelson.Storage.Snapshots;

/// <summary>
/// A snapshot as a file: a header, one record a lease and a version in the order of history, and an end
/// that counts the records and carries the SHA-256 of all before. The same for every embedded engine.
/// </summary>
/// <remarks>
/// All numbers are little-endian. Header: 16 bytes name, format number (4), revision (8), compacted
/// revision (8). A record: kind (1), its numbers, key and value, and the CRC-32C of the record (4).
/// </remarks>
internal static class SnapshotFormat
{
    public const int Format = 1;
    public const int HeaderBytes = 16 + 4 + 8 + 8;
    public const byte LeaseKind = 1;
    public const byte VersionKind = 2;
    public const byte EndKind = 3;

    /// <summary>Number and lifetime.</summary>
    public const int LeaseBytes = 8 + 8;

    /// <summary>Identity, creating revision, version, lease, length of key and of value.</summary>
    public const int VersionBytes = 8 + 8 + 8 + 8 + 4 + 4;

    /// <summary>Number of leases and of versions, before the SHA-256.</summary>
    public const int EndBytes = 8 + 8;

    public static ReadOnlySpan<byte> Name => "keelson-snapshot"u8;
}

/// <summary>The checksum CRC-32C (Castagnoli), which processors compute in hardware.</summary>
internal static class Checksum
{
    public static uint Add(uint checksum, ReadOnlySpan<byte> data)
    {
        while (data.Length >= sizeof(ulong))
        {
            checksum = BitOperations.Crc32C(checksum, BinaryPrimitives.ReadUInt64LittleEndian(data));
            data = data[sizeof(ulong)..];
        }

        foreach (var one in data) checksum = BitOperations.Crc32C(checksum, one);
        return checksum;
    }

    public static uint Add(uint checksum, long number) => BitOperations.Crc32C(checksum, (ulong)number);
}
