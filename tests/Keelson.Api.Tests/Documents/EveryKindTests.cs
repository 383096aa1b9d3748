using Keelson.Api.Json;
using Keelson.Api.Schemas;
using Keelson.Api.Values;

namespace Keelson.Api.Tests.Documents;

/// <summary>What the golden objects prove for some kinds, proven for all of them.</summary>
public sealed class EveryKindTests
{
    // These were never given protobuf numbers upstream.
    private static readonly HashSet<string> JsonOnly = ["Table", "TableOptions", "AdmissionReview", "ConversionReview"];

    public static TheoryData<string> Kinds => new(AllKinds().Select(kind => kind.Kind.ToString()).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_filled_object_is_read_and_written_as_the_same_json(string name)
    {
        var (kind, json) = Filled(name);
        var report = new DecodeReport();

        var encoded = ApiJson.Encode(ApiJson.Decode(json, kind, report));

        Assert.Empty(report.Findings);
        Assert.Equal(ValueWriter.WriteText(ValueReader.Read(json)), ValueWriter.WriteText(ValueReader.Read(encoded)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_filled_object_survives_protobuf(string name)
    {
        if (JsonOnly.Contains(name.Split('=')[1])) return;
        var (kind, json) = Filled(name);
        var value = ApiJson.Decode(json, kind, new DecodeReport());

        var protobuf = ApiProtobuf.Encode(value);

        Assert.Equal(value, ApiProtobuf.Decode(protobuf));
        Assert.Equal(protobuf, ApiProtobuf.Encode(ApiProtobuf.Decode(protobuf)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_empty_object_is_stable(string name)
    {
        var kind = Find(name);
        var once = ApiJson.Encode(ApiJson.Decode("{}"u8, kind, new DecodeReport()).Typed(kind.Kind));
        var report = new DecodeReport();

        Assert.Equal(once, ApiJson.Encode(ApiJson.Decode(once, kind, report)));
        Assert.Empty(report.Findings);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_unknown_field_is_reported(string name)
    {
        var report = new DecodeReport();

        ApiJson.Decode("""{"noSuchField":{"x":[1,2]}}"""u8, Find(name), report);

        Assert.Equal(["unknown field \"noSuchField\""], report.Findings);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_kind_and_its_fields_are_described(string name)
    {
        var bare = new List<string>();
        var seen = new HashSet<Schema>();
        Visit(Find(name).Schema, name, seen, bare);

        Assert.Empty(bare);
    }

    private static void Visit(Schema schema, string path, HashSet<Schema> seen, List<string> bare)
    {
        if (!seen.Add(schema)) return;
        if (schema is { Name: not null, Description: "" }) bare.Add(path);
        foreach (var property in schema.Properties)
        {
            if (property.Description.Length == 0) bare.Add($"{path}.{property.Name}");
            Visit(property.Schema, $"{path}.{property.Name}", seen, bare);
        }

        if (schema.Items is { } items) Visit(items, path, seen, bare);
        if (schema.AdditionalProperties is { } values) Visit(values, path, seen, bare);
    }

    private static (KindInfo Kind, byte[] Json) Filled(string name)
    {
        var kind = Find(name);
        return (kind, SchemaFiller.Document(kind));
    }

    private static IEnumerable<KindInfo> AllKinds() => Catalog.Kinds.Concat(Catalog.Kinds.Select(kind => kind.List).OfType<KindInfo>());

    private static KindInfo Find(string name) => AllKinds().Single(kind => kind.Kind.ToString() == name);
}
