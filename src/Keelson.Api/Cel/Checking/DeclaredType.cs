namespace Keelson.Api.Cel.Checking;

/// <summary>A type with what is declared of its values: the fields, and how many elements or characters there may be.</summary>
public sealed class DeclaredType
{
    /// <summary>How large a request may be, and so what is in it; the bound where none is declared.</summary>
    public const long MaximumRequest = 3 * 1024 * 1024;

    private readonly Func<IReadOnlyDictionary<string, DeclaredType>>? _declare;
    private IReadOnlyDictionary<string, DeclaredType>? _fields;

    private DeclaredType(CelType type) => Type = type;

    private DeclaredType(string name, Func<IReadOnlyDictionary<string, DeclaredType>> declare)
    {
        Type = CelType.Object(name, this);
        _declare = declare;
    }

    public CelType Type { get; }

    /// <summary>The elements of a list or the values of a map.</summary>
    public DeclaredType? Element { get; private init; }

    /// <summary>The keys of a map.</summary>
    public DeclaredType? Key { get; private init; }

    /// <summary>The most elements of a list or map, or characters of a string.</summary>
    public long MaximumSize { get; private init; } = 1;

    /// <summary>The fewest characters that a value takes in a request.</summary>
    public long LeastLength { get; private init; } = 2;

    /// <summary>The fields of an object, declared when they are first asked for.</summary>
    internal IReadOnlyDictionary<string, DeclaredType> Fields => _fields ??= _declare?.Invoke() ?? new Dictionary<string, DeclaredType>();

    public static DeclaredType Dyn { get; } = new(CelType.Dyn) { MaximumSize = MaximumRequest };

    public static DeclaredType Of(CelType type, long maximumSize = 1, long leastLength = 1) => new(type) { MaximumSize = maximumSize, LeastLength = leastLength };

    public static DeclaredType ListOf(DeclaredType element, long? maximumSize)
    {
        ArgumentNullException.ThrowIfNull(element);
        return new DeclaredType(CelType.ListOf(element.Type))
        {
            Element = element,
            MaximumSize = maximumSize ?? (MaximumRequest - 2) / (element.LeastLength + 1),
        };
    }

    public static DeclaredType MapOf(DeclaredType key, DeclaredType element, long? maximumSize)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(element);
        return new DeclaredType(CelType.MapOf(key.Type, element.Type))
        {
            Key = key,
            Element = element,
            MaximumSize = maximumSize ?? (MaximumRequest - 2) / (key.LeastLength + element.LeastLength + 2),
        };
    }

    /// <param name="leastLength">What the fields that must be there take.</param>
    public static DeclaredType Object(string name, Func<IReadOnlyDictionary<string, DeclaredType>> declare, long leastLength = 2) =>
        new(name, declare) { LeastLength = leastLength };
}
