using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Server.Registry;

/// <summary>The rules that names of objects follow.</summary>
internal static class NameChecks
{
    public static NameCheck Subdomain { get; } = (name, isPrefix) => DnsName.CheckSubdomain(Whole(name, isPrefix));

    public static NameCheck Label { get; } = (name, isPrefix) => DnsName.CheckLabel(Whole(name, isPrefix));

    /// <summary>What a key of a config map may be.</summary>
    public static NameCheck ConfigKey { get; } = (name, _) => FieldName.CheckConfigKey(name);

    /// <summary>Anything that can stand in a path.</summary>
    public static NameCheck PathSegment { get; } = (name, _) => name switch
    {
        "." or ".." => [$"may not be '{name}'"],
        _ when name.Contains('/', StringComparison.Ordinal) => ["may not contain '/'"],
        _ when name.Contains('%', StringComparison.Ordinal) => ["may not contain '%'"],
        _ => default,
    };

    /// <summary>An IP address in canonical form; none is ever drawn.</summary>
    public static NameCheck Address { get; } = (name, _) => NetworkName.CheckAddress(name);

    // The dash that most prefixes end in is followed by what the server draws.
    private static string Whole(string name, bool isPrefix) => isPrefix && name.EndsWith('-') ? name[..^1] + "a" : name;
}
