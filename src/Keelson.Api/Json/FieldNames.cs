using System.Text;

namespace Keelson.Api.Json;

/// <summary>The JSON names of a type's fields, made for finding one by its UTF-8 bytes and for writing one.</summary>
public sealed class FieldNames
{
    /// <summary>A type has at most so many fields, since those that were seen are one bit each.</summary>
    public const int Limit = 64;

    private readonly byte[][] _names;
    private readonly byte[][] _encoded;
    private readonly short[] _slots;

    public FieldNames(string typeName, params string[] names)
    {
        if (names.Length > Limit) throw new ArgumentException($"{typeName} has more than {Limit} fields.", nameof(names));
        TypeName = typeName;
        _names = Array.ConvertAll(names, Encoding.UTF8.GetBytes);
        _encoded = Array.ConvertAll(names, name => Encoding.UTF8.GetBytes($"\"{name}\":"));
        var size = 4;
        while (size < names.Length * 2) size *= 2;
        _slots = new short[size];
        for (var index = 0; index < _names.Length; index++)
        {
            var slot = Hash(_names[index]) & (uint)(size - 1);
            while (_slots[slot] != 0) slot = (slot + 1) & (uint)(size - 1);
            _slots[slot] = (short)(index + 1);
        }
    }

    /// <summary>The type that the fields belong to, as error messages name it.</summary>
    public string TypeName { get; }

    internal int Count => _names.Length;

    internal string Name(int index) => Encoding.UTF8.GetString(_names[index]);

    /// <summary>The name in quotes with its colon, ready to be written.</summary>
    internal ReadOnlySpan<byte> Encoded(int index) => _encoded[index];

    /// <summary>The index of a name, or -1. Documents mostly keep the declared order, so the guess is tried first.</summary>
    internal int Find(ReadOnlySpan<byte> name, int guess)
    {
        if ((uint)guess < (uint)_names.Length && name.SequenceEqual(_names[guess])) return guess;
        var mask = (uint)(_slots.Length - 1);
        for (var slot = Hash(name) & mask; _slots[slot] != 0; slot = (slot + 1) & mask)
        {
            var index = _slots[slot] - 1;
            if (name.SequenceEqual(_names[index])) return index;
        }

        return -1;
    }

    private static uint Hash(ReadOnlySpan<byte> name)
    {
        var hash = 2166136261u;
        foreach (var letter in name) hash = (hash ^ letter) * 16777619u;
        return hash ^ (hash >> 15);
    }
}
