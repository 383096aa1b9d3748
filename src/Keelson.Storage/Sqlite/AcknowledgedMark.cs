using System.Buffers.Binary;
using Keelson.Storage.Snapshots;
using Microsoft.Win32.SafeHandles;

namespace Keelson.Storage.Sqlite;

/// <summary>
/// The newest revision that anybody was told of, in a file beside the database. A database that comes back
/// with less has lost acknowledged writes, and says so instead of giving their revisions again.
/// </summary>
/// <remarks>
/// It is written after the commit and not synced: after a power failure it may lag behind the database,
/// which proves nothing and hurts nothing, but it is never ahead of what was on disk. Two places are
/// written in turn, so that one is whole at any moment.
/// </remarks>
internal sealed class AcknowledgedMark(SafeFileHandle file) : IDisposable
{
    private const int PlaceBytes = 16;

    private readonly byte[] _buffer = new byte[PlaceBytes];
    private long _written;
    private int _place;

    public static AcknowledgedMark Open(string path)
    {
        var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);

        // The room is taken now, so that a disk that fills up later does not get in the way.
        if (RandomAccess.GetLength(file) < 2 * PlaceBytes) RandomAccess.Write(file, new byte[2 * PlaceBytes], 0);
        return new AcknowledgedMark(file);
    }

    /// <summary>The revision that was noted last; zero where none was.</summary>
    public long Read()
    {
        var newest = 0L;
        var buffer = new byte[PlaceBytes];
        for (var place = 0; place < 2; place++)
        {
            if (RandomAccess.Read(file, buffer, place * PlaceBytes) < PlaceBytes) continue;
            var revision = BinaryPrimitives.ReadInt64LittleEndian(buffer);
            if (BinaryPrimitives.ReadInt64LittleEndian(buffer.AsSpan(8)) != Seal(revision)) continue;
            if (revision > newest) (newest, _place) = (revision, 1 - place);
        }

        return _written = newest;
    }

    public void Write(long revision)
    {
        if (revision <= _written) return;
        BinaryPrimitives.WriteInt64LittleEndian(_buffer, revision);
        BinaryPrimitives.WriteInt64LittleEndian(_buffer.AsSpan(8), Seal(revision));
        try
        {
            RandomAccess.Write(file, _buffer, _place * PlaceBytes);
        }
        catch (IOException)
        {
            // The commit is on disk; a mark that cannot follow lags behind, which is allowed.
            return;
        }

        _place = 1 - _place;
        _written = revision;
    }

    public void Dispose() => file.Dispose();

    private static long Seal(long revision) => Checksum.Add(~0u, revision) | 0x4B45_0000_0000_0000;
}
