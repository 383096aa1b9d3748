using System.Text;
using Keelson.Api.Core.V1;
using Keelson.Api.Json;

namespace Keelson.Api.Tests.Documents;

/// <summary>Whatever comes in, a decoder answers with an object or with a format error, soon and in bounded space.</summary>
public sealed class DamagedDocumentTests
{
    private const int Rounds = 60;

    public static TheoryData<string> Kinds => new(Catalog.Kinds.Select(kind => kind.Kind.ToString()).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Damaged_json_is_read_or_refused(string name)
    {
        var (kind, json) = Filled(name);
        foreach (var damaged in Damage(json, name.Length)) ReadOrRefuse(() => ApiJson.Decode(damaged, kind, new DecodeReport()));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Damaged_protobuf_is_read_or_refused(string name)
    {
        var (kind, json) = Filled(name);
        var protobuf = ApiProtobuf.Encode(ApiJson.Decode(json, kind, new DecodeReport()));
        foreach (var damaged in Damage(protobuf, name.Length)) ReadOrRefuse(() => ApiProtobuf.Decode(damaged));
    }

    [Fact]
    public void Json_that_nests_too_deeply_is_refused()
    {
        var deep = Encoding.UTF8.GetBytes("""{"apiVersion":"apps/v1","kind":"ControllerRevision","data":""" + new string('[', 100_000) + new string(']', 100_000) + "}");

        Assert.Throws<ApiFormatException>(() => ApiJson.Decode(deep, new DecodeReport()));
    }

    [Fact]
    public void Envelopes_within_envelopes_are_refused_before_the_stack_ends()
    {
        var list = ApiProtobuf.Encode(new Meta.V1.List());
        for (var level = 0; level < 2_000; level++) list = ApiProtobuf.Encode(new Meta.V1.List { Items = [RawJson.Wrap(list)] });

        Assert.Throws<ApiFormatException>(() => ApiProtobuf.Decode(list));
    }

    [Fact]
    public void A_duplicate_field_is_reported_with_its_path_and_the_last_one_wins()
    {
        var report = new DecodeReport();

        var pod = (Pod)ApiJson.Decode(
            """{"kind":"Pod","apiVersion":"v1","spec":{"containers":[{"name":"a"},{"name":"b","image":"x","image":"y"}]}}"""u8, report);

        Assert.Equal(["duplicate field \"spec.containers[1].image\""], report.Findings);
        Assert.Equal("y", pod.Spec.Containers[1].Image);
    }

    [Fact]
    public void An_unknown_field_is_reported_with_its_path_and_dropped()
    {
        var report = new DecodeReport();

        ApiJson.Decode("""{"kind":"Pod","apiVersion":"v1","spec":{"containers":[{"nmae":"a"}],"Volumes":[]}}"""u8, report);

        Assert.Equal("strict decoding error: unknown field \"spec.containers[0].nmae\", unknown field \"spec.Volumes\"", report.StrictError);
    }

    [Theory]
    [InlineData("""{"kind":"Deployment","apiVersion":"apps/v1","spec":{"replicas":"three"}}""", "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32")]
    [InlineData("""{"kind":"Deployment","apiVersion":"apps/v1","spec":{"replicas":1.5}}""", "json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32")]
    [InlineData("""{"kind":"Deployment","apiVersion":"apps/v1","spec":{"paused":"no"}}""", "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.paused of type bool")]
    [InlineData("""{"kind":"Pod","apiVersion":"v1","metadata":{"labels":{"a":1}}}""", "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string")]
    [InlineData("""{"kind":"Pod","apiVersion":"v1","spec":""", "unexpected end of JSON input")]
    [InlineData("""{"kind":"Pod","apiVersion":"v1"} x""", "invalid character 'x' after top-level value")]
    [InlineData("""{"apiVersion":"v1"}""", "Object 'Kind' is missing")]
    [InlineData("""{"apiVersion":"v9","kind":"Pod"}""", "no kind \"Pod\" is registered for version \"v9\"")]
    public void A_wrong_document_is_refused_in_the_words_that_tools_know(string json, string message)
    {
        var refusal = Assert.Throws<ApiFormatException>(() => ApiJson.Decode(Encoding.UTF8.GetBytes(json), new DecodeReport()));

        Assert.Equal(message, refusal.Message);
    }

    [Fact]
    public void Text_that_is_no_utf8_is_refused()
    {
        byte[] json = [.. """{"kind":"Pod","apiVersion":"v1","metadata":{"name":" """u8, 0xff, 0xfe, .. "\"}}"u8];

        Assert.Throws<ApiFormatException>(() => ApiJson.Decode(json, new DecodeReport()));
    }

    private static void ReadOrRefuse(Action read)
    {
        try
        {
            read();
        }
        catch (ApiFormatException)
        {
            // Refused: what a damaged document deserves.
        }
    }

    private static IEnumerable<byte[]> Damage(byte[] document, int seed)
    {
        var chance = new Random(seed);
        for (var round = 0; round < Rounds; round++)
        {
            var damaged = (byte[])document.Clone();
            for (var hits = chance.Next(1, 5); hits > 0; hits--) damaged[chance.Next(damaged.Length)] = (byte)chance.Next(256);
            yield return chance.Next(4) == 0 ? damaged[..chance.Next(damaged.Length)] : damaged;
        }
    }

    private static (KindInfo Kind, byte[] Json) Filled(string name)
    {
        var kind = Catalog.Kinds.Single(candidate => candidate.Kind.ToString() == name);
        return (kind, SchemaFiller.Document(kind));
    }
}
