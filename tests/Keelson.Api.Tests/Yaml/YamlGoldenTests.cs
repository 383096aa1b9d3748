using Keelson.Api.Values;
using Keelson.Api.Yaml;

namespace Keelson.Api.Tests.Yaml;

public sealed class YamlGoldenTests
{
    [Fact]
    public void Every_golden_object_is_read_alike_from_json_and_yaml_and_written_byte_for_byte()
    {
        var folder = SharedFolder.Find("api-goldens");
        Assert.SkipWhen(folder is null, SharedFolder.Missing);
        var files = Directory.GetFiles(folder!, "*.yaml");
        Assert.True(files.Length >= 50, $"only {files.Length} golden files");
        foreach (var file in files)
        {
            var yaml = File.ReadAllBytes(file);
            var json = File.ReadAllBytes(Path.ChangeExtension(file, ".json"));
            var fromJson = ValueReader.Read(json);
            var duplicates = new List<string>();
            Assert.True(YamlReader.Read(yaml, null, duplicates) == fromJson, file);
            Assert.Empty(duplicates);
            Assert.True(YamlWriter.WriteBytes(fromJson).AsSpan().SequenceEqual(yaml), file);
            Assert.True(ValueWriter.WriteBytes(fromJson, new JsonFormat { Indent = 2 }).AsSpan().SequenceEqual(json.AsSpan().TrimEnd("\n"u8)), file);
        }
    }
}
