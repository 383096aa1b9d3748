using Keelson.Api.Cel.Checking;
using Keelson.Api.Cel.Objects;
using Keelson.Api.Names;
using Keelson.Api.Structural.Formats;

namespace Keelson.Api.Cel.Library;

/// <summary>The forms that strings can be held to, by name.</summary>
internal static class NamedFormats
{
    private const string Own = "kubernetes.NamedFormat";

    private static readonly Dictionary<string, CelFormat> Formats = new CelFormat[]
    {
        new("dns1123Label", DnsName.CheckLabel),
        new("dns1123Subdomain", DnsName.CheckSubdomain),
        new("dns1035Label", DnsName.CheckLabel1035),
        new("qualifiedName", LabelName.CheckKey),
        new("dns1123LabelPrefix", text => DnsName.CheckLabel(Prefix(text))),
        new("dns1123SubdomainPrefix", text => DnsName.CheckSubdomain(Prefix(text))),
        new("dns1035LabelPrefix", text => DnsName.CheckLabel1035(Prefix(text))),
        new("labelValue", LabelName.CheckValue),
        new("uri", text => RequestUri.IsValid(text) ? default : ["must be a valid URI"]),
        new("uuid", text => TextFormats.IsValid("uuid", text) ? default : ["does not match the UUID format"]),
        new("byte", text => TextFormats.IsValid("byte", text) ? default : ["invalid base64"]),
        new("date", text => TextFormats.IsValid("date", text) ? default : ["invalid date"]),
        new("datetime", text => TextFormats.IsValid("datetime", text) ? default : ["invalid datetime"]),
    }.ToDictionary(format => format.Name, StringComparer.Ordinal);

    public static void Register(CelLibraryBuilder library)
    {
        foreach (var format in Formats.Values) library.Add("format." + format.Name, _ => format, $"() -> {Own}");
        library
            .Add("format.named", call => call[0] is string name ? Formats.TryGetValue(name, out var format) ? new CelOptional(format) : CelOptional.None : CelError.NoOverload, $"(string) -> optional({Own})")
            .Add("validate", call => call[0] is CelFormat format && call[1] is string text ? format.Validate(text) : CelError.NoOverload, $"{Own}.(string) -> optional(list(string))");
    }

    // A prefix may end in a dash, as something follows.
    private static string Prefix(string text) => text.EndsWith('-') ? text[..^1] + "a" : text;
}

/// <summary>A form that strings can be held to.</summary>
internal sealed class CelFormat(string name, Func<string, ApiList<string>> check) : CelOpaque
{
    public string Name { get; } = name;

    internal override CelType Type => CelType.Opaque("kubernetes.NamedFormat");

    /// <summary>What is wrong with a text; nothing when all is right.</summary>
    public CelOptional Validate(string text)
    {
        var faults = check(text);
        return faults.IsEmpty ? CelOptional.None : new CelOptional(new CelArray([.. faults.ToArray()]));
    }
}
