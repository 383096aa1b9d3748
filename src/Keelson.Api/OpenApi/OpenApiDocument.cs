using System.Security.Cryptography;

namespace Keelson.Api.OpenApi;

/// <summary>A document as it is sent, with the hash that clients keep it by.</summary>
public sealed record OpenApiDocument(ReadOnlyMemory<byte> Content, string Hash)
{
    /// <summary>The hash as HTTP has it in ETag and If-None-Match.</summary>
    public string EntityTag => $"\"{Hash}\"";

    /// <summary>A document with the hash of its content.</summary>
    public static OpenApiDocument Of(byte[] content) => new(content, Convert.ToHexString(SHA512.HashData(content)));
}
