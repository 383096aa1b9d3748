using System.Text;

namespace Keelson.Api.OpenApi;

/// <summary>How operations and tags are named after a group and version: CoreV1, RbacAuthorizationV1, storage_v1.</summary>
internal sealed class OperationNames
{
    public OperationNames(string group, string version)
    {
        var words = Words(group);
        Title = words + Upper(version);
        Tag = version.Length == 0 ? Lower(words) : $"{Lower(words)}_{version}";
    }

    public string Title { get; }

    public string Tag { get; }

    private static string Words(string group)
    {
        if (group.Length == 0) return "Core";
        const string Suffix = ".k8s.io";
        if (group.EndsWith(Suffix, StringComparison.Ordinal)) group = group[..^Suffix.Length];
        var words = new StringBuilder();
        var start = true;
        foreach (var letter in group)
        {
            if (!char.IsAsciiLetterOrDigit(letter))
            {
                start = true;
                continue;
            }

            words.Append(start ? char.ToUpperInvariant(letter) : letter);
            start = false;
        }

        return words.ToString();
    }

    private static string Upper(string word) => word.Length == 0 ? "" : char.ToUpperInvariant(word[0]) + word[1..];

    private static string Lower(string word) => char.ToLowerInvariant(word[0]) + word[1..];
}
