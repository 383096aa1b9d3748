using System.Numerics;
using Keelson.Storage.Mvcc;
using Keelson.Storage.Snapshots;

namespace Keelson.Storage.Sqlite;

/// <summary>
/// The checksums of a row, two CRC-32C in one number: the upper half over everything but the value, which
/// is checked when the store opens, the lower half over the value, which is checked when it is read.
/// </summary>
internal static class RowChecksum
{
    private const int DeletionLength = -1;

    public static long OfVersion(in KeyVersion version, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var head = Head(version, key, value.Length);
        return ((long)head << 32) | Checksum.Add(head, value);
    }

    public static bool HeadMatches(long checksums, in KeyVersion version, ReadOnlySpan<byte> key, int valueLength) =>
        Head(version, key, valueLength) == (uint)(checksums >> 32);

    public static bool Matches(long checksums, in KeyVersion version, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        OfVersion(version, key, value) == checksums;

    public static long OfFact(ReadOnlySpan<byte> name, long value) => Checksum.Add(Checksum.Add(0, name), value);

    public static long OfLease(long id, long ticks) => Checksum.Add(Checksum.Add(1, id), ticks);

    private static uint Head(in KeyVersion version, ReadOnlySpan<byte> key, int valueLength)
    {
        var checksum = BitOperations.Crc32C(~0u, (ulong)version.Id.Packed);
        checksum = BitOperations.Crc32C(checksum, (ulong)version.Create);
        checksum = BitOperations.Crc32C(checksum, (ulong)version.Version);
        checksum = BitOperations.Crc32C(checksum, (ulong)version.Lease);
        checksum = BitOperations.Crc32C(checksum, (uint)(version.IsDeletion ? DeletionLength : valueLength));
        return Checksum.Add(checksum, key);
    }
}
