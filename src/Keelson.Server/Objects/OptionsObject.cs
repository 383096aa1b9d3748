using Keelson.Api;
using Keelson.Api.Meta.V1;
using Keelson.Api.Values;

namespace Keelson.Server.Objects;

/// <summary>What is asked of a connection, such as which command to run: a kind without metadata, of which nothing is stored.</summary>
internal sealed class OptionsObject(IKind options) : ApiObject
{
    public IKind Options => options;

    public override ObjectMeta Metadata => ObjectMeta.Empty;

    public override string ApiVersion => options.ApiVersion;

    public override string Kind => options.Kind;

    public override ApiObject With(ObjectMeta metadata) => this;

    private protected override MapValue MakeValue() => (MapValue)ValueReader.Read(ToJson().Span, ObjectLimits.Trusted);

    private protected override byte[] MakeJson() => ApiJson.Encode(options);
}
