using System.Text;
using Keelson.Api.Values;
using Keelson.Commands.Convert;

namespace Keelson.Tests.Commands.Convert;

/// <summary>`keelson convert`, entered where its arguments have been read.</summary>
public sealed class ConvertTests : IDisposable
{
    private const string Pod = """{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a"},"spec":{"containers":[{"name":"c","resources":{}}]},"status":{}}""";

    private readonly string _folder = Directory.CreateTempSubdirectory("keelson-convert").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string> Goldens
    {
        get
        {
            var names = GoldenFolder() is { } folder ? Directory.GetFiles(folder, "*.pb").Select(path => Path.GetFileNameWithoutExtension(path)!).Order() : Enumerable.Repeat("", 1);
            return new TheoryData<string>(names);
        }
    }

    [Theory]
    [MemberData(nameof(Goldens))]
    public async Task A_golden_object_comes_out_the_same_from_every_form_in_every_form(string name)
    {
        Assert.SkipWhen(name.Length == 0, "The golden objects do not lie beside this checkout.");
        var folder = GoldenFolder()!;
        var json = ValueReader.Read(await File.ReadAllBytesAsync(Path.Combine(folder, name + ".json")));
        foreach (var extension in new[] { "json", "yaml", "pb" })
        {
            var file = Path.Combine(folder, $"{name}.{extension}");

            Assert.Equal(json, ValueReader.Read((await Convert("json", file)).Output));
            Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(folder, name + ".yaml")), (await Convert("yaml", file)).Output);
            Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(folder, name + ".pb")), (await Convert("protobuf", file)).Output);
        }
    }

    [Fact]
    public async Task Several_documents_of_several_files_come_out_in_their_order()
    {
        var yaml = Write("two.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: one}\n---\n# nothing here\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: two}\n");
        var json = Write("two.json", Pod + "\n" + Pod);

        var (code, output, _) = await Convert("yaml", yaml, json);

        Assert.Equal(0, code);
        var kinds = Encoding.UTF8.GetString(output).Split('\n').Where(line => line.StartsWith("kind:", StringComparison.Ordinal));
        Assert.Equal(["kind: Secret", "kind: ConfigMap", "kind: Pod", "kind: Pod"], kinds);
    }

    [Fact]
    public async Task Standard_input_is_read_in_the_place_of_a_dash()
    {
        var (code, output, _) = await Convert("json", Encoding.UTF8.GetBytes(Pod), "-");

        Assert.Equal(0, code);
        Assert.Equal(ValueReader.Read(Pod), ValueReader.Read(output));
    }

    [Theory]
    [InlineData("apiVersion: v1\nkind: Pod\nspec: {containers: [{nmae: x}]}\n", "strict decoding error: unknown field \"spec.containers[0].nmae\"")]
    [InlineData("""{"apiVersion":"v1","kind":"Pod","kind":"Pod"}""", "strict decoding error: duplicate field \"kind\"")]
    [InlineData("""{"apiVersion":"v1","kind":"Pod","spec":{"containers":{}}}""", "json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container")]
    [InlineData("apiVersion: example.com/v1\nkind: Widget\n", "no kind \"Widget\" is registered for version \"example.com/v1\"")]
    [InlineData("a: &x [1,1,1,1,1,1,1,1,1]\nb: &y [*x,*x,*x,*x,*x,*x,*x,*x]\nc: &z [*y,*y,*y,*y,*y,*y,*y,*y]\nd: [*z,*z,*z,*z,*z,*z,*z]\n", "document contains excessive aliasing")]
    [InlineData("", "no object in it")]
    [InlineData("just text", "Object 'Kind' is missing")]
    [InlineData("[1, 2]", "Object 'Kind' is missing")]
    [InlineData("- a\n- b\n", "Object 'Kind' is missing")]
    [InlineData("{", "unexpected end of JSON input")]
    [InlineData("{\"kind\":\"Pod\",\"apiVersion\":\"a/b/c\"}", "unexpected GroupVersion string: a/b/c")]
    [InlineData("{\"kind\":1,\"apiVersion\":[{}]}", "Object 'Kind' is missing")]
    [InlineData("k8s\0\u0001", "proto: illegal field number")]
    public async Task What_is_not_an_object_is_refused_with_its_file_and_reason(string content, string reason)
    {
        var file = Write("bad", content);

        var (code, output, errors) = await Convert("json", file);

        Assert.Equal(1, code);
        Assert.Empty(output);
        Assert.StartsWith($"{file}: ", errors, StringComparison.Ordinal);
        Assert.Contains(reason, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_wrong_one_of_several_documents_is_named()
    {
        var file = Write("bad", Pod + """{"apiVersion":"v1","kind":"Pod","nope":1}""");

        var (_, _, errors) = await Convert("json", file);

        Assert.Equal($"{file}: document 2: strict decoding error: unknown field \"nope\"", errors.Trim());
    }

    [Fact]
    public async Task Protobuf_is_refused_more_than_one_object()
    {
        var (code, output, errors) = await Convert("protobuf", Write("two", Pod + Pod));

        Assert.Equal(1, code);
        Assert.Empty(output);
        Assert.Contains("protobuf holds one object, and 2 were read", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_file_is_an_error()
    {
        var (code, _, errors) = await Convert("json", Path.Combine(_folder, "missing"));

        Assert.Equal(1, code);
        Assert.Contains("missing", errors, StringComparison.Ordinal);
    }

    private static Task<(int Code, byte[] Output, string Errors)> Convert(string form, params string[] files) => Convert(form, [], files);

    private static async Task<(int Code, byte[] Output, string Errors)> Convert(string form, byte[] input, params string[] files)
    {
        using var output = new MemoryStream();
        using var errors = new StringWriter();
        var code = await ConvertCommand.RunAsync(files, form, () => new MemoryStream(input), output, errors, CancellationToken.None);
        return (code, output.ToArray(), errors.ToString());
    }

    private string Write(string name, string content)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, content);
        return path;
    }

    private static string? GoldenFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "shared", "api-goldens");
            if (Directory.Exists(path)) return path;
        }

        return null;
    }
}
