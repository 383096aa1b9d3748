using Keelson.Api.Values;
using Keelson.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Tokens;

/// <summary>What others need to verify the tokens of service accounts: who issues them, and the public key.</summary>
internal sealed class IssuerPages(ServiceAccountKey key) : IPage
{
    private const string KeysPath = "/openid/v1/jwks";
    private const string DiscoveryPath = "/.well-known/openid-configuration";

    public async ValueTask<bool> TryAnswerAsync(HttpContext http, RequestInfo info)
    {
        if (info.Path == KeysPath)
        {
            await Answers.BytesAsync(http, 200, "application/jwk-set+json", ValueWriter.WriteBytes(Keys())).ConfigureAwait(false);
            return true;
        }

        if (info.Path != DiscoveryPath) return false;
        await Answers.BytesAsync(http, 200, MediaTypes.Json, ValueWriter.WriteBytes(Discovery())).ConfigureAwait(false);
        return true;
    }

    private MapValue Keys()
    {
        var (x, y) = key.PublicPoint();
        return MapValue.Of(("keys", ListValue.From([MapValue.Of(("use", "sig"), ("kty", "EC"), ("kid", key.Id), ("crv", "P-256"), ("alg", "ES256"), ("x", x), ("y", y))])));
    }

    private static MapValue Discovery() => MapValue.Of(
        ("issuer", ServiceAccountTokens.Issuer),
        ("jwks_uri", ServiceAccountTokens.Issuer + KeysPath),
        ("response_types_supported", ListValue.From(["id_token"])),
        ("subject_types_supported", ListValue.From(["public"])),
        ("id_token_signing_alg_values_supported", ListValue.From(["ES256"])));
}
