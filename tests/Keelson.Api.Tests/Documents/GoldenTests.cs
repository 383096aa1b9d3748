using Keelson.Api.Json;
using Keelson.Api.Values;

namespace Keelson.Api.Tests.Documents;

/// <summary>Objects that upstream wrote, with every field filled.</summary>
public sealed class GoldenTests
{
    private static readonly string? Folder = SharedFolder.Find("api-goldens");

    public static TheoryData<string> Names
    {
        get
        {
            var data = new TheoryData<string>();
            if (Folder is null)
            {
                data.Add("");
                return data;
            }

            foreach (var path in Directory.GetFiles(Folder, "*.json").Order(StringComparer.Ordinal)) data.Add(Path.GetFileNameWithoutExtension(path));
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Json_is_read_without_a_finding_and_written_as_the_same_document(string name)
    {
        var json = Read(name, "json");
        var report = new DecodeReport();

        var encoded = ApiJson.Encode(ApiJson.Decode(json, Kind(name), report));

        Assert.Empty(report.Findings);
        Assert.Equal(ValueReader.Read(json), ValueReader.Read(encoded));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Json_keeps_the_order_in_which_upstream_writes_its_fields(string name)
    {
        var json = Read(name, "json");
        var encoded = ApiJson.Encode(ApiJson.Decode(json, Kind(name), new DecodeReport()));

        Assert.Equal(ValueWriter.WriteText(ValueReader.Read(json)), ValueWriter.WriteText(ValueReader.Read(encoded)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Protobuf_is_read_as_the_object_that_the_json_holds(string name)
    {
        var fromJson = ApiJson.Decode(Read(name, "json"), Kind(name), new DecodeReport());

        Assert.Equal(fromJson, ApiProtobuf.Decode(Read(name, "pb")));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Protobuf_is_written_byte_for_byte(string name)
    {
        var golden = Read(name, "pb");

        Assert.Equal(golden, ApiProtobuf.Encode(ApiProtobuf.Decode(golden)));
        Assert.Equal(golden, ApiProtobuf.Encode(ApiJson.Decode(Read(name, "json"), Kind(name), new DecodeReport())));
    }

    // Their names are GROUP.VERSION.KIND; a watch event alone does not say in its content what it is.
    private static KindInfo Kind(string name)
    {
        if (name.EndsWith(".WatchEvent", StringComparison.Ordinal)) return Catalog.Find(new GroupVersionKind("", "", ""))!;
        var parts = name.Split('.');
        var group = string.Join('.', parts[..^2]);
        return Catalog.Find(new GroupVersionKind(group == "core" ? "" : group, parts[^2], parts[^1]))!;
    }

    private static byte[] Read(string name, string extension)
    {
        Assert.SkipWhen(Folder is null, "The golden objects do not lie beside this checkout.");
        return File.ReadAllBytes(Path.Combine(Folder, $"{name}.{extension}"));
    }
}
