namespace Keelson.Api.Names;

/// <summary>Checks names inside objects: variables, keys, headers, ports, paths and identifiers.</summary>
public static class FieldName
{
    public const int MaximumPortNameLength = 15;

    private const string HttpPathPattern = @"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+";
    private const string UuidMessage = "must be a lowercase UUID in 8-4-4-4-12 format";
    private const string DecimalMessage = "must be a valid decimal integer in canonical form";

    private static readonly string IdentifierMessage = NameMessage.Pattern(
        "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'",
        "[A-Za-z_][A-Za-z0-9_]*", "my_name", "MY_NAME", "MyName");

    private static readonly string VariableMessage = NameMessage.Pattern(
        "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit",
        "[-._a-zA-Z][-._a-zA-Z0-9]*", "my.env-name", "MY_ENV.NAME", "MyEnvName1");

    private static readonly string ConfigKeyMessage = NameMessage.Pattern(
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
        "[-._a-zA-Z0-9]+", "key.name", "KEY_NAME", "key-name");

    private static readonly string HeaderMessage = NameMessage.Pattern(
        "a valid HTTP header must consist of alphanumeric characters or '-'", "[-A-Za-z0-9]+", "X-Header-Name");

    private static readonly string PercentMessage = NameMessage.Pattern(
        "a valid percent string must be a numeric string followed by an ending '%'", "[0-9]+%", "1%", "93%");

    private static readonly string PathMessage = NameMessage.Pattern("Invalid path", HttpPathPattern);

    /// <summary>An identifier as in C, also the form of a condition's reason.</summary>
    public static ApiList<string> CheckIdentifier(string value) => NameMessage.Collect(
        NameScanner.IsAll(value, NameScanner.LettersDigitsUnderscore) && !char.IsAsciiDigit(value[0]) ? null : IdentifierMessage);

    /// <summary>The name of an environment variable by the strict rule.</summary>
    public static ApiList<string> CheckVariable(string value) => NameMessage.Collect(
        NameScanner.IsAll(value, NameScanner.LettersDigitsHyphenUnderscoreDot) && !char.IsAsciiDigit(value[0]) ? null : VariableMessage,
        ParentDirectory(value));

    /// <summary>The name of an environment variable by the relaxed rule: anything printable in ASCII but the equals sign.</summary>
    public static ApiList<string> CheckRelaxedVariable(string value) => NameMessage.Collect(
        value.Length == 0 ? $"environment variable name {NameMessage.Empty}" : null,
        value.AsSpan().ContainsAnyExceptInRange(' ', '~') || value.Contains('=', StringComparison.Ordinal)
            ? "a valid environment variable name must consist only of printable ASCII characters other than '='" : null);

    /// <summary>A key in a ConfigMap or a Secret.</summary>
    public static ApiList<string> CheckConfigKey(string value) => NameMessage.Collect(
        NameMessage.IsLonger(value, DnsName.MaximumSubdomainLength) ? NameMessage.TooLong(DnsName.MaximumSubdomainLength) : null,
        NameScanner.IsAll(value, NameScanner.LettersDigitsHyphenUnderscoreDot) ? null : ConfigKeyMessage,
        ParentDirectory(value));

    public static ApiList<string> CheckHttpHeader(string value) => NameMessage.Collect(
        NameScanner.IsAll(value, NameScanner.LettersDigitsHyphen) ? null : HeaderMessage);

    /// <summary>A domain and a path below it; that it is present is the caller's to require.</summary>
    public static ApiList<string> CheckDomainPrefixedPath(string value)
    {
        var slash = value.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || slash == value.Length - 1) return ["must be a domain-prefixed path (such as \"acme.io/foo\")"];
        var errors = DnsName.CheckSubdomain(value[..slash]);
        return NameScanner.IsAll(value.AsSpan(slash + 1), NameScanner.HttpPath) ? errors : errors.Add(PathMessage);
    }

    /// <summary>The name of a port, an IANA service name in lower case.</summary>
    public static ApiList<string> CheckPort(string value) => NameMessage.Collect(
        NameMessage.IsLonger(value, MaximumPortNameLength) ? NameMessage.TooLong(MaximumPortNameLength) : null,
        NameScanner.IsAll(value, NameScanner.LowerDigitsHyphen) ? null : "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)",
        value.AsSpan().ContainsAnyInRange('a', 'z') ? null : "must contain at least one letter (a-z)",
        value.Contains("--", StringComparison.Ordinal) ? "must not contain consecutive hyphens" : null,
        value.StartsWith('-') || value.EndsWith('-') ? "must not begin or end with a hyphen" : null);

    public static ApiList<string> CheckPortNumber(long value) => CheckRange(value, 1, 65535);

    /// <summary>The number of a Unix user or group.</summary>
    public static ApiList<string> CheckUnixId(long value) => CheckRange(value, 0, uint.MaxValue);

    public static ApiList<string> CheckRange(long value, long minimum, long maximum) => NameMessage.Collect(
        value >= minimum && value <= maximum ? null : NameMessage.OutOfRange(minimum, maximum));

    public static ApiList<string> CheckPercent(string value) => NameMessage.Collect(
        value.Length > 1 && value[^1] == '%' && !value.AsSpan(0, value.Length - 1).ContainsAnyExceptInRange('0', '9') ? null : PercentMessage);

    /// <summary>An integer written the one canonical way.</summary>
    public static ApiList<string> CheckDecimalInteger(string value)
    {
        if (value.Length == 0) return [NameMessage.Empty];
        var digits = value.AsSpan(value[0] == '-' ? 1 : 0);
        var valid = value == "0" || (!digits.IsEmpty && digits[0] != '0' && !digits.ContainsAnyExceptInRange('0', '9'));
        return NameMessage.Collect(valid ? null : DecimalMessage);
    }

    /// <summary>A name that can stand in a URL's path; upstream checks neither that it is present nor its length here.</summary>
    public static ApiList<string> CheckPathSegment(string value) =>
        value is "." or ".." ? [$"may not be '{value}'"] : CheckPathSegmentPrefix(value);

    /// <summary>The beginning of a name that can stand in a URL's path.</summary>
    public static ApiList<string> CheckPathSegmentPrefix(string value) => NameMessage.Collect(
        value.Contains('/', StringComparison.Ordinal) ? "may not contain '/'" : null,
        value.Contains('%', StringComparison.Ordinal) ? "may not contain '%'" : null);

    public static ApiList<string> CheckUuid(string value)
    {
        if (value.Length != 36) return [UuidMessage];
        for (var i = 0; i < value.Length; i++)
        {
            var expected = i is 8 or 13 or 18 or 23 ? value[i] == '-' : NameScanner.LowerHexadecimal.Contains(value[i]);
            if (!expected) return [UuidMessage];
        }
        return default;
    }

    private static string? ParentDirectory(string value) => value switch
    {
        "." => "must not be '.'",
        ".." => "must not be '..'",
        _ => value.StartsWith("..", StringComparison.Ordinal) ? "must not start with '..'" : null,
    };
}
