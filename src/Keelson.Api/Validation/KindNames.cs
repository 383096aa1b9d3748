using Keelson.Api.Names;

namespace Keelson.Api.Validation;

/// <summary>How objects of a kind may be named: as subdomains, but for some.</summary>
public static class KindNames
{
    private const string GroupOfRoles = "rbac.authorization.k8s.io";

    /// <summary>The check of names that upstream makes for a kind. Rules of definitions and API services add what their names are made of.</summary>
    public static NameCheck CheckOf(string group, string kind) => (group, kind) switch
    {
        ("", "Namespace") or ("", "Service") => static (name, isPrefix) => DnsName.CheckLabel(Masked(name, isPrefix)),
        (GroupOfRoles, _) or ("apiregistration.k8s.io", "APIService") => static (name, _) => FieldName.CheckPathSegment(name),
        ("certificates.k8s.io", "CertificateSigningRequest") => static (_, _) => default,
        ("certificates.k8s.io", "ClusterTrustBundle") => static (name, isPrefix) => CheckParts(Masked(name, isPrefix)),
        ("networking.k8s.io", "IPAddress") => static (name, _) => NetworkName.CheckAddress(name),
        _ => static (name, isPrefix) => DnsName.CheckSubdomain(Masked(name, isPrefix)),
    };

    /// <summary>What is generated follows a prefix, so a hyphen at its end does no harm.</summary>
    private static string Masked(string name, bool isPrefix) => isPrefix && name.Length > 1 && name.EndsWith('-') ? $"{name[..^2]}a" : name;

    private static ApiList<string> CheckParts(string name)
    {
        var wrong = default(ApiList<string>);
        foreach (var part in name.Split(':')) wrong = wrong.AddRange(DnsName.CheckSubdomain(part));
        return wrong;
    }
}
