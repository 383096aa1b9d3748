using System.Runtime.InteropServices;
using Keelson.Api.Values;

namespace Keelson.Api.Patch.Apply;

/// <summary>How one object differs from another. No place is in more than one of the sets.</summary>
internal sealed record Comparison(FieldSet Added, FieldSet Modified, FieldSet Removed)
{
    /// <summary>What is added or has another value.</summary>
    internal FieldSet Changed => Modified.Union(Added);

    /// <summary>The comparison without some places and what is below them.</summary>
    internal Comparison Without(FieldSet? fields) => fields is null || fields.IsEmpty
        ? this
        : new Comparison(Added.RecursiveDifference(fields), Modified.RecursiveDifference(fields), Removed.RecursiveDifference(fields));

    internal static Comparison Of(Value left, Value right, MergeType type)
    {
        var walker = new Walker();
        walker.Compare(left, right, type);
        return walker.Result();
    }

    private sealed class Walker
    {
        private readonly FieldSetBuilder _added = new();
        private readonly FieldSetBuilder _modified = new();
        private readonly FieldSetBuilder _removed = new();
        private readonly List<PathElement> _path = [];

        internal Comparison Result() => new(_added.Build(), _modified.Build(), _removed.Build());

        /// <param name="left">Null where there is nothing; not both are.</param>
        internal void Compare(Value? left, Value? right, MergeType type)
        {
            // What is shared between two objects is the same object, most often nearly all of it.
            if (ReferenceEquals(left, right)) return;
            var leftForms = type.FormsOf(left);
            var rightForms = type.FormsOf(right);
            bool isLeaf;
            if (right is null)
            {
                isLeaf = CompareAs(leftForms, left, right, type);
            }
            else if (left is null || leftForms == rightForms)
            {
                isLeaf = CompareAs(rightForms, left, right, type);
            }
            else
            {
                CompareAs(leftForms, left, right, type);
                isLeaf = CompareAs(rightForms, left, right, type);
            }

            if (isLeaf) return;
            if (left is null) Add(_added);
            else if (right is null) Add(_removed);
        }

        /// <returns>Whether the place counts as a leaf.</returns>
        private bool CompareAs(Forms forms, Value? left, Value? right, MergeType type)
        {
            if (forms.HasFlag(Forms.Map))
            {
                var (before, after) = (left as MapValue, right as MapValue);
                if (type.MapIsAtomic || (before is not { Count: > 0 } && after is not { Count: > 0 })) return CompareLeaf(left, right);
                CompareMaps(before ?? MapValue.Empty, after ?? MapValue.Empty, type);
                return false;
            }

            if (forms.HasFlag(Forms.Scalar)) return CompareLeaf(left, right);
            if (!forms.HasFlag(Forms.List)) return false;
            var (old, current) = (left as ListValue, right as ListValue);
            if (type.ListIsAtomic || (old is not { Count: > 0 } && current is not { Count: > 0 })) return CompareLeaf(left, right);
            CompareLists(old ?? ListValue.Empty, current ?? ListValue.Empty, type);
            return false;
        }

        private bool CompareLeaf(Value? left, Value? right)
        {
            if (left is null) Add(_added);
            else if (right is null) Add(_removed);
            else if (!left.SemanticEquals(right)) Add(_modified);
            return true;
        }

        private void CompareMaps(MapValue left, MapValue right, MergeType type)
        {
            foreach (var (key, value) in left) CompareChild(PathElement.Field(key), value, right[key], type.Field(key));
            foreach (var (key, value) in right)
            {
                if (!left.ContainsKey(key)) CompareChild(PathElement.Field(key), null, value, type.Field(key));
            }
        }

        private void CompareLists(ListValue left, ListValue right, MergeType type)
        {
            var order = new List<PathElement>(Math.Max(left.Count, right.Count));
            var before = Group(left, type, order);
            var known = order.Count;
            var after = Group(right, type, order);
            for (var i = 0; i < order.Count; i++)
            {
                // Elements of the right list that the left list has too were met with the left list.
                if (i >= known && before.ContainsKey(order[i])) continue;
                CompareElements(order[i], before.GetValueOrDefault(order[i], []), after.GetValueOrDefault(order[i], []), type.Items);
            }
        }

        private void CompareElements(PathElement element, List<Value> left, List<Value> right, MergeType type)
        {
            if (left.Count <= 1 && right.Count <= 1)
            {
                CompareChild(element, left.Count == 0 ? null : left[0], right.Count == 0 ? null : right[0], type);
                return;
            }

            // Duplicates are owned together: as a whole they appear, change and disappear.
            if (left.Count >= 2 && right.Count >= 2)
            {
                if (left.Count != right.Count || !left.Zip(right).All(pair => pair.First.SemanticEquals(pair.Second))) AddBelow(_modified, element);
            }
            else if (left.Count >= 2)
            {
                if (right.Count == 1) CompareChild(element, null, right[0], type);
                AddBelow(_removed, element);
            }
            else
            {
                if (left.Count == 1) CompareChild(element, left[0], null, type);
                AddBelow(_added, element);
            }
        }

        private static Dictionary<PathElement, List<Value>> Group(ListValue list, MergeType type, List<PathElement> order)
        {
            var groups = new Dictionary<PathElement, List<Value>>(list.Count);
            foreach (var item in list)
            {
                if (ListElements.Identify(type, item, out var element) is not null) continue;
                ref var group = ref CollectionsMarshal.GetValueRefOrAddDefault(groups, element, out var exists);
                if (!exists) order.Add(element);
                (group ??= []).Add(item);
            }

            return groups;
        }

        private void CompareChild(PathElement element, Value? left, Value? right, MergeType type)
        {
            _path.Add(element);
            Compare(left, right, type);
            _path.RemoveAt(_path.Count - 1);
        }

        private void AddBelow(FieldSetBuilder set, PathElement element)
        {
            _path.Add(element);
            Add(set);
            _path.RemoveAt(_path.Count - 1);
        }

        private void Add(FieldSetBuilder set) => set.Add(CollectionsMarshal.AsSpan(_path));
    }
}
