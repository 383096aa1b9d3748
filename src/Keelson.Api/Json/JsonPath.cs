using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Keelson.Api.Json;

/// <summary>Finds the path of a place in a JSON document, such as spec.containers[0].name.</summary>
/// <remarks>Decoders keep no path while they work; the rare document with a finding is read again up to it.</remarks>
internal static class JsonPath
{
    public static string At(ReadOnlySpan<byte> document, long offset, int maxDepth)
    {
        var reader = new Utf8JsonReader(document, new JsonReaderOptions { MaxDepth = maxDepth });
        // One step for each open container: the name of the property that is being read, or the element's index.
        var steps = new List<(string? Name, int Index)>();
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
            {
                steps.RemoveAt(steps.Count - 1);
                continue;
            }

            if (reader.TokenType == JsonTokenType.PropertyName) steps[^1] = (reader.GetString(), 0);
            else if (steps.Count > 0 && steps[^1].Name is null) steps[^1] = (null, steps[^1].Index + 1);
            if (reader.TokenStartIndex >= offset) break;
            if (reader.TokenType == JsonTokenType.StartObject) steps.Add(("", 0));
            if (reader.TokenType == JsonTokenType.StartArray) steps.Add((null, -1));
        }

        return Join(steps);
    }

    private static string Join(List<(string? Name, int Index)> steps)
    {
        var path = new StringBuilder();
        foreach (var (name, index) in steps)
        {
            if (name is null) path.Append(CultureInfo.InvariantCulture, $"[{index}]");
            else path.Append(path.Length == 0 ? "" : ".").Append(name);
        }

        return path.ToString();
    }
}
