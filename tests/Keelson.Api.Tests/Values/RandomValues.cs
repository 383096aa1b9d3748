using System.Text;
using Keelson.Api.Values;

namespace Keelson.Api.Tests.Values;

/// <summary>Random trees, the same for the same seed, rich in what codecs get wrong.</summary>
internal sealed class RandomValues(int seed)
{
    private static readonly string[] Pieces =
    [
        "", "a", "key", "yes", "no", "on", "null", "~", "true", "1", "-1", "0x1f", "0777", "1e3", ".5", ".inf", "1_000", "12:30", "2001-01-01",
        " ", "  ", "\n", "\n\n", "\t", "\r\n", "#", " #", ":", ": ", "- ", "-", "?", "{", "}", "[", "]", ",", "&a", "*a", "!", "|", ">", "'", "\"",
        "%", "@", "`", "\\", "\u00e9", "\U0001f600", "\u2028", "\u0085", "\ufeff", "\u0001", "\u007f", "<<", "=", "---", "...", "text with words",
    ];

    private readonly Random _random = new(seed);

    internal Value Next(int depth = 4) => _random.Next(depth > 0 ? 9 : 6) switch
    {
        0 => Value.Null,
        1 => _random.Next(2) == 0,
        2 => _random.Next(3) == 0 ? _random.NextInt64(long.MinValue, long.MaxValue) : _random.Next(-20, 2000),
        3 => NextNumber(),
        4 or 5 => NextText(),
        6 => NextList(depth),
        _ => NextMap(depth),
    };

    internal MapValue NextMap(int depth = 4)
    {
        var map = new MapBuilder();
        for (var i = _random.Next(5); i > 0; i--) map.Set(NextText(), Next(depth - 1));
        return map.Build();
    }

    internal string NextText()
    {
        var text = new StringBuilder();
        for (var i = _random.Next(4); i > 0; i--) text.Append(Pieces[_random.Next(Pieces.Length)]);
        return text.ToString();
    }

    private ListValue NextList(int depth)
    {
        var list = new ListBuilder();
        for (var i = _random.Next(5); i > 0; i--) list.Add(Next(depth - 1));
        return list.Build();
    }

    private double NextNumber()
    {
        var number = BitConverter.Int64BitsToDouble(_random.NextInt64(long.MinValue, long.MaxValue));

        // A whole number this large is written as an integer, which then is not exactly the same quantity.
        var readsAsInteger = Math.Abs(number) is > 1e15 and < 1e20;
        return double.IsFinite(number) && !readsAsInteger ? number : _random.Next(100) / 8.0;
    }
}
