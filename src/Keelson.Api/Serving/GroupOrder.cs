namespace Keelson.Api.Serving;

/// <summary>In which order discovery names API groups, and a group's versions: clients take the first that fits.</summary>
public static class GroupOrder
{
    /// <summary>The groups that come before all others, in order.</summary>
    private static readonly string[] First =
    [
        "", "apiregistration.k8s.io", "apps", "events.k8s.io", "authentication.k8s.io", "authorization.k8s.io", "autoscaling", "batch",
        "certificates.k8s.io", "networking.k8s.io", "policy", "rbac.authorization.k8s.io", "storage.k8s.io", "admissionregistration.k8s.io",
        "apiextensions.k8s.io", "scheduling.k8s.io", "coordination.k8s.io", "node.k8s.io", "discovery.k8s.io", "flowcontrol.apiserver.k8s.io",
        "resource.k8s.io", "storagemigration.k8s.io",
    ];

    private static readonly string[] Last = ["metrics.k8s.io", "custom.metrics.k8s.io", "external.metrics.k8s.io"];

    /// <summary>Known groups in upstream's order, then all others by name, then metrics.</summary>
    public static int CompareGroups(string one, string other)
    {
        var difference = Rank(one).CompareTo(Rank(other));
        return difference != 0 ? difference : string.CompareOrdinal(one, other);
    }

    /// <summary>Stable versions first, then beta, then alpha; of each the highest first; names of another form last, by name.</summary>
    public static int CompareVersions(string one, string other)
    {
        var (left, right) = (Parse(one), Parse(other));
        if (left is not { } first || right is not { } second)
        {
            return left is not null ? -1 : right is not null ? 1 : string.CompareOrdinal(one, other);
        }

        if (first.Stability != second.Stability) return second.Stability.CompareTo(first.Stability);
        return first.Major != second.Major ? second.Major.CompareTo(first.Major) : second.Minor.CompareTo(first.Minor);
    }

    private static int Rank(string group)
    {
        var index = Array.IndexOf(First, group);
        if (index >= 0) return index;
        index = Array.IndexOf(Last, group);
        return index < 0 ? First.Length : First.Length + 1 + index;
    }

    /// <summary>Takes apart v1, v2beta3, v1alpha1; null for any other form.</summary>
    private static (int Stability, int Major, int Minor)? Parse(string version)
    {
        if (version.Length < 2 || version[0] != 'v') return null;
        var rest = version.AsSpan(1);
        var letter = rest.IndexOfAnyExceptInRange('0', '9');
        if (letter < 0) return Number(rest) is { } stable ? (2, stable, 0) : null;
        var (stability, length) = rest[letter..] switch
        {
            ['b', 'e', 't', 'a', ..] => (1, 4),
            ['a', 'l', 'p', 'h', 'a', ..] => (0, 5),
            _ => (-1, 0),
        };
        if (stability < 0 || Number(rest[..letter]) is not { } major || Number(rest[(letter + length)..]) is not { } minor) return null;
        return (stability, major, minor);
    }

    private static int? Number(ReadOnlySpan<char> digits) =>
        !digits.IsEmpty && digits[0] != '0' && int.TryParse(digits, System.Globalization.NumberStyles.None, null, out var number) ? number : null;
}
