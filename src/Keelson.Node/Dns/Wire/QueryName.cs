namespace Keelson.Node.Dns.Wire;

/// <summary>A name in lower case, taken apart into labels; a label may hold any byte, also a dot.</summary>
internal ref struct QueryName
{
    private readonly Span<char> _text;
    private readonly Span<byte> _starts;

    /// <param name="text">Room for <see cref="WireLimits.Name"/> characters.</param>
    /// <param name="starts">Room for <see cref="WireLimits.Labels"/> offsets.</param>
    public QueryName(Span<char> text, Span<byte> starts)
    {
        _text = text;
        _starts = starts;
    }

    /// <summary>How many labels there are, the root not counted.</summary>
    public int Count { get; private set; }

    /// <summary>The bytes that the name took, its root included.</summary>
    public int WireLength { get; private set; }

    /// <summary>The label at an index from the left.</summary>
    public readonly ReadOnlySpan<char> this[int index]
    {
        get
        {
            int start = _starts[index];
            return _text.Slice(start + 1, _text[start]);
        }
    }

    /// <summary>The whole name, lengths between the labels: different names have different texts.</summary>
    public readonly ReadOnlySpan<char> Text => _text[..(WireLength - 1)];

    /// <summary>Where a label begins in the name as it is on the wire.</summary>
    public readonly int Start(int index) => index == Count ? WireLength - 1 : _starts[index];

    /// <summary>Reads a name without pointers, as a question has it.</summary>
    public bool TryRead(scoped ReadOnlySpan<byte> source)
    {
        Count = 0;
        var at = 0;
        while (true)
        {
            if (at >= source.Length || at >= WireLimits.Name) return false;
            int length = source[at];
            if (length == 0) break;
            if (length > WireLimits.Label || at + 1 + length >= source.Length || at + 1 + length >= WireLimits.Name) return false;
            _starts[Count++] = (byte)at;
            _text[at] = (char)length;
            for (var i = at + 1; i <= at + length; i++)
            {
                var value = source[i];
                _text[i] = (char)(value is >= (byte)'A' and <= (byte)'Z' ? value | 0x20 : value);
            }

            at += 1 + length;
        }

        WireLength = at + 1;
        return true;
    }

    /// <summary>Whether the last labels are these.</summary>
    public readonly bool EndsWith(ReadOnlySpan<string> labels)
    {
        if (labels.Length > Count) return false;
        for (var i = 1; i <= labels.Length; i++)
        {
            if (!this[Count - i].SequenceEqual(labels[^i])) return false;
        }

        return true;
    }
}
