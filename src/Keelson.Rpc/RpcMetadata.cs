using System.Buffers.Text;
using System.Collections;
using System.Text;

namespace Keelson.Rpc;

/// <summary>Names and values that travel beside the messages of a call.</summary>
/// <remarks>Names are lower case. A name that ends in "-bin" holds bytes, which travel as base64.</remarks>
public sealed class RpcMetadata : IEnumerable<KeyValuePair<string, string>>
{
    private readonly List<KeyValuePair<string, string>> _entries = [];

    public int Count => _entries.Count;

    public void Add(string name, string value)
    {
        var lowered = Checked(name);
        if (IsBinary(lowered)) throw new ArgumentException($"The value of \"{name}\" must be bytes.", nameof(name));
        foreach (var character in value)
        {
            if (character is < ' ' or > '~') throw new ArgumentException($"The value of \"{name}\" holds a character that a header cannot carry.", nameof(value));
        }

        _entries.Add(new(lowered, value));
    }

    public void Add(string name, ReadOnlySpan<byte> value)
    {
        var lowered = Checked(name);
        if (!IsBinary(lowered)) throw new ArgumentException($"Only a name that ends in \"-bin\" can hold bytes, not \"{name}\".", nameof(name));
        _entries.Add(new(lowered, Convert.ToBase64String(value).TrimEnd('=')));
    }

    /// <summary>The last value of a name, or null.</summary>
    public string? Find(string name) => _entries.FindLast(entry => entry.Key == name).Value;

    /// <summary>The last value of a name that holds bytes, or null where there is none or it is no base64.</summary>
    public byte[]? FindBytes(string name)
    {
        if (Find(name) is not { } text) return null;
        var padded = text.PadRight((text.Length + 3) / 4 * 4, '=');
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(padded.Length)];
        var status = Base64.DecodeFromUtf8(Encoding.ASCII.GetBytes(padded), bytes, out _, out var written);
        return status == System.Buffers.OperationStatus.Done ? bytes[..written] : null;
    }

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Takes what a peer sent, without the check that this side's own entries get.</summary>
    internal void Received(string name, string value) => _entries.Add(new(name.ToLowerInvariant(), value));

    private static bool IsBinary(string name) => name.EndsWith("-bin", StringComparison.Ordinal);

    private static string Checked(string name)
    {
        var lowered = name.ToLowerInvariant();
        var wellFormed = lowered.Length > 0 && lowered.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '-' or '_' or '.');
        if (!wellFormed) throw new ArgumentException($"\"{name}\" cannot be the name of metadata.", nameof(name));
        if (lowered.StartsWith("grpc-", StringComparison.Ordinal)) throw new ArgumentException($"Names that begin with \"grpc-\" belong to the protocol, also \"{name}\".", nameof(name));
        return lowered;
    }
}
