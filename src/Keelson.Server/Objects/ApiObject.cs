using Keelson.Api;
using Keelson.Api.Meta.V1;
using Keelson.Api.Values;

namespace Keelson.Server.Objects;

/// <summary>An object of any kind, built in or custom, in whichever form a step of the pipeline needs. Immutable.</summary>
/// <remarks>One form is the master; the others are made from it when first asked for. Two threads that both make one lose only the work.</remarks>
public abstract class ApiObject
{
    private byte[]? _json;
    private MapValue? _value;

    public abstract ObjectMeta Metadata { get; }

    public abstract string ApiVersion { get; }

    public abstract string Kind { get; }

    /// <summary>The record of a declared kind; null for a custom resource.</summary>
    public virtual IResource? Typed => null;

    /// <summary>The same object with other metadata.</summary>
    public abstract ApiObject With(ObjectMeta metadata);

    /// <summary>The object without a schema: what patches and field ownership work on.</summary>
    public MapValue ToValue() => _value ??= MakeValue();

    /// <summary>The object as compact JSON. Nobody writes to the bytes.</summary>
    public ReadOnlyMemory<byte> ToJson() => _json ??= MakeJson();

    /// <summary>The same object, which need not be encoded again: these bytes say just what it says.</summary>
    internal ApiObject Knowing(byte[] json)
    {
        _json ??= json;
        return this;
    }

    private protected abstract MapValue MakeValue();

    private protected abstract byte[] MakeJson();

    public override string ToString() => ToValue().ToString();
}
