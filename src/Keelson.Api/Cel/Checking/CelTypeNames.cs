namespace Keelson.Api.Cel.Checking;

/// <summary>The types that expressions may name.</summary>
internal static class CelTypeNames
{
    private static readonly Dictionary<string, CelType> Known = new(StringComparer.Ordinal)
    {
        ["bool"] = CelType.Bool,
        ["int"] = CelType.Int,
        ["uint"] = CelType.Uint,
        ["double"] = CelType.Double,
        ["string"] = CelType.String,
        ["bytes"] = CelType.Bytes,
        ["list"] = CelType.ListOf(CelType.Dyn),
        ["map"] = CelType.MapOf(CelType.Dyn, CelType.Dyn),
        ["null_type"] = CelType.OfValue(Objects.CelNull.Value),
        ["type"] = CelType.AnyType,
        ["optional_type"] = CelType.OptionalOf(CelType.Dyn),
        ["google.protobuf.Timestamp"] = CelType.OfValue(default(Objects.CelTimestamp)),
        ["google.protobuf.Duration"] = CelType.OfValue(default(Duration)),
        ["net.IP"] = CelType.Opaque("net.IP"),
        ["net.CIDR"] = CelType.Opaque("net.CIDR"),
        ["kubernetes.Quantity"] = CelType.Opaque("kubernetes.Quantity"),
        ["kubernetes.URL"] = CelType.Opaque("kubernetes.URL"),
        ["kubernetes.Semver"] = CelType.Opaque("kubernetes.Semver"),
        ["kubernetes.NamedFormat"] = CelType.Opaque("kubernetes.NamedFormat"),
    };

    public static CelType? Find(string name) => Known.GetValueOrDefault(name);
}
