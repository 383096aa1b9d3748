using Keelson.Api.Json;

namespace Keelson.Api;

/// <summary>Reads an object of one version as another one with the same fields.</summary>
internal static class SameShape
{
    public static TTo As<TFrom, TTo>(TFrom value)
        where TFrom : class, IApiType<TFrom>
        where TTo : class, IApiType<TTo>
    {
        using var writer = new JsonWriter();
        value.WriteJson(writer);
        return ApiJson.Decode<TTo>(writer.Written);
    }
}
