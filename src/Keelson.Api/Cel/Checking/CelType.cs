namespace Keelson.Api.Cel.Checking;

/// <summary>The kinds of types.</summary>
public enum CelKind { Dyn, Null, Bool, Int, Uint, Double, String, Bytes, Timestamp, Duration, List, Map, Object, Optional, Opaque, Type, Parameter }

/// <summary>The type of an expression.</summary>
public sealed class CelType
{
    private CelType(CelKind kind, string name, params CelType[] parameters)
    {
        Kind = kind;
        Name = name;
        Parameters = parameters;
    }

    public CelKind Kind { get; }

    public string Name { get; }

    public IReadOnlyList<CelType> Parameters { get; }

    /// <summary>What is declared of an object's fields.</summary>
    internal DeclaredType? Declaration { get; private init; }

    public static CelType Dyn { get; } = new(CelKind.Dyn, "dyn");
    public static CelType Null { get; } = new(CelKind.Null, "null");
    public static CelType Bool { get; } = new(CelKind.Bool, "bool");
    public static CelType Int { get; } = new(CelKind.Int, "int");
    public static CelType Uint { get; } = new(CelKind.Uint, "uint");
    public static CelType Double { get; } = new(CelKind.Double, "double");
    public static CelType String { get; } = new(CelKind.String, "string");
    public static CelType Bytes { get; } = new(CelKind.Bytes, "bytes");
    public static CelType Timestamp { get; } = new(CelKind.Timestamp, "timestamp");
    public static CelType Duration { get; } = new(CelKind.Duration, "duration");
    public static CelType AnyType { get; } = new(CelKind.Type, "type");

    public static CelType ListOf(CelType element) => new(CelKind.List, "list", element);

    public static CelType MapOf(CelType key, CelType value) => new(CelKind.Map, "map", key, value);

    public static CelType OptionalOf(CelType value) => new(CelKind.Optional, "optional_type", value);

    public static CelType TypeOf(CelType type) => new(CelKind.Type, "type", type);

    internal static CelType Opaque(string name) => new(CelKind.Opaque, name);

    internal static CelType Parameter(string name) => new(CelKind.Parameter, name);

    internal static CelType Object(string name, DeclaredType declaration) => new(CelKind.Object, name) { Declaration = declaration };

    internal CelType With(CelType[] parameters) => new(Kind, Name, parameters) { Declaration = Declaration };

    /// <summary>Whether it is the same type, down to its parameters.</summary>
    internal bool IsSame(CelType other)
    {
        if (ReferenceEquals(this, other)) return true;
        if (Kind != other.Kind || Name != other.Name || Parameters.Count != other.Parameters.Count) return false;
        for (var i = 0; i < Parameters.Count; i++)
        {
            if (!Parameters[i].IsSame(other.Parameters[i])) return false;
        }

        return true;
    }

    /// <summary>The type of a value, its parameters unknown.</summary>
    internal static CelType OfValue(object value) => value switch
    {
        Objects.CelNull => new CelType(CelKind.Null, "null_type"),
        bool => Bool,
        long => Int,
        ulong => Uint,
        double => Double,
        string => String,
        byte[] => Bytes,
        Objects.CelTimestamp => new CelType(CelKind.Timestamp, "google.protobuf.Timestamp"),
        Api.Duration => new CelType(CelKind.Duration, "google.protobuf.Duration"),
        Objects.CelList => ListOf(Dyn),
        Objects.CelMap => MapOf(Dyn, Dyn),
        Objects.CelOptional => OptionalOf(Dyn),
        Objects.CelObject made => new CelType(CelKind.Object, made.TypeName),
        Objects.CelOpaque opaque => opaque.Type,
        _ => AnyType,
    };

    public override string ToString() => Parameters.Count == 0 ? Name : $"{Name}({string.Join(", ", Parameters)})";
}
