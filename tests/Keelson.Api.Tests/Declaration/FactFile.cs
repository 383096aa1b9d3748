using System.Text.Json;

namespace Keelson.Api.Tests.Declaration;

/// <summary>One file of facts about upstream's types, as the folder's README describes it.</summary>
internal sealed record FactFile(string Group, string Version, IReadOnlyList<TypeFact> Types)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public static FactFile Read(string path) => JsonSerializer.Deserialize<FactFile>(File.ReadAllBytes(path), Options)!;
}

internal sealed record TypeFact(string Name, string? Is, Dictionary<string, string>? Values, string[]? Markers, FieldFact[]? Fields)
{
    public bool IsList => Name.EndsWith("List", StringComparison.Ordinal) && Fields is [_, { Name: "metadata" }, { Name: "items" }] && Name != "List";
}

internal sealed record FieldFact(
    string Name,
    string Type,
    string? Proto,
    bool OmitEmpty,
    bool OmitZero,
    bool Inline,
    bool Optional,
    bool Required,
    string? PatchStrategy,
    string? PatchMergeKey,
    string? ListType,
    string[]? ListMapKeys,
    string? MapType)
{
    public int Number => Proto is null ? 0 : int.Parse(Proto.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);

    public bool IsPointer => Type.StartsWith('*');

    public Emit Emit => OmitZero ? Emit.NotZero : OmitEmpty ? Emit.NotEmpty : Emit.Always;

    public bool IsTypeMeta => Inline && Type.EndsWith("TypeMeta", StringComparison.Ordinal);
}
