using Keelson.Api;
using Keelson.Api.Json;
using Keelson.Api.Meta.V1;

namespace Keelson.Client.Resources;

/// <summary>How objects are read and written, and where what every object has stands in them: declared types, values, metadata.</summary>
internal abstract class ObjectForm<T>
    where T : class
{
    /// <summary>A report that is full already: unknown fields cost nothing, as nobody asks for them.</summary>
    protected static readonly DecodeReport Unasked = Full();

    public abstract bool SpeaksProtobuf { get; }

    /// <summary>What the Accept header asks for beyond the encoding.</summary>
    public virtual string AcceptObject => "";

    public virtual string AcceptList => "";

    public abstract T Decode(ReadOnlySpan<byte> body, bool isProtobuf);

    public abstract ObjectList<T> DecodeList(ReadOnlySpan<byte> body, bool isProtobuf);

    public abstract byte[] Encode(T value, ApiResource resource, bool isProtobuf);

    public abstract string Name(T value);

    public abstract string Namespace(T value);

    public abstract string Uid(T value);

    public abstract string ResourceVersion(T value);

    public abstract string? Annotation(T value, string name);

    public abstract string? Label(T value, string name);

    public abstract ApiList<OwnerReference> Owners(T value);

    public abstract T WithoutManagedFields(T value);

    public ObjectKey Key(T value) => new(Namespace(value), Name(value));

    private static DecodeReport Full()
    {
        var report = new DecodeReport();
        for (var i = 0; i < DecodeReport.Limit; i++) report.Add("");
        return report;
    }
}
