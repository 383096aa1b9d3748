using System.Buffers.Binary;

namespace Keelson.Storage.Sqlite;

/// <summary>
/// Looks for damage in a write-ahead log that SQLite would take for its end. SQLite stops at the first
/// frame that is wrong; that is right for what was being written when the power went, and silently drops
/// acknowledged commits where a frame in the middle went bad.
/// </summary>
/// <remarks>
/// Each commit is synced before the next begins to be written, so what was torn can only lie in the last
/// one. A bad frame with a later commit than its own behind it was synced, and has been damaged since.
/// </remarks>
internal static class LogInspection
{
    private const int HeaderBytes = 32;
    private const int FrameHeaderBytes = 24;
    private const uint Magic = 0x377f0682;

    /// <summary>Says what is damaged, or null.</summary>
    public static string? FindDamage(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 18);
        var header = new byte[HeaderBytes];
        if (stream.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) < HeaderBytes) return null;
        var magic = BinaryPrimitives.ReadUInt32BigEndian(header);
        var pageBytes = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(8));
        var sum = new FrameSum((magic & 1) != 0);
        sum.Add(header.AsSpan(0, 24));

        // A log that starts over writes its header anew when all it held is in the database: torn here, nothing is lost.
        if ((magic & ~1u) != Magic || !sum.Matches(header.AsSpan(24)) || pageBytes is < 512 or > 65536) return null;
        return FindDamage(stream, header, (int)pageBytes, sum);
    }

    private static string? FindDamage(FileStream stream, byte[] header, int pageBytes, FrameSum sum)
    {
        var frame = new byte[FrameHeaderBytes + pageBytes];
        long number = 0;
        long bad = 0;
        var commitsSince = 0;
        while (stream.ReadAtLeast(frame, frame.Length, throwOnEndOfStream: false) == frame.Length)
        {
            number++;
            var isOfThisLog = frame.AsSpan(8, 8).SequenceEqual(header.AsSpan(16, 8));
            if (bad == 0)
            {
                sum.Add(frame.AsSpan(0, 8));
                sum.Add(frame.AsSpan(FrameHeaderBytes));
                if (!isOfThisLog || !sum.Matches(frame.AsSpan(16))) bad = number;
            }

            if (bad == 0 || !isOfThisLog) continue;
            if (commitsSince > 0) return $"frame {bad} of the write-ahead log is damaged, and acknowledged commits lie behind it";
            if (BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(4)) != 0) commitsSince++;
        }

        return null;
    }

    /// <summary>SQLite's running checksum of a log, over words of either byte order.</summary>
    private struct FrameSum(bool bigEndian)
    {
        private uint _first;
        private uint _second;

        public void Add(ReadOnlySpan<byte> data)
        {
            for (; data.Length >= 8; data = data[8..])
            {
                _first += Word(data) + _second;
                _second += Word(data[4..]) + _first;
            }
        }

        public readonly bool Matches(ReadOnlySpan<byte> stored) =>
            BinaryPrimitives.ReadUInt32BigEndian(stored) == _first && BinaryPrimitives.ReadUInt32BigEndian(stored[4..]) == _second;

        private readonly uint Word(ReadOnlySpan<byte> data) =>
            bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(data) : BinaryPrimitives.ReadUInt32LittleEndian(data);
    }
}
