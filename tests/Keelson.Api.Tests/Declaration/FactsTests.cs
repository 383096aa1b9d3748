using System.Reflection;

namespace Keelson.Api.Tests.Declaration;

/// <summary>Compares every declaration with the facts about upstream's types.</summary>
public sealed class FactsTests
{
    private static readonly string? Folder = SharedFolder.Find("api-facts");

    // Types of Go that are no part of the API, or that are primitives here.
    private static readonly HashSet<string> NotDeclared =
    [
        "meta_v1/Common", "meta_v1/Duration", "meta_v1/FieldsV1", "meta_v1/FieldsV1Reader", "meta_v1/GroupKind", "meta_v1/GroupVersion",
        "meta_v1/InternalEvent", "meta_v1/ListInterface", "meta_v1/ListMetaAccessor", "meta_v1/MicroTime", "meta_v1/Object",
        "meta_v1/ObjectMetaAccessor", "meta_v1/Patch", "meta_v1/ShardedListInterface", "meta_v1/Time", "meta_v1/Timestamp", "meta_v1/Type",
        "meta_v1/TypeMeta", "meta_v1/Verbs", "core_v1/List", "apiextensions_v1/JSON",
    ];

    private static readonly Dictionary<string, string> Folders = new()
    {
        ["admissionregistration"] = "AdmissionRegistration", ["apidiscovery"] = "ApiDiscovery", ["apiextensions"] = "ApiExtensions",
        ["apiregistration"] = "ApiRegistration", ["custom_metrics"] = "CustomMetrics", ["external_metrics"] = "ExternalMetrics",
        ["flowcontrol"] = "FlowControl", ["node"] = "Nodes", ["resource"] = "Resources", ["storagemigration"] = "StorageMigration",
    };

    private static readonly Dictionary<string, Type> Declared = typeof(Catalog).Assembly.GetExportedTypes()
        .Where(type => type.Namespace?.StartsWith("Keelson.Api.", StringComparison.Ordinal) == true && !type.IsGenericType)
        .ToDictionary(type => type.FullName!, StringComparer.OrdinalIgnoreCase);

    [Fact]
    public void Every_type_and_field_that_upstream_has_is_declared_as_upstream_has_it()
    {
        Assert.SkipWhen(Folder is null, "The facts do not lie beside this checkout.");
        var differences = Files().SelectMany(entry => entry.File.Types.SelectMany(type => Compare(entry.Name, type))).ToList();

        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    [Fact]
    public void Every_kind_that_upstream_has_is_in_the_catalog()
    {
        Assert.SkipWhen(Folder is null, "The facts do not lie beside this checkout.");
        var missing = Files()
            .SelectMany(entry => entry.File.Types.Where(type => type.Fields?.Any(field => field.IsTypeMeta) == true).Select(type => (entry.File, type.Name)))
            .Where(kind => Candidates(kind.File, kind.Name).All(candidate => Catalog.Find(candidate) is null))
            .Select(kind => $"{kind.File.Group}/{kind.File.Version} {kind.Name}")
            .ToList();

        Assert.True(missing.Count == 0, string.Join('\n', missing));
    }

    [Fact]
    public void Nothing_is_declared_that_upstream_does_not_have()
    {
        Assert.SkipWhen(Folder is null, "The facts do not lie beside this checkout.");
        var known = Files().SelectMany(entry => entry.File.Types.Select(type => TypeName(entry.Name, type.Name))).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var extra = Declared
            .Where(type => type.Value.GetCustomAttributes<KindAttribute>().Any() || type.Value.GetCustomAttribute<ApiTypeAttribute>() is not null)
            .Select(type => type.Key)
            .Where(name => !known.Contains(name))
            .ToList();

        Assert.True(extra.Count == 0, string.Join('\n', extra));
    }

    private static IEnumerable<GroupVersionKind> Candidates(FactFile file, string name) =>
    [
        new(file.Group, file.Version, name), new("", "v1", name),
    ];

    private static IEnumerable<(string Name, FactFile File)> Files() => Directory.GetFiles(Folder!, "*.json")
        .Select(path => (Name: Path.GetFileNameWithoutExtension(path), Path: path))
        .Where(file => file.Name is not ("runtime" or "util_intstr"))
        .Select(file => (file.Name, FactFile.Read(file.Path)));

    private static string TypeName(string file, string type)
    {
        var split = file.LastIndexOf('_');
        var folder = Folders.GetValueOrDefault(file[..split], file[..split]);
        return $"Keelson.Api.{folder}.{file[(split + 1)..]}.{type}";
    }

    private static IEnumerable<string> Compare(string file, TypeFact fact)
    {
        if (fact.IsList || NotDeclared.Contains($"{file}/{fact.Name}")) return [];
        if (fact is { Name: "ConditionStatus", Is: not null } && file == "core_v1") return [];
        var found = Declared.TryGetValue(TypeName(file, fact.Name), out var type);
        if (fact.Is is not null) return found ? CompareValues(file, fact, type!) : fact.Values is null ? [] : [$"{file}/{fact.Name}: not declared"];
        if (!found) return [$"{file}/{fact.Name}: not declared"];
        return fact.Fields is null ? [] : CompareFields($"{file}/{fact.Name}", fact.Fields, type!);
    }

    private static IEnumerable<string> CompareValues(string file, TypeFact fact, Type type)
    {
        var values = type.GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!).ToHashSet();
        if (!values.SetEquals(fact.Values!.Values)) yield return $"{file}/{fact.Name}: has the values {string.Join(", ", values)}";
        if (fact.Markers?.Contains("enum") == true && type.GetCustomAttribute<ClosedAttribute>() is null) yield return $"{file}/{fact.Name}: is not closed";
    }

    private static IEnumerable<string> CompareFields(string name, FieldFact[] facts, Type type)
    {
        var fields = new Dictionary<string, (PropertyInfo Property, FieldAttribute Field)>();
        foreach (var property in type.GetProperties())
        {
            if (property.GetCustomAttribute<FieldAttribute>() is { } field) fields[JsonName(property, field)] = (property, field);
        }

        foreach (var fact in facts.Where(fact => !fact.IsTypeMeta && fact.Name != "-" && !fact.Name.StartsWith("(go)", StringComparison.Ordinal)))
        {
            var key = fact.Inline ? "inline " + fact.Type.Split('.')[^1] : fact.Name;
            if (!fields.Remove(key, out var found))
            {
                yield return $"{name}.{key}: missing";
                continue;
            }

            foreach (var difference in CompareField(fact, found.Property, found.Field)) yield return $"{name}.{key}: {difference}";
        }

        foreach (var extra in fields.Keys) yield return $"{name}.{extra}: upstream has no such field";
    }

    private static string JsonName(PropertyInfo property, FieldAttribute field) =>
        property.GetCustomAttribute<InlineAttribute>() is not null ? "inline " + property.PropertyType.Name
            : field.Name ?? char.ToLowerInvariant(property.Name[0]) + property.Name[1..];

    private static IEnumerable<string> CompareField(FieldFact fact, PropertyInfo property, FieldAttribute field)
    {
        if (field.Number != fact.Number) yield return $"number {field.Number}, not {fact.Number}";
        if (!fact.Inline && field.Emit != fact.Emit) yield return $"written {field.Emit}, not {fact.Emit}";
        if (IsNullable(property) != fact.IsPointer) yield return $"nullable {!fact.IsPointer}, yet {fact.Type}";
        if (fact.Type.TrimStart('*').StartsWith("[]", StringComparison.Ordinal) && fact.Type != "[]byte" && property.PropertyType.Name != "ApiList`1") yield return "not a list";
        if (fact.Type.TrimStart('*').StartsWith("map[", StringComparison.Ordinal) && property.PropertyType.Name != "ApiMap`1") yield return "not a map";
        var merge = property.GetCustomAttribute<StrategicMergeAttribute>();
        if ((merge?.Strategy ?? "") != (fact.PatchStrategy ?? "")) yield return $"patch strategy {merge?.Strategy}";
        if (merge?.Key != fact.PatchMergeKey) yield return $"patch merge key {merge?.Key}";
        var listType = property switch
        {
            _ when property.GetCustomAttribute<ListMapAttribute>() is not null => "map",
            _ when property.GetCustomAttribute<ListSetAttribute>() is not null => "set",
            // Upstream marks two fields that are no lists, too.
            _ when property.GetCustomAttribute<AtomicAttribute>() is not null && (property.PropertyType.Name == "ApiList`1" || fact.ListType is not null) => "atomic",
            _ => null,
        };
        if (listType != fact.ListType) yield return $"list type {listType}, not {fact.ListType}";
        var keys = property.GetCustomAttribute<ListMapAttribute>()?.Keys ?? [];
        if (!keys.SequenceEqual(fact.ListMapKeys ?? [])) yield return $"list map keys {string.Join(", ", keys)}";
        if (fact.MapType == "atomic" && property.GetCustomAttribute<AtomicAttribute>() is null) yield return "not atomic";
    }

    private static bool IsNullable(PropertyInfo property) =>
        Nullable.GetUnderlyingType(property.PropertyType) is not null
        || (!property.PropertyType.IsValueType && new NullabilityInfoContext().Create(property).ReadState == NullabilityState.Nullable);
}
