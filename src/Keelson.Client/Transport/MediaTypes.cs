using System.Net.Http.Headers;

namespace Keelson.Client.Transport;

internal static class MediaTypes
{
    public const string Json = "application/json";
    public const string Protobuf = "application/vnd.kubernetes.protobuf";

    public static bool IsProtobuf(HttpContentHeaders headers) =>
        headers.ContentType?.MediaType?.StartsWith(Protobuf, StringComparison.OrdinalIgnoreCase) == true;
}
