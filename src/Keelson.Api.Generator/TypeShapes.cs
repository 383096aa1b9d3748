using Microsoft.CodeAnalysis;

namespace Keelson.Api.Generator;

/// <summary>Maps the C# types that declarations may use to codecs and schemas.</summary>
internal static class TypeShapes
{
    private const string Codecs = "global::Keelson.Api.Codecs.";
    private const string Schemas = "global::Keelson.Api.Schemas.";

    private static readonly Dictionary<string, (Shape Shape, string Codec, string Schema)> Known = new()
    {
        ["string"] = (Shape.Scalar, "StringCodec", "Schema.String"),
        ["bool"] = (Shape.Scalar, "BooleanCodec", "Schema.Boolean"),
        ["int"] = (Shape.Scalar, "Int32Codec", "Schema.Int32"),
        ["long"] = (Shape.Scalar, "Int64Codec", "Schema.Int64"),
        ["double"] = (Shape.Scalar, "DoubleCodec", "Schema.Double"),
        ["Keelson.Api.Bytes"] = (Shape.Bytes, "BytesCodec", "Schema.Bytes"),
        ["Keelson.Api.Time"] = (Shape.Struct, "TimeCodec", "KnownSchemas.Time"),
        ["Keelson.Api.MicroTime"] = (Shape.Struct, "MicroTimeCodec", "KnownSchemas.MicroTime"),
        ["Keelson.Api.Duration"] = (Shape.Struct, "DurationCodec", "KnownSchemas.Duration"),
        ["Keelson.Api.Quantity"] = (Shape.Struct, "QuantityCodec", "KnownSchemas.Quantity"),
        ["Keelson.Api.IntOrString"] = (Shape.Struct, "IntOrStringCodec", "KnownSchemas.IntOrString"),
        ["Keelson.Api.RawJson"] = (Shape.Struct, "RawJsonCodec", "KnownSchemas.RawExtension"),
    };

    public static void Describe(ITypeSymbol type, FieldModel field)
    {
        field.Type = Display(type);
        var core = Unwrap(type, out var nullable);
        field.Nullable = nullable;
        field.CoreType = Display(core.WithNullableAnnotation(NullableAnnotation.NotAnnotated));
        if (Element(core, "ApiList") is { } item)
        {
            field.Shape = Shape.List;
            (field.ElementType, field.Codec) = (Display(item), Codec(item));
        }
        else if (Element(core, "ApiMap") is { } value)
        {
            field.Shape = Shape.Map;
            (field.ElementType, field.Codec) = (Display(value), Codec(value));
        }
        else
        {
            field.Shape = Known.TryGetValue(Key(core), out var known) ? known.Shape : Shape.Message;
            field.Codec = Codec(core);
        }
    }

    /// <summary>C# that gives the schema of a type; <paramref name="strings"/> stands for strings in it.</summary>
    public static string Schema(ITypeSymbol type, string? strings)
    {
        var core = Unwrap(type, out _);
        if (Element(core, "ApiList") is { } item) return $"{Schemas}Schema.ListOf({Schema(item, strings)})";
        if (Element(core, "ApiMap") is { } value) return $"{Schemas}Schema.MapOf({Schema(value, strings)})";
        if (strings is not null && core.SpecialType == SpecialType.System_String) return strings;
        return Known.TryGetValue(Key(core), out var known) ? Schemas + known.Schema : Display(core.WithNullableAnnotation(NullableAnnotation.NotAnnotated)) + ".TypeSchema";
    }

    public static string Display(ITypeSymbol type) =>
        type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat.AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier));

    private static string Codec(ITypeSymbol type)
    {
        if (Element(type, "ApiList") is { } item) return $"{Codecs}ListCodec<{Display(item)}, {Codec(item)}>";
        if (Known.TryGetValue(Key(type), out var known)) return Codecs + known.Codec;
        return $"{Codecs}MessageCodec<{Display(type.WithNullableAnnotation(NullableAnnotation.NotAnnotated))}>";
    }

    private static string Key(ITypeSymbol type) => type.WithNullableAnnotation(NullableAnnotation.NotAnnotated).ToDisplayString();

    private static ITypeSymbol Unwrap(ITypeSymbol type, out bool nullable)
    {
        if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } wrapped)
        {
            nullable = true;
            return wrapped.TypeArguments[0];
        }

        nullable = type.NullableAnnotation == NullableAnnotation.Annotated;
        return type;
    }

    private static ITypeSymbol? Element(ITypeSymbol type, string name) =>
        type is INamedTypeSymbol { Arity: 1 } named && named.Name == name && named.ContainingNamespace.ToDisplayString() == "Keelson.Api"
            ? named.TypeArguments.Single()
            : null;
}
