using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Keelson.Api.Json;

/// <summary>Finds the path of a place in a JSON document, such as spec.containers[0].name.</summary>
/// <remarks>Decoders keep no path while they work; the rare document with a finding is read again up to it.</remarks>
internal static class JsonPath
{
    /// <param name="withIndexes">Whether elements of lists are told apart; Go's type errors don't.</param>
    public static string At(ReadOnlySpan<byte> document, long offset, bool withIndexes)
    {
        var reader = new Utf8JsonReader(document, new JsonReaderOptions { MaxDepth = JsonReader.MaxDepth });
        // One step for each open container: the name of the property that is being read, or the element's index.
        var steps = new List<(string? Name, int Index)>();
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
            {
                steps.RemoveAt(steps.Count - 1);
                continue;
            }

            if (reader.TokenType == JsonTokenType.PropertyName) steps[^1] = (Name(ref reader), 0);
            else if (steps.Count > 0 && steps[^1].Name is null) steps[^1] = (null, steps[^1].Index + 1);
            if (reader.TokenStartIndex >= offset) break;
            if (reader.TokenType == JsonTokenType.StartObject) steps.Add(("", 0));
            if (reader.TokenType == JsonTokenType.StartArray) steps.Add((null, -1));
        }

        return Join(steps, withIndexes);
    }

    // What is not UTF-8 is refused where its value matters; a path only shows it.
    private static string Name(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return "\ufffd";
        }
    }

    private static string Join(List<(string? Name, int Index)> steps, bool withIndexes)
    {
        var path = new StringBuilder();
        foreach (var (name, index) in steps)
        {
            if (name is null && !withIndexes) continue;
            if (name is null) path.Append(CultureInfo.InvariantCulture, $"[{index}]");
            else path.Append(path.Length == 0 ? "" : ".").Append(name);
        }

        return path.ToString();
    }
}
