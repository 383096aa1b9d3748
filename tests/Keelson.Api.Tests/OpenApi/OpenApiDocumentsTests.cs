using System.Security.Cryptography;
using System.Text;
using Keelson.Api.OpenApi;
using Keelson.Api.Serving;

namespace Keelson.Api.Tests.OpenApi;

public sealed class OpenApiDocumentsTests
{
    [Fact]
    public void The_index_names_each_document_with_the_hash_of_its_bytes()
    {
        var paths = BuiltIn.Parse(BuiltIn.Documents.Index())["paths"]!.AsObject();
        Assert.Equal(BuiltIn.Documents.Paths, paths.Select(path => path.Key));
        Assert.Superset(new HashSet<string> { "api", "apis", "version", "api/v1", "apis/apps", "apis/apps/v1", "apis/autoscaling/v1", "apis/autoscaling/v2" }, paths.Select(path => path.Key).ToHashSet());
        foreach (var (path, entry) in paths)
        {
            var document = BuiltIn.Documents.Find(path)!;
            Assert.Equal(Convert.ToHexString(SHA512.HashData(document.Content.Span)), document.Hash);
            Assert.Equal($"/openapi/v3/{path}?hash={document.Hash}", entry!["serverRelativeURL"]!.GetValue<string>());
            Assert.Equal($"\"{document.Hash}\"", document.EntityTag);
        }
    }

    [Fact]
    public void Documents_made_again_have_the_same_bytes()
    {
        var again = new OpenApiDocuments(ServedResource.BuiltIn(), "v1.36.0");
        foreach (var path in BuiltIn.Documents.Paths) Assert.Equal(BuiltIn.Documents.Find(path)!.Hash, again.Find(path)!.Hash);
        Assert.Equal(BuiltIn.Documents.Version2().Hash, again.Version2().Hash);
        Assert.Equal(BuiltIn.Documents.Version2Protobuf().Hash, again.Version2Protobuf().Hash);
    }

    [Fact]
    public void What_is_not_served_has_no_document()
    {
        Assert.Null(BuiltIn.Documents.Find("apis/apps/v1beta1"));
        Assert.Null(BuiltIn.Documents.FindHash("apis/nothing.example"));
        Assert.Null(BuiltIn.Documents.Find(""));
    }

    [Fact]
    public void A_document_says_which_version_it_is_of_and_how_to_authenticate()
    {
        var document = BuiltIn.Version3("apis/apps/v1");
        Assert.Equal("3.0.0", document["openapi"]!.GetValue<string>());
        Assert.Equal("""{"title":"Kubernetes","version":"v1.36.0"}""", document["info"]!.ToJsonString());
        Assert.Equal("apiKey", document["components"]!["securitySchemes"]!["BearerToken"]!["type"]!.GetValue<string>());
        Assert.Equal("2.0", BuiltIn.Version2["swagger"]!.GetValue<string>());
        Assert.Equal("""[{"BearerToken":[]}]""", BuiltIn.Version2["security"]!.ToJsonString());
    }

    [Fact]
    public void The_protobuf_form_has_each_field_under_its_number()
    {
        const string Json = """
            {"swagger":"2.0","info":{"title":"K","version":"v"},
             "paths":{"/a":{"get":{"operationId":"g","tags":["t"],"x-kubernetes-action":"get","responses":{"200":{"description":"OK"}}}}},
             "definitions":{"D":{"type":"object","required":["r"],"properties":{"r":{"$ref":"#/definitions/E"}},"x-y":[1]}}}
            """;
        byte[] expected =
        [
            .. Field(1, "2.0"u8), .. Field(2, [.. Field(1, "K"u8), .. Field(2, "v"u8)]),
            .. Field(8, Field(2, [.. Field(1, "/a"u8), .. Field(2, Field(2,
            [
                .. Field(1, "t"u8), .. Field(5, "g"u8),
                .. Field(9, Field(1, [.. Field(1, "200"u8), .. Field(2, Field(1, Field(1, "OK"u8)))])),
                .. Field(13, [.. Field(1, "x-kubernetes-action"u8), .. Field(2, Field(2, "\"get\"\n"u8))]),
            ]))])),
            .. Field(9, Field(1, [.. Field(1, "D"u8), .. Field(2,
            [
                .. Tagged(19, "r"u8), .. Tagged(22, Field(1, "object"u8)),
                .. Tagged(25, Field(1, [.. Field(1, "r"u8), .. Field(2, Field(1, "#/definitions/E"u8))])),
                .. Tagged(31, [.. Field(1, "x-y"u8), .. Field(2, Field(2, "[1]\n"u8))]),
            ])])),
        ];
        Assert.Equal(Convert.ToHexString(expected), Convert.ToHexString(SwaggerProtobuf.Convert(Encoding.UTF8.GetBytes(Json))));

        static byte[] Field(int number, ReadOnlySpan<byte> content) => [(byte)((number << 3) | 2), (byte)content.Length, .. content];
        static byte[] Tagged(int number, ReadOnlySpan<byte> content) => [(byte)(((number << 3) | 2) & 0x7f | 0x80), (byte)(number >> 4), (byte)content.Length, .. content];
    }
}
