using System.Globalization;
using System.Text;

namespace Keelson.Api.Names;

/// <summary>Makes names from a prefix and chance, and short codes from hashes, in an alphabet that spells no words.</summary>
public static class NameGenerator
{
    public const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";

    /// <summary>How many letters are drawn.</summary>
    public const int RandomLength = 5;

    /// <summary>The longest prefix; what is longer is cut, so that the name is a label still.</summary>
    public const int MaximumPrefixLength = DnsName.MaximumLabelLength - RandomLength;

    /// <summary>The prefix and random letters.</summary>
    public static string Generate(string prefix, Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return string.Concat(Cut(prefix), Letters(RandomLength, random));
    }

    /// <summary>Random letters.</summary>
    public static string Letters(int count, Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return string.Create(count, random, static (letters, random) =>
        {
            for (var i = 0; i < letters.Length; i++) letters[i] = Alphabet[random.Next(Alphabet.Length)];
        });
    }

    /// <summary>A hash of 32 bits as upstream writes it in names: its decimal digits, each as a letter.</summary>
    public static string EncodeHash(uint hash) => SafeEncode(hash.ToString(CultureInfo.InvariantCulture));

    /// <summary>Each character of a text as a letter of the alphabet.</summary>
    public static string SafeEncode(string text)
    {
        var letters = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) letters.Append(Alphabet[rune.Value % Alphabet.Length]);
        return letters.ToString();
    }

    private static ReadOnlySpan<char> Cut(string prefix)
    {
        if (!NameMessage.IsLonger(prefix, MaximumPrefixLength)) return prefix;
        var length = 0;
        var bytes = 0;
        foreach (var rune in prefix.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > MaximumPrefixLength) break;
            length += rune.Utf16SequenceLength;
        }
        return prefix.AsSpan(0, length);
    }
}
