namespace Keelson.Api.Patch.Apply;

/// <summary>A field that an applied configuration would change and that someone else owns.</summary>
public sealed record FieldConflict(FieldOwner Owner, FieldPath Path)
{
    /// <summary>The reason that a status gives for each conflict.</summary>
    public const string Reason = "FieldManagerConflict";

    /// <summary>The message of the conflict's cause in a status; the field stands beside it.</summary>
    public string Message => $"conflict with {Owner}";

    /// <summary>The message for all conflicts of one request.</summary>
    public static string Describe(IReadOnlyList<FieldConflict> conflicts)
    {
        ArgumentNullException.ThrowIfNull(conflicts);
        if (conflicts.Count == 1) return $"Apply failed with 1 conflict: {conflicts[0].Message}: {conflicts[0].Path}";
        var lines = new List<string>();
        foreach (var group in conflicts.GroupBy(conflict => conflict.Owner))
        {
            lines.Add($"conflicts with {group.Key}:");
            lines.AddRange(group.Select(conflict => $"- {conflict.Path}"));
        }

        return $"Apply failed with {conflicts.Count} conflicts: {string.Join('\n', lines)}";
    }
}
