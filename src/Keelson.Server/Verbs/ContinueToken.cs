using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Keelson.Server.Http;

namespace Keelson.Server.Verbs;

/// <summary>Where the next page of a list begins, and at which version; opaque to clients.</summary>
/// <param name="Revision">The version of all pages, or -1 for whatever there is.</param>
/// <param name="Start">The last key of the page before.</param>
internal readonly record struct ContinueToken(long Revision, string Start)
{
    public const long Inconsistent = -1;

    /// <summary>The longest token that is read; keys are far shorter.</summary>
    private const int MaxLength = 4096;

    public override string ToString() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(
        JsonSerializer.Serialize(new Dictionary<string, object> { ["v"] = "meta.k8s.io/v1", ["rv"] = Revision, ["start"] = Start })));

    public static ContinueToken Parse(string token)
    {
        try
        {
            if (token.Length > MaxLength) throw new FormatException("too long");
            using var json = JsonDocument.Parse(Base64Url.DecodeFromChars(token.TrimEnd('=')));
            if (json.RootElement.GetProperty("v").GetString() != "meta.k8s.io/v1") throw new FormatException("unknown version");
            var start = json.RootElement.GetProperty("start").GetString();
            return string.IsNullOrEmpty(start) ? throw new FormatException("no start") : new ContinueToken(json.RootElement.GetProperty("rv").GetInt64(), start);
        }
        catch (Exception broken) when (broken is FormatException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw Failures.BadRequest("continue key is not valid: " + broken.Message, broken);
        }
    }
}
