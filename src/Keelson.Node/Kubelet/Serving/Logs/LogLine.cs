using System.Globalization;
using System.Text;

namespace Keelson.Node.Kubelet.Serving.Logs;

/// <summary>One line of a log file as runtimes write it: a time, the stream, tags, and what was written.</summary>
internal readonly ref struct LogLine
{
    /// <summary>The shortest time that can be: "2006-01-02T15:04:05Z".</summary>
    private const int MinStampLength = 20;

    private LogLine(ReadOnlySpan<byte> stamp, ReadOnlySpan<byte> stream, bool isPartial, ReadOnlySpan<byte> content)
    {
        Stamp = stamp;
        Stream = stream;
        IsPartial = isPartial;
        Content = content;
    }

    /// <summary>The time, as it is written.</summary>
    public ReadOnlySpan<byte> Stamp { get; }

    public ReadOnlySpan<byte> Stream { get; }

    /// <summary>Whether the next line of the file goes on where this one stops.</summary>
    public bool IsPartial { get; }

    /// <summary>What the container wrote, without the line's end.</summary>
    public ReadOnlySpan<byte> Content { get; }

    public DateTimeOffset? Time =>
        DateTimeOffset.TryParse(Encoding.ASCII.GetString(Stamp), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>Reads a line without its end; false for what no runtime writes.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out LogLine line)
    {
        line = default;
        var first = text.IndexOf((byte)' ');
        if (first < MinStampLength || text[4] != '-' || text[10] != 'T') return false;
        var rest = text[(first + 1)..];
        var second = rest.IndexOf((byte)' ');
        if (second < 0) return false;
        var stream = rest[..second];
        if (!stream.SequenceEqual("stdout"u8) && !stream.SequenceEqual("stderr"u8)) return false;
        rest = rest[(second + 1)..];
        var third = rest.IndexOf((byte)' ');
        if (third < 1) return false;

        // More tags may follow behind colons one day.
        var isPartial = rest[0] == 'P';
        line = new LogLine(text[..first], stream, isPartial, rest[(third + 1)..]);
        return true;
    }
}
