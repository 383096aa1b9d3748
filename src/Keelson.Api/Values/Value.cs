using System.Runtime.CompilerServices;

namespace Keelson.Api.Values;

/// <summary>What a <see cref="Value"/> is.</summary>
public enum ValueKind
{
    Null,
    Bool,
    Integer,
    Number,
    Text,
    List,
    Map,
}

/// <summary>
/// One node of the schema-free form of an object: what patches, server-side apply and custom resources work on.
/// Values are immutable and may be shared between trees and threads.
/// </summary>
public abstract class Value : IEquatable<Value>
{
    /// <summary>
    /// The deepest tree that can be built: 1,000 levels of lists and maps. No tree is ever deeper, whoever built it,
    /// so code that recurses over a value needs no bound of its own.
    /// </summary>
    public const int MaxDepth = 1000;

    private protected Value()
    {
    }

    /// <summary>The one null.</summary>
    public static NullValue Null => NullValue.Instance;

    public abstract ValueKind Kind { get; }

    /// <summary>How many lists and maps are nested in this value, itself included; 0 for a scalar.</summary>
    public virtual int Depth => 0;

    public bool IsNull => Kind == ValueKind.Null;

    /// <summary>The value below this one at a path of map keys, or null where the path leads nowhere.</summary>
    public Value? this[params ReadOnlySpan<string> path]
    {
        get
        {
            var current = this;
            foreach (var key in path)
            {
                if (current is not MapValue map || !map.TryGet(key, out var next)) return null;
                current = next;
            }

            return current;
        }
    }

    /// <summary>The text, or null when this is anything else.</summary>
    public string? AsText() => (this as TextValue)?.Text;

    /// <summary>The whole number, or null when this is anything else.</summary>
    public long? AsInteger() => (this as IntegerValue)?.Integer;

    /// <summary>The truth value, or null when this is anything else.</summary>
    public bool? AsBool() => (this as BoolValue)?.Bool;

    /// <summary>The map, or null when this is anything else.</summary>
    public MapValue? AsMap() => this as MapValue;

    /// <summary>The list, or null when this is anything else.</summary>
    public ListValue? AsList() => this as ListValue;

    public static implicit operator Value(string text) => TextValue.Of(text);

    public static implicit operator Value(bool value) => BoolValue.Of(value);

    public static implicit operator Value(int value) => IntegerValue.Of(value);

    public static implicit operator Value(long value) => IntegerValue.Of(value);

    public static implicit operator Value(double value) => new NumberValue(value);

    /// <summary>
    /// Deep equality as upstream's unstructured objects have it: the order of a map's keys does not matter, and
    /// the integer 1 differs from the number 1.0.
    /// </summary>
    public bool Equals([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] Value? other) =>
        ReferenceEquals(this, other) || (other is not null && EqualTo(other, numeric: false));

    /// <summary>Deep equality in which an integer and a number are equal when they are the same quantity.</summary>
    public bool SemanticEquals([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] Value? other) =>
        ReferenceEquals(this, other) || (other is not null && EqualTo(other, numeric: true));

    public sealed override bool Equals(object? obj) => obj is Value other && Equals(other);

    public abstract override int GetHashCode();

    public static bool operator ==(Value? left, Value? right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(Value? left, Value? right) => !(left == right);

    /// <summary>Compact JSON, for people and logs.</summary>
    public sealed override string ToString() => ValueWriter.WriteText(this, JsonFormat.Plain);

    /// <summary>
    /// The tree with every node, children before parents, replaced by what <paramref name="rewrite"/> returns for it;
    /// null removes the node from its list or map. Unchanged subtrees are shared. Null when the root itself is removed.
    /// </summary>
    public Value? Rewrite(Func<Value, Value?> rewrite)
    {
        ArgumentNullException.ThrowIfNull(rewrite);
        return rewrite(RewriteChildren(rewrite));
    }

    internal virtual Value RewriteChildren(Func<Value, Value?> rewrite) => this;

    /// <param name="numeric">Whether integers and numbers compare by quantity.</param>
    internal abstract bool EqualTo(Value other, bool numeric);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private protected static int DepthAbove(ReadOnlySpan<Value> children)
    {
        var deepest = 0;
        foreach (var child in children)
        {
            ArgumentNullException.ThrowIfNull(child);
            deepest = Math.Max(deepest, child.Depth);
        }

        return deepest < MaxDepth ? deepest + 1 : throw new ValueDepthException();
    }
}
