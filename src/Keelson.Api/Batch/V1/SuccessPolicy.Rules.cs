using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Batch.V1;

public sealed partial record SuccessPolicy
{
    private const int MaximumRules = 20;

    internal void Validate(JobSpec spec, FieldErrors errors)
    {
        if (Rules.IsEmpty) errors.Required("rules", "at least one rules must be specified when the successPolicy is specified");
        if (Rules.Count > MaximumRules) errors.TooMany("rules", Rules.Count, MaximumRules);
        for (var i = 0; i < Rules.Count; i++)
        {
            using (errors.In("rules", i)) Rules[i].Validate(spec.Completions ?? 0, errors);
        }
    }
}

public sealed partial record SuccessPolicyRule
{
    private const int MaximumIndexesLength = 64 * 1024;

    internal void Validate(int completions, FieldErrors errors)
    {
        if (SucceededCount is null && SucceededIndexes is null)
        {
            errors.Required(null, "at least one of succeededCount or succeededIndexes must be specified");
        }

        var total = 0;
        if (SucceededIndexes is { } indexes)
        {
            if (NameMessage.IsLonger(indexes, MaximumIndexesLength)) errors.TooLong("succeededIndexes", MaximumIndexesLength);
            if (!JobIndexes.TryCount(indexes, completions, out total, out var error))
            {
                errors.Invalid("succeededIndexes", indexes, $"error parsing succeededIndexes: {error}");
            }
        }

        if (SucceededCount is not { } count) return;
        errors.NonNegative("succeededCount", count);
        if (count > completions) errors.Invalid("succeededCount", count, $"must be less than or equal to {completions} (the number of specified completions)");
        if (SucceededIndexes is not null && count > total)
        {
            errors.Invalid("succeededCount", count, $"must be less than or equal to {total} (the number of indexes in the specified succeededIndexes field)");
        }
    }
}

/// <summary>Lists of indexes as they are written: 1,3-5,7.</summary>
internal static class JobIndexes
{
    /// <summary>Counts the indexes; false with upstream's words when the list is not ascending, or not within the completions.</summary>
    public static bool TryCount(string text, int completions, out int count, out string error)
    {
        (count, error) = (0, "");
        if (text.Length == 0) return true;
        var last = -1;
        foreach (var interval in text.Split(','))
        {
            var limits = interval.Split('-');
            if (limits.Length > 2)
            {
                error = $"the fragment {GoQuote.Quote(interval)} violates the requirement that an index interval can have at most two parts separated by '-'";
                return false;
            }

            if (!TryRead(limits[0], completions, last, out var first, out error)) return false;
            last = first;
            if (limits.Length == 2 && !TryRead(limits[1], completions, first, out last, out error)) return false;
            count += last - first + 1;
        }

        return true;
    }

    /// <summary>The first index that two lists have in common; what cannot be read of them has none.</summary>
    public static long? FirstShared(string first, string second)
    {
        var (left, right) = (Intervals(first), Intervals(second));
        for (int i = 0, j = 0; i < left.Count && j < right.Count;)
        {
            if (left[i].First <= right[j].Last && right[j].First <= left[i].Last) return Math.Max(left[i].First, right[j].First);
            if (left[i].First <= right[j].First) i++;
            else j++;
        }

        return null;
    }

    private static List<(long First, long Last)> Intervals(string text)
    {
        var intervals = new List<(long First, long Last)>();
        foreach (var interval in text.Split(','))
        {
            var limits = interval.Split('-');
            if (limits.Length <= 2 && GoInteger.TryParse(limits[0], out var first) && GoInteger.TryParse(limits[^1], out var last)) intervals.Add((first, last));
        }

        return intervals;
    }

    private static bool TryRead(string text, int completions, int previous, out int index, out string error)
    {
        error = !GoInteger.TryParse(text, out var wide) || wide is < int.MinValue or > int.MaxValue
                ? $"cannot convert string to integer for index: {GoQuote.Quote(text)}"
            : wide >= completions ? $"too large index: {GoQuote.Quote(text)}"
            : wide <= previous ? $"non-increasing order, previous: {previous}, current: {wide}"
            : "";
        index = error.Length == 0 ? (int)wide : 0;
        return error.Length == 0;
    }
}
