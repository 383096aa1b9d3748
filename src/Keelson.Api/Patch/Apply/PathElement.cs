using System.Globalization;
using Keelson.Api.Values;

namespace Keelson.Api.Patch.Apply;

/// <summary>How a path element selects a child.</summary>
public enum PathElementKind { Field, Key, Value, Index }

/// <summary>One step of a path into an object: a field, a list's element by its keys, a set's member, or an index.</summary>
public readonly struct PathElement : IEquatable<PathElement>, IComparable<PathElement>
{
    // A string for a field, a map of sorted keys for an element, the value of a set's member, null for an index.
    private readonly object? _content;
    private readonly int _index;

    private PathElement(PathElementKind kind, object? content, int index = 0)
    {
        Kind = kind;
        _content = content;
        _index = index;
    }

    public PathElementKind Kind { get; }

    /// <summary>The field's name; null for other kinds.</summary>
    public string? FieldName => _content as string;

    /// <summary>The keys of a list's element, sorted by name; null for other kinds.</summary>
    public MapValue? Keys => Kind == PathElementKind.Key ? (MapValue)_content! : null;

    public static PathElement Field(string name) => new(PathElementKind.Field, name ?? throw new ArgumentNullException(nameof(name)));

    public static PathElement Key(MapValue keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return new PathElement(PathElementKind.Key, IsSorted(keys) ? keys : Sorted(keys));
    }

    public static PathElement Key(params ReadOnlySpan<(string Name, Value Value)> keys) => Key(MapValue.Of(keys));

    public static PathElement Member(Value value) => new(PathElementKind.Value, value ?? throw new ArgumentNullException(nameof(value)));

    public static PathElement At(int index) => new(PathElementKind.Index, null, index);

    public static implicit operator PathElement(string name) => Field(name);

    /// <summary>The order in which sets are written: fields, keyed elements, set members, indexes.</summary>
    public int CompareTo(PathElement other)
    {
        if (Kind != other.Kind) return Kind.CompareTo(other.Kind);
        return Kind switch
        {
            PathElementKind.Field => Utf8Order.Compare((string)_content!, (string)other._content!),
            PathElementKind.Key => ValueOrder.CompareFields((MapValue)_content!, (MapValue)other._content!),
            PathElementKind.Value => ValueOrder.Compare((Value)_content!, (Value)other._content!),
            _ => _index.CompareTo(other._index),
        };
    }

    /// <summary>Numbers are equal when they are the same quantity, whether written as integer or not.</summary>
    public bool Equals(PathElement other)
    {
        if (Kind != other.Kind) return false;
        return Kind switch
        {
            PathElementKind.Field => (string)_content! == (string)other._content!,
            PathElementKind.Index => _index == other._index,
            _ => ((Value)_content!).SemanticEquals((Value)other._content!),
        };
    }

    public override bool Equals(object? obj) => obj is PathElement other && Equals(other);

    public override int GetHashCode() => Kind switch
    {
        PathElementKind.Field => ((string)_content!).GetHashCode(StringComparison.Ordinal),
        PathElementKind.Index => _index,
        _ => HashCode.Combine(Kind, ((Value)_content!).GetHashCode()),
    };

    public static bool operator ==(PathElement left, PathElement right) => left.Equals(right);

    public static bool operator !=(PathElement left, PathElement right) => !left.Equals(right);

    public static bool operator <(PathElement left, PathElement right) => left.CompareTo(right) < 0;

    public static bool operator >(PathElement left, PathElement right) => left.CompareTo(right) > 0;

    public static bool operator <=(PathElement left, PathElement right) => left.CompareTo(right) <= 0;

    public static bool operator >=(PathElement left, PathElement right) => left.CompareTo(right) >= 0;

    /// <summary>As people and messages have it: .name, [key="value"], [="member"], [0].</summary>
    public override string ToString() => Kind switch
    {
        PathElementKind.Field => $".{_content}",
        PathElementKind.Key => $"[{string.Join(',', ((MapValue)_content!).Select(key => $"{key.Key}={ValueOrder.Print(key.Value)}"))}]",
        PathElementKind.Value => $"[={ValueOrder.Print((Value)_content!)}]",
        _ => $"[{_index.ToString(CultureInfo.InvariantCulture)}]",
    };

    /// <summary>As a key in fieldsV1: f:name, k:{...}, v:..., i:0.</summary>
    internal string Serialize() => Kind switch
    {
        PathElementKind.Field => $"f:{_content}",
        PathElementKind.Key => $"k:{ValueWriter.WriteText((Value)_content!, JsonFormat.Compact)}",
        PathElementKind.Value => $"v:{ValueWriter.WriteText((Value)_content!, JsonFormat.Compact)}",
        _ => $"i:{_index.ToString(CultureInfo.InvariantCulture)}",
    };

    private static bool IsSorted(MapValue keys)
    {
        for (var i = 1; i < keys.Count; i++)
        {
            if (Utf8Order.Compare(keys.Keys[i - 1], keys.Keys[i]) > 0) return false;
        }

        return true;
    }

    private static MapValue Sorted(MapValue keys) =>
        MapValue.From(keys.OrderBy<KeyValuePair<string, Value>, string>(key => key.Key, Utf8Order.Instance));
}
