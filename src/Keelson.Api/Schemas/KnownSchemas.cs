namespace Keelson.Api.Schemas;

/// <summary>The schemas of the primitive types that have a form of their own.</summary>
public static class KnownSchemas
{
    private const string Meta = "io.k8s.apimachinery.pkg.apis.meta.v1.";

    public static Schema Time { get; } = new(SchemaType.String)
    {
        Name = Meta + "Time",
        Format = "date-time",
        Description = "A moment, in seconds, as RFC 3339 writes it.",
    };

    public static Schema MicroTime { get; } = new(SchemaType.String)
    {
        Name = Meta + "MicroTime",
        Format = "date-time",
        Description = "A moment, in microseconds, as RFC 3339 writes it.",
    };

    public static Schema Duration { get; } = new(SchemaType.String)
    {
        Name = Meta + "Duration",
        Description = "A span of time such as 1h30m or 500ms.",
    };

    public static Schema Quantity { get; } = new(SchemaType.String)
    {
        Name = "io.k8s.apimachinery.pkg.api.resource.Quantity",
        IsQuantity = true,
        Description = "An amount such as 250m (a quarter), 1.5, 64Mi or 2e3. Powers of ten end in n, u, m, k, M, G, T, P or E, powers of 1024 in Ki, Mi, Gi, Ti, Pi or Ei.",
    };

    public static Schema IntOrString { get; } = new(SchemaType.Any)
    {
        Name = "io.k8s.apimachinery.pkg.util.intstr.IntOrString",
        IntOrString = true,
        Format = "int-or-string",
        Description = "A whole number or a string, such as a port's number or its name, or a percentage.",
    };

    public static Schema RawExtension { get; } = new(SchemaType.Object)
    {
        Name = "io.k8s.apimachinery.pkg.runtime.RawExtension",
        PreserveUnknownFields = true,
        Description = "An object of any kind, kept as it was given.",
    };

    public static SchemaProperty ApiVersionProperty { get; } = new("apiVersion", Schema.String)
    {
        Description = "Which version of which API group the object is written in, as group/version.",
    };

    public static SchemaProperty KindProperty { get; } = new("kind", Schema.String)
    {
        Description = "What the object is, in CamelCase. Can't change.",
    };
}
