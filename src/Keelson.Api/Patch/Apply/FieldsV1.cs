using System.Globalization;
using System.Runtime.CompilerServices;
using Keelson.Api.Values;

namespace Keelson.Api.Patch.Apply;

/// <summary>Reads and writes sets of fields in the form that managedFields has them in.</summary>
public static class FieldsV1
{
    /// <summary>Levels inside a key such as k:{...}; default 64. Real ones have one.</summary>
    private const int MaxKeyDepth = 64;

    private const string Self = ".";

    private static readonly JsonLimits KeyLimits = new() { MaxDepth = MaxKeyDepth };

    /// <summary>The set as an object of fieldsV1.</summary>
    public static MapValue Write(FieldSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        return Write(set, isMember: false);
    }

    /// <summary>Reads an object of fieldsV1. Path elements of a kind that is not known are left out.</summary>
    /// <exception cref="FormatException">It is no such object, or has a malformed key.</exception>
    public static FieldSet Read(Value fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        return ReadLevel(fields, out _);
    }

    private static MapValue Write(FieldSet set, bool isMember)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var map = new MapBuilder(set.Entries.Length + 1);
        if (isMember) map.Set(Self, MapValue.Empty);
        foreach (var entry in set.Entries)
        {
            map.Set(entry.Element.Serialize(), entry.Below is null ? MapValue.Empty : Write(entry.Below, entry.IsMember));
        }

        return map.Build();
    }

    /// <param name="isMember">Whether the parent of what is read is itself in the set.</param>
    private static FieldSet ReadLevel(Value level, out bool isMember)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        isMember = false;
        var entries = new List<FieldSet.Entry>();
        if (level is MapValue map)
        {
            foreach (var (key, below) in map)
            {
                if (key == Self)
                {
                    isMember = true;
                }
                else if (Parse(key) is { } element)
                {
                    var children = ReadLevel(below, out var childIsMember);
                    entries.Add(new FieldSet.Entry(element, childIsMember, children.IsEmpty ? null : children));
                }
            }
        }
        else if (!level.IsNull)
        {
            throw new FormatException("expect { or n in fields");
        }

        if (entries.Count == 0) isMember = true;
        return FieldSet.From(entries);
    }

    /// <summary>The element that a key stands for, or null for one of a kind that is not known.</summary>
    private static PathElement? Parse(string key)
    {
        if (key.Length < 2) throw new FormatException("key must be 2 characters long:");
        if (key[1] != ':') throw new FormatException($"missing colon: {key}");
        var content = key[2..];
        switch (key[0])
        {
            case 'f':
                return PathElement.Field(content);
            case 'k':
                return ValueReader.Read(content, KeyLimits) is MapValue keys
                    ? PathElement.Key(keys)
                    : throw new FormatException($"expected an object in key: {key}");
            case 'v':
                return PathElement.Member(ValueReader.Read(content, KeyLimits));
            case 'i':
                return int.TryParse(content, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index)
                    ? PathElement.At(index)
                    : throw new FormatException($"invalid index in key: {key}");
            default:
                return null;
        }
    }
}
