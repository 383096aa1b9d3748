using System.Buffers.Text;
using System.Text;
using Keelson.Api.Values;

namespace Keelson.Node.Kubelet.Volumes;

/// <summary>Reads from a token itself how long it is still good to be given to a pod.</summary>
internal static class TokenTimes
{
    /// <summary>A token is renewed when so much of its time has passed.</summary>
    private const double UsedShare = 0.8;
    private static readonly TimeSpan LongestUse = TimeSpan.FromDays(1);

    /// <summary>Whether the token may stay; one that cannot be read may not.</summary>
    public static bool IsFresh(ReadOnlySpan<byte> token, DateTimeOffset now)
    {
        if (Claims(token) is not { } claims || Moment(claims["iat"]) is not { } issued || Moment(claims["exp"]) is not { } expires || expires <= issued) return false;
        var age = now - issued;
        return age < (expires - issued) * UsedShare && age < LongestUse;
    }

    private static Value? Claims(ReadOnlySpan<byte> token)
    {
        var parts = Encoding.ASCII.GetString(token).Split('.');
        if (parts.Length != 3 || !Base64Url.IsValid(parts[1])) return null;
        try
        {
            return ValueReader.Read(Base64Url.DecodeFromChars(parts[1]));
        }
        catch (JsonFormatException)
        {
            return null;
        }
    }

    private static DateTimeOffset? Moment(Value? value) => value?.AsInteger() is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
}
