namespace Keelson.Api.Names;

/// <summary>Checks names that are also names in DNS; an answer without messages means valid.</summary>
public static class DnsName
{
    public const int MaximumLabelLength = 63;
    public const int MaximumSubdomainLength = 253;

    private const string LabelPattern = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private const string SubdomainPattern = LabelPattern + @"(\." + LabelPattern + ")*";
    private const string UnderscoreLabelPattern = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?";
    private const string UnderscoreSubdomainPattern = UnderscoreLabelPattern + @"(\." + UnderscoreLabelPattern + ")*";

    private static readonly string LabelMessage = NameMessage.Pattern(
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
        LabelPattern, "my-name", "123-abc");

    private static readonly string SubdomainMessage = NameMessage.Pattern(
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
        SubdomainPattern, "example.com");

    private static readonly string CaselessSubdomainMessage = NameMessage.Pattern(
        "an RFC 1123 subdomain must consist of alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
        SubdomainPattern, "Example.com");

    private static readonly string UnderscoreSubdomainMessage = NameMessage.Pattern(
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
        UnderscoreSubdomainPattern, "example.com");

    private static readonly string Label1035Message = NameMessage.Pattern(
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
        "[a-z]([-a-z0-9]*[a-z0-9])?", "my-name", "abc-123");

    private static readonly string WildcardMessage = NameMessage.Pattern(
        "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
        @"\*\." + SubdomainPattern, "*.example.com");

    private static readonly string LabelTooLong = NameMessage.TooLong(MaximumLabelLength);
    private static readonly string SubdomainTooLong = NameMessage.TooLong(MaximumSubdomainLength);

    /// <summary>A label of RFC 1123, such as the name of a namespace.</summary>
    public static ApiList<string> CheckLabel(string value) => NameMessage.Collect(
        NameMessage.IsLonger(value, MaximumLabelLength) ? LabelTooLong : null,
        NameScanner.IsDnsLabel(value) ? null : NameScanner.IsDnsSubdomain(value) ? "must not contain dots" : LabelMessage);

    /// <summary>A subdomain of RFC 1123, the form of most names.</summary>
    public static ApiList<string> CheckSubdomain(string value) => NameMessage.Collect(
        NameMessage.IsLonger(value, MaximumSubdomainLength) ? SubdomainTooLong : null,
        NameScanner.IsDnsSubdomain(value) ? null : SubdomainMessage);

    /// <summary>A subdomain whose letters may be of either case.</summary>
    public static ApiList<string> CheckCaselessSubdomain(string value) => NameMessage.Collect(
        NameMessage.IsLonger(value, MaximumSubdomainLength) ? NameMessage.TooManyBytes(MaximumSubdomainLength) : null,
        NameScanner.IsCaselessDnsSubdomain(value) ? null : CaselessSubdomainMessage);

    /// <summary>A subdomain whose labels may begin with an underscore and have some inside, as service records do.</summary>
    public static ApiList<string> CheckSubdomainWithUnderscore(string value) => NameMessage.Collect(
        NameMessage.IsLonger(value, MaximumSubdomainLength) ? SubdomainTooLong : null,
        NameScanner.IsDnsSubdomainWithUnderscore(value) ? null : UnderscoreSubdomainMessage);

    /// <summary>A label of RFC 1035, such as the name of a service: it begins with a letter.</summary>
    public static ApiList<string> CheckLabel1035(string value) => NameMessage.Collect(
        NameMessage.IsLonger(value, MaximumLabelLength) ? LabelTooLong : null,
        NameScanner.IsDnsLabel(value) && char.IsAsciiLetterLower(value[0]) ? null : Label1035Message);

    /// <summary>A subdomain below "*.", such as the host of an ingress rule.</summary>
    public static ApiList<string> CheckWildcardSubdomain(string value) => NameMessage.Collect(
        NameMessage.IsLonger(value, MaximumSubdomainLength) ? SubdomainTooLong : null,
        value.StartsWith("*.", StringComparison.Ordinal) && NameScanner.IsDnsSubdomain(value.AsSpan(2)) ? null : WildcardMessage);

    /// <summary>A subdomain of three labels at least; that the name is present is the caller's to require.</summary>
    public static ApiList<string> CheckFullyQualified(string value)
    {
        var errors = CheckSubdomain(value);
        if (!errors.IsEmpty) return [string.Join(",", errors)];
        return value.AsSpan().Count('.') >= 2 ? default : ["should be a domain with at least three segments separated by dots"];
    }

    /// <summary>A subdomain of two labels at least, perhaps with a dot at its end; that it is present is the caller's to require.</summary>
    public static ApiList<string> CheckFullyQualifiedDomain(string value)
    {
        var name = value.EndsWith('.') ? value[..^1] : value;
        var errors = CheckSubdomain(name);
        if (!errors.IsEmpty) return [string.Join(",", errors)];
        if (!name.Contains('.', StringComparison.Ordinal)) return ["should be a domain with at least two segments separated by dots"];
        var found = new ApiListBuilder<string>();
        foreach (var label in name.Split('.'))
        {
            var inLabel = CheckLabel(label);
            if (!inLabel.IsEmpty) found.Add(string.Join(",", inLabel));
        }
        return found.Count == 0 ? default : found.ToList();
    }

    public static bool IsLabel(string value) => CheckLabel(value).IsEmpty;

    public static bool IsSubdomain(string value) => CheckSubdomain(value).IsEmpty;
}
