using Keelson.Api;
using Keelson.Api.Json;
using Keelson.Api.Values;

namespace Keelson.Server.Converting;

/// <summary>The annotations in which an autoscaler of the older version carries what it has no fields for.</summary>
internal static class AutoscalerAnnotations
{
    public const string Metrics = "autoscaling.alpha.kubernetes.io/metrics";
    public const string CurrentMetrics = "autoscaling.alpha.kubernetes.io/current-metrics";
    public const string Conditions = "autoscaling.alpha.kubernetes.io/conditions";
    public const string Behavior = "autoscaling.alpha.kubernetes.io/behavior";

    /// <summary>How long an annotation may be that is read; default 256 KiB, as long as all of an object's may be.</summary>
    private const int MaxLength = 256 * 1024;

    public static bool IsOne(string name) => name is Metrics or CurrentMetrics or Conditions or Behavior;

    public static string WriteList<T>(IEnumerable<T> items)
        where T : class, IApiType<T>
    {
        using var writer = new JsonWriter();
        writer.BeginList();
        foreach (var item in items) item.WriteJson(writer);
        writer.EndList();
        return System.Text.Encoding.UTF8.GetString(writer.Written);
    }

    /// <summary>The items of a list; none where there is no such annotation, or it is no such list.</summary>
    public static ApiList<T> ReadList<T>(ApiMap<string> annotations, string name)
        where T : class, IApiType<T>
    {
        if (Parse(annotations, name) is not ListValue list) return default;
        try
        {
            return list.Select(item => ApiJson.Decode<T>(ValueWriter.WriteBytes(item), new DecodeReport())).ToApiList();
        }
        catch (ApiFormatException)
        {
            return default;
        }
    }

    /// <summary>An object under the names that its fields have in Go, as upstream writes the behavior.</summary>
    public static string WriteWithGoNames<T>(T value)
        where T : class, IApiType<T>
    {
        using var writer = new JsonWriter();
        value.WriteJson(writer);
        return Renamed(ValueReader.Read(writer.Written), char.ToUpperInvariant).ToString()!;
    }

    public static T? ReadWithGoNames<T>(ApiMap<string> annotations, string name)
        where T : class, IApiType<T>
    {
        if (Parse(annotations, name) is not MapValue map) return null;
        try
        {
            return ApiJson.Decode<T>(ValueWriter.WriteBytes(Renamed(map, char.ToLowerInvariant)), new DecodeReport());
        }
        catch (ApiFormatException)
        {
            return null;
        }
    }

    private static Value? Parse(ApiMap<string> annotations, string name)
    {
        if (!annotations.TryGetValue(name, out var text) || text.Length > MaxLength) return null;
        try
        {
            return ValueReader.Read(text);
        }
        catch (Exception broken) when (broken is JsonFormatException or ValueDepthException or ApiFormatException)
        {
            return null;
        }
    }

    // The reader has bounded the depth.
    private static Value Renamed(Value value, Func<char, char> first) => value switch
    {
        MapValue map => MapValue.From(((IEnumerable<KeyValuePair<string, Value>>)map)
            .Where(pair => pair.Key.Length > 0)
            .DistinctBy(pair => first(pair.Key[0]) + pair.Key[1..])
            .Select(pair => KeyValuePair.Create(first(pair.Key[0]) + pair.Key[1..], Renamed(pair.Value, first)))),
        ListValue list => ListValue.From(list.Select(item => Renamed(item, first))),
        _ => value,
    };
}
