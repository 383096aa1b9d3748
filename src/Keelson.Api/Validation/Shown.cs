using Keelson.Api.Json;
using Keelson.Api.Values;

namespace Keelson.Api.Validation;

/// <summary>What messages show of values that are more than a text or a number.</summary>
internal static class Shown
{
    public static Value Texts(ApiList<string> texts) => ListValue.From(texts.Select(text => (Value)text));

    public static Value Text(string? text) => text is null ? Value.Null : text;

    public static Value Number(long? number) => number is { } given ? given : Value.Null;

    public static Value Map(ApiMap<string> map) => MapValue.From(map.Select(entry => KeyValuePair.Create(entry.Key, (Value)entry.Value)));

    public static Value Quantities(ApiMap<Quantity> quantities) =>
        MapValue.From(quantities.Select(entry => KeyValuePair.Create(entry.Key, (Value)entry.Value.ToString())));

    public static Value Object<T>(T? value)
        where T : class, IApiType<T>
    {
        if (value is null) return Value.Null;
        using var writer = new JsonWriter();
        value.WriteJson(writer);
        return ValueReader.Read(writer.Written);
    }

    public static Value Objects<T>(ApiList<T> values)
        where T : class, IApiType<T> => ListValue.From(values.Select(value => Object(value)));
}
