using Keelson.Api.Json;
using Keelson.Api.Protobuf;

namespace Keelson.Api.Codecs;

/// <summary>How one kind of value is read and written; generated code puts these together at compile time.</summary>
internal interface IValueCodec<T>
{
    /// <summary>The zero value.</summary>
    static virtual T Zero => default!;

    /// <summary>Reads the value at which the reader stands; null is the zero value.</summary>
    static abstract T ReadJson(ref JsonReader reader);

    static abstract void WriteJson(JsonWriter writer, T value);

    /// <summary>Reads the value whose tag was just read.</summary>
    static abstract T ReadProtobuf(ref ProtoReader reader);

    /// <summary>Writes tag and value, in front of what was written before.</summary>
    static abstract void WriteProtobuf(ProtoWriter writer, int number, T value);
}
