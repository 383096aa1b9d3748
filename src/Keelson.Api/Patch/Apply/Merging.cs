using Keelson.Api.Values;

namespace Keelson.Api.Patch.Apply;

/// <summary>Merges an applied configuration into an object.</summary>
internal static class Merging
{
    /// <summary>
    /// The object with everything that the configuration says. Nothing is removed; what both say is as the
    /// configuration says it; lists are ordered like the configuration where it has anything to say of their elements.
    /// </summary>
    /// <param name="left">The object, or a part of it; null where it has none.</param>
    /// <param name="right">The same place of the configuration; not both are null.</param>
    internal static Value Merge(Value? left, Value? right, MergeType type)
    {
        if (right is null) return left!;
        if (left is null) return right;
        var forms = type.FormsOf(right);
        if (forms.HasFlag(Forms.Map))
        {
            var (before, after) = (left as MapValue, right as MapValue);
            if (type.MapIsAtomic || after is not { Count: > 0 } && before is not { Count: > 0 }) return right;
            return MergeMaps(before ?? MapValue.Empty, after ?? MapValue.Empty, type);
        }

        if (forms.HasFlag(Forms.Scalar) || !forms.HasFlag(Forms.List) || type.ListIsAtomic) return right;
        var (old, current) = (left as ListValue ?? ListValue.Empty, right as ListValue ?? ListValue.Empty);
        return old.Count == 0 && current.Count == 0 ? right : MergeLists(old, current, type);
    }

    private static MapValue MergeMaps(MapValue left, MapValue right, MergeType type)
    {
        var result = left.ToBuilder();
        foreach (var (key, value) in right) result.Set(key, Merge(left[key], value, type.Field(key)));
        return result.Build();
    }

    /// <remarks>
    /// Goes through both lists at once. Elements that only the object has stay where they are relative to those that
    /// both have, as long as the configuration has those in the object's order; where it has not, its order counts.
    /// </remarks>
    private static ListValue MergeLists(ListValue left, ListValue right, MergeType type)
    {
        var leftElements = Index(left, type, out var leftItems);
        var rightElements = Index(right, type, out var rightItems);
        var shared = new Queue<PathElement>(rightElements.Where(leftItems.ContainsKey));
        var merged = new HashSet<PathElement>();
        var result = new ListBuilder(Math.Max(left.Count, right.Count));
        int atLeft = 0, atRight = 0;
        while (atLeft < leftElements.Count || atRight < rightElements.Count)
        {
            if (atLeft < leftElements.Count && atRight < rightElements.Count)
            {
                var element = leftElements[atLeft];
                if (element == rightElements[atRight])
                {
                    TakeRight();
                    atLeft++;
                    shared.TryDequeue(out _);
                    continue;
                }

                if (rightItems.ContainsKey(element) && shared.TryPeek(out var next) && next != element)
                {
                    // Both have it, but it is not the one that is due: it comes when its turn comes.
                    atLeft++;
                    continue;
                }
            }

            if (atLeft < leftElements.Count)
            {
                var element = leftElements[atLeft];
                if (!rightItems.ContainsKey(element))
                {
                    result.Add(left[atLeft++]);
                    continue;
                }

                // It was merged before, and must not come twice.
                if (merged.Contains(element)) atLeft++;
            }

            if (atRight < rightElements.Count)
            {
                var element = rightElements[atRight];
                TakeRight();
                if (shared.TryPeek(out var next) && next == element) shared.Dequeue();
            }
        }

        return result.Build();

        void TakeRight()
        {
            var element = rightElements[atRight++];
            merged.Add(element);
            result.Add(Merge(leftItems.GetValueOrDefault(element), rightItems[element], type.Items));
        }
    }

    /// <param name="items">The elements by what tells them apart; null (as a value) for those that occur twice.</param>
    private static List<PathElement> Index(ListValue list, MergeType type, out Dictionary<PathElement, Value> items)
    {
        var elements = new List<PathElement>(list.Count);
        items = new Dictionary<PathElement, Value>(list.Count);
        foreach (var item in list)
        {
            if (ListElements.Identify(type, item, out var element) is { } problem) throw new InvalidOperationException(problem);
            if (!items.TryAdd(element, item)) items[element] = Value.Null;
            elements.Add(element);
        }

        return elements;
    }
}
