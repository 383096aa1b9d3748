using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace Keelson.Api.Generator;

/// <summary>Reads a declared type's attributes, properties and comments.</summary>
internal static class DeclarationReader
{
    public static TypeModel Read(INamedTypeSymbol type)
    {
        var space = type.ContainingNamespace.ToDisplayString();
        var model = new TypeModel
        {
            Namespace = space,
            Name = type.Name,
            OpenApiName = Package(type.ContainingAssembly, space) + "." + type.Name,
            Description = Summary(type),
            MapKind = MapKind(type),
        };
        foreach (var attribute in type.GetAttributes())
        {
            if (attribute.AttributeClass?.Name is "KindAttribute" or "ResourceAttribute") model.Kinds.Add(Kind(attribute));
        }

        model.Fields = Fields(type);
        model.HasObjectMeta = model.IsKind && model.Fields.Any(field => field is { JsonName: "metadata", CoreType: "global::Keelson.Api.Meta.V1.ObjectMeta" });
        return model;
    }

    private static KindModel Kind(AttributeData attribute)
    {
        var kind = new KindModel { Group = Text(attribute, 0), Version = Text(attribute, 1), HasList = Flag(attribute, "List") };
        if (attribute.AttributeClass!.Name != "ResourceAttribute") return kind;
        kind.Resource = new ResourceModel
        {
            Plural = Text(attribute, 2),
            Namespaced = attribute.ConstructorArguments[3].Value is 0,
            Singular = Named(attribute, "Singular")?.Value as string,
            ShortNames = Strings(Named(attribute, "ShortNames")),
            Categories = Strings(Named(attribute, "Categories")),
            Subresources = Strings(Named(attribute, "Subresources")),
            Verbs = Strings(Named(attribute, "Verbs")),
        };
        kind.HasList |= kind.Resource.Verbs.Length == 0 || kind.Resource.Verbs.Contains("list");
        return kind;
    }

    private static List<FieldModel> Fields(INamedTypeSymbol type) =>
        [.. type.GetMembers().OfType<IPropertySymbol>().Select(Field).Where(field => field is not null).Select(field => field!)];

    private static FieldModel? Field(IPropertySymbol property)
    {
        var attributes = property.GetAttributes().ToDictionary(attribute => attribute.AttributeClass!.Name);
        if (!attributes.TryGetValue("FieldAttribute", out var declared)) return null;
        var field = new FieldModel
        {
            Property = property.Name,
            JsonName = Named(declared, "Name")?.Value as string ?? char.ToLowerInvariant(property.Name[0]) + property.Name.Substring(1),
            Number = declared.ConstructorArguments[0].Value is int number ? number : 0,
            Emit = Named(declared, "Emit")?.Value switch { 1 => "Always", 2 => "NotZero", _ => "NotEmpty" },
            Wrapped = Flag(declared, "Wrapped"),
            Description = Summary(property),
            MapKind = MapKind(property),
            Immutable = attributes.ContainsKey("ImmutableAttribute"),
            UnionMember = attributes.ContainsKey("UnionMemberAttribute"),
            DefaultJson = attributes.TryGetValue("DefaultAttribute", out var fallback) ? Text(fallback, 0) : null,
        };
        TypeShapes.Describe(property.Type, field);
        field.Required = attributes.ContainsKey("RequiredAttribute") || (field.Emit == "Always" && !attributes.ContainsKey("OptionalAttribute"));
        field.SchemaExpression = TypeShapes.Schema(property.Type, KnownValues(attributes));
        ReadMerging(attributes, field);
        ReadRules(attributes, field);
        if (attributes.ContainsKey("InlineAttribute")) field.Inlined = Fields((INamedTypeSymbol)property.Type);
        return field;
    }

    private static void ReadMerging(Dictionary<string, AttributeData> attributes, FieldModel field)
    {
        if (field.Shape == Shape.List)
        {
            if (attributes.TryGetValue("ListMapAttribute", out var map)) (field.ListKind, field.ListMapKeys) = ("Map", Strings(map.ConstructorArguments[0]));
            else if (attributes.ContainsKey("ListSetAttribute")) field.ListKind = "Set";
            else if (attributes.ContainsKey("AtomicAttribute")) (field.ListKind, field.MapKind) = ("Atomic", "Unset");
        }

        if (!attributes.TryGetValue("StrategicMergeAttribute", out var merge)) return;
        field.PatchStrategy = Text(merge, 0);
        field.PatchMergeKey = Named(merge, "Key")?.Value as string;
    }

    private static void ReadRules(Dictionary<string, AttributeData> attributes, FieldModel field)
    {
        foreach (var rule in new[] { "Minimum", "Maximum", "MaxLength", "MaxItems" })
        {
            if (attributes.TryGetValue(rule + "Attribute", out var bound)) field.Rules.Add($"{rule} = {bound.ConstructorArguments[0].Value}");
        }

        foreach (var rule in new[] { "Format", "Pattern" })
        {
            if (attributes.TryGetValue(rule + "Attribute", out var text)) field.Rules.Add($"{rule} = {SourceWriter.Literal(Text(text, 0))}");
        }
    }

    /// <summary>The schema of a string that has a complete list of values; null for any other.</summary>
    private static string? KnownValues(Dictionary<string, AttributeData> attributes)
    {
        if (!attributes.TryGetValue("KnownValuesAttribute", out var known)) return null;
        if (known.ConstructorArguments[0].Value is not INamedTypeSymbol constants) return null;
        if (!constants.GetAttributes().Any(attribute => attribute.AttributeClass?.Name == "ClosedAttribute")) return null;
        var values = constants.GetMembers().OfType<IFieldSymbol>().Where(value => value.IsConst).Select(value => (string)value.ConstantValue!);
        return $"global::Keelson.Api.Schemas.Schema.Enumeration({string.Join(", ", values.OrderBy(value => value, System.StringComparer.Ordinal).Select(SourceWriter.Literal))})";
    }

    private static string MapKind(ISymbol symbol)
    {
        foreach (var attribute in symbol.GetAttributes())
        {
            if (attribute.AttributeClass?.Name == "AtomicAttribute") return "Atomic";
            if (attribute.AttributeClass?.Name == "GranularAttribute") return "Granular";
        }

        return "Unset";
    }

    private static string Package(IAssemblySymbol assembly, string space)
    {
        var attribute = assembly.GetAttributes().FirstOrDefault(candidate => candidate.AttributeClass?.Name == "OpenApiPackageAttribute" && Text(candidate, 0) == space);
        return attribute is null ? space : Text(attribute, 1);
    }

    private static string Summary(ISymbol symbol)
    {
        var match = Regex.Match(symbol.GetDocumentationCommentXml() ?? "", "<summary>(.*?)</summary>", RegexOptions.Singleline);
        return match.Success ? Regex.Replace(System.Net.WebUtility.HtmlDecode(match.Groups[1].Value), @"\s+", " ").Trim() : "";
    }

    private static string Text(AttributeData attribute, int index) => attribute.ConstructorArguments[index].Value as string ?? "";

    private static TypedConstant? Named(AttributeData attribute, string name)
    {
        foreach (var argument in attribute.NamedArguments)
        {
            if (argument.Key == name) return argument.Value;
        }

        return null;
    }

    private static bool Flag(AttributeData attribute, string name) => Named(attribute, name)?.Value is true;

    private static string[] Strings(TypedConstant? array) =>
        array is { Kind: TypedConstantKind.Array } values ? [.. values.Values.Select(value => (string)value.Value!)] : [];
}
