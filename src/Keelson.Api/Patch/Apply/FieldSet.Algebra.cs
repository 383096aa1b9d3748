using System.Runtime.CompilerServices;

namespace Keelson.Api.Patch.Apply;

/// <content>What can be computed from two sets, or from a set and a type.</content>
public sealed partial class FieldSet
{
    /// <summary>What is in either set.</summary>
    public FieldSet Union(FieldSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.IsEmpty || ReferenceEquals(this, other)) return this;
        if (IsEmpty) return other;
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var result = new List<Entry>(_entries.Length + other._entries.Length);
        int left = 0, right = 0;
        while (left < _entries.Length && right < other._entries.Length)
        {
            var order = _entries[left].Element.CompareTo(other._entries[right].Element);
            if (order < 0) result.Add(_entries[left++]);
            else if (order > 0) result.Add(other._entries[right++]);
            else result.Add(Entry.Union(_entries[left++], other._entries[right++]));
        }

        result.AddRange(_entries.AsSpan(left));
        result.AddRange(other._entries.AsSpan(right));
        return new FieldSet([.. result]);
    }

    /// <summary>What is in both sets.</summary>
    public FieldSet Intersection(FieldSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (ReferenceEquals(this, other)) return this;
        if (IsEmpty || other.IsEmpty) return Empty;
        return Combine(other, keepUnmatched: false, static (left, right) => new Entry(
            left.Element,
            left.IsMember && right.IsMember,
            left.Below is null || right.Below is null ? null : left.Below.Intersection(right.Below)));
    }

    /// <summary>What is in this set and not in the other; members below a member of the other stay.</summary>
    public FieldSet Difference(FieldSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (IsEmpty || other.IsEmpty) return this;
        return Combine(other, keepUnmatched: true, static (left, right) => new Entry(
            left.Element,
            left.IsMember && !right.IsMember,
            left.Below is null || right.Below is null ? left.Below : left.Below.Difference(right.Below)));
    }

    /// <summary>What is in this set and neither in the other nor below a member of the other.</summary>
    public FieldSet RecursiveDifference(FieldSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (IsEmpty || other.IsEmpty) return this;
        return Combine(other, keepUnmatched: true, static (left, right) => right.IsMember
            ? default
            : new Entry(
                left.Element,
                left.IsMember,
                left.Below is null || right.Below is null ? left.Below : left.Below.RecursiveDifference(right.Below)));
    }

    /// <summary>The members below which there are none.</summary>
    public FieldSet Leaves()
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var result = new Entry[_entries.Length];
        for (var i = 0; i < result.Length; i++)
        {
            var entry = _entries[i];
            result[i] = entry.Below is null ? entry : new Entry(entry.Element, false, entry.Below.Leaves());
        }

        return new FieldSet(result);
    }

    /// <summary>The set with every declared field that has members below it.</summary>
    /// <remarks>
    /// An object's fields are usually not in a set, only what is in them. Removing what is no longer owned has to take
    /// an object along that nothing is left of.
    /// </remarks>
    internal FieldSet WithNamedFields(MergeType type)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var result = new Entry[_entries.Length];
        for (var i = 0; i < result.Length; i++)
        {
            var entry = _entries[i];
            if (entry.Below is null)
            {
                result[i] = entry;
                continue;
            }

            var name = entry.Element.FieldName;
            var isNamed = name is not null && type.Names(name);
            var below = name is not null ? type.Field(name) : entry.Element.Kind == PathElementKind.Key ? type.Items : MergeType.Undeclared;
            result[i] = new Entry(entry.Element, entry.IsMember || isNamed, entry.Below.WithNamedFields(below));
        }

        return new FieldSet(result);
    }

    private FieldSet Combine(FieldSet other, bool keepUnmatched, Func<Entry, Entry, Entry> combine)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var result = new List<Entry>(_entries.Length);
        int left = 0, right = 0;
        while (left < _entries.Length && right < other._entries.Length)
        {
            var order = _entries[left].Element.CompareTo(other._entries[right].Element);
            if (order > 0)
            {
                right++;
            }
            else if (order < 0)
            {
                if (keepUnmatched) result.Add(_entries[left]);
                left++;
            }
            else
            {
                var entry = combine(_entries[left++], other._entries[right++]);
                if (entry.Below is { IsEmpty: true }) entry = entry with { Below = null };
                if (entry.IsMember || entry.Below is not null) result.Add(entry);
            }
        }

        if (keepUnmatched) result.AddRange(_entries.AsSpan(left));
        return result.Count == 0 ? Empty : new FieldSet([.. result]);
    }
}
