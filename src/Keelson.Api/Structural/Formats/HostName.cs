using System.Text;
using Keelson.Api.Structural.Patterns;

namespace Keelson.Api.Structural.Formats;

/// <summary>Checks the names of hosts, in which letters and symbols of any script may be.</summary>
internal static class HostName
{
    private const int MaximumBytes = 255;
    private const int MaximumLabelBytes = 63;

    private const string Letter = @"[a-zA-Z0-9\p{S}\p{L}]";

    private static readonly Lazy<Pattern> Form = new(() =>
        Pattern.TryGet($@"^({Letter}(-?{Letter}{{0,62}})?|({Letter}([-a-zA-Z0-9\p{{S}}\p{{L}}]{{0,61}}{Letter})?\.)+[a-zA-Z\p{{L}}]{{2,63}})$", out var form, out var error)
            ? form
            : throw new InvalidOperationException(error));

    public static bool IsValid(string text)
    {
        if (text.Length > MaximumBytes || Encoding.UTF8.GetByteCount(text) > MaximumBytes) return false;
        foreach (var range in text.AsSpan().Split('.'))
        {
            if (Encoding.UTF8.GetByteCount(text.AsSpan()[range]) > MaximumLabelBytes) return false;
        }

        return Form.Value.Find(text) == PatternResult.Matches;
    }
}
