using System.Text;
using Keelson.Api.Json;

namespace Keelson.Api.Codecs;

/// <summary>Objects as text for people: compact JSON.</summary>
internal static class ApiText
{
    public static string Of<T>(T value)
        where T : class, IApiType<T>
    {
        using var writer = new JsonWriter();
        value.WriteJson(writer);
        return Encoding.UTF8.GetString(writer.Written);
    }
}
