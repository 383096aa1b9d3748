namespace Keelson.Api.Names;

/// <summary>Checks the keys of labels and annotations, which are qualified names, and the values of labels.</summary>
public static class LabelName
{
    public const int MaximumNameLength = 63;
    public const int MaximumValueLength = 63;

    private const string NamePattern = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";

    private static readonly string NameMessageText = NameMessage.Pattern(
        "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
        NamePattern, "MyName", "my.name", "123-abc");

    private static readonly string ValueMessage = NameMessage.Pattern(
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
        $"({NamePattern})?", "MyValue", "my_value", "12345");

    /// <summary>A name, perhaps below the prefix of a domain: example.com/MyName.</summary>
    public static ApiList<string> CheckKey(string value)
    {
        var slash = value.IndexOf('/', StringComparison.Ordinal);
        if (slash >= 0 && value.AsSpan(slash + 1).Contains('/'))
        {
            return [$"a valid label key {NameMessageText} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"];
        }
        var name = slash < 0 ? value : value[(slash + 1)..];
        var errors = slash < 0 ? default : CheckPrefix(value[..slash]);
        return errors.AddRange(NameMessage.Collect(
            name.Length == 0 ? $"name part {NameMessage.Empty}"
            : NameMessage.IsLonger(name, MaximumNameLength) ? $"name part {NameMessage.TooManyBytes(MaximumNameLength)}" : null,
            NameScanner.IsLabelName(name) ? null : $"name part {NameMessageText}"));
    }

    public static bool IsKey(string value) => CheckKey(value).IsEmpty;

    /// <summary>A key that must have a prefix.</summary>
    public static ApiList<string> CheckPrefixedKey(string value)
    {
        var errors = CheckKey(value);
        if (!errors.IsEmpty) return errors;
        return value.Contains('/', StringComparison.Ordinal) ? default : ["must include a prefix (e.g. 'example.com/key')"];
    }

    /// <summary>A key that must have a prefix, with the older message; that it is present is the caller's to require.</summary>
    public static ApiList<string> CheckDomainPrefixedKey(string value)
    {
        var errors = CheckKey(value);
        if (!errors.IsEmpty) return errors;
        return value.Contains('/', StringComparison.Ordinal) ? default : ["must be a domain-prefixed key (such as \"acme.io/foo\")"];
    }

    public static ApiList<string> CheckValue(string value) => NameMessage.Collect(
        NameMessage.IsLonger(value, MaximumValueLength) ? NameMessage.TooManyBytes(MaximumValueLength) : null,
        value.Length == 0 || NameScanner.IsLabelName(value) ? null : ValueMessage);

    public static bool IsValue(string value) => CheckValue(value).IsEmpty;

    private static ApiList<string> CheckPrefix(string prefix)
    {
        if (prefix.Length == 0) return [$"prefix part {NameMessage.Empty}"];
        var found = new ApiListBuilder<string>();
        foreach (var message in DnsName.CheckSubdomain(prefix))
        {
            // The length of a prefix is told in bytes, as is all of a label.
            var text = message == NameMessage.TooLong(DnsName.MaximumSubdomainLength) ? NameMessage.TooManyBytes(DnsName.MaximumSubdomainLength) : message;
            found.Add($"prefix part {text}");
        }
        return found.Count == 0 ? default : found.ToList();
    }
}
