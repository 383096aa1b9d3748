using System.Text;
using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Values;
using Keelson.Node.Runtime;
using Keelson.Node.Runtime.Images;

namespace Keelson.Node.Kubelet.Images;

/// <summary>Finds in a secret who may pull an image.</summary>
internal static class PullSecrets
{
    public static IEnumerable<RegistryCredential> Read(Secret secret, string image)
    {
        var isLegacy = secret.Type == "kubernetes.io/dockercfg";
        if (!secret.Data.TryGetValue(isLegacy ? ".dockercfg" : ".dockerconfigjson", out var data)) return [];
        Value document;
        try
        {
            document = ValueReader.Read(data.Span);
        }
        catch (JsonFormatException)
        {
            return [];
        }

        var name = ImageName.Parse(image);
        var entries = (isLegacy ? document : document["auths"]) as MapValue ?? MapValue.Empty;
        return [.. entries.Where(entry => Matches(entry.Key, name)).OrderByDescending(entry => entry.Key.Length).Select(entry => Credential(entry.Value))];
    }

    private static bool Matches(string key, ImageName name)
    {
        var host = key;
        foreach (var scheme in (string[])["https://", "http://"])
        {
            if (host.StartsWith(scheme, StringComparison.Ordinal)) host = host[scheme.Length..];
        }

        host = host.TrimEnd('/');
        if (host.EndsWith("/v1", StringComparison.Ordinal) || host.EndsWith("/v2", StringComparison.Ordinal)) host = host[..^3];
        if (host is "index.docker.io" or "registry-1.docker.io") host = "docker.io";
        var whole = $"{name.Registry}/{name.Repository}";
        return host == name.Registry || whole == host || whole.StartsWith(host + "/", StringComparison.Ordinal);
    }

    // Without the address of its server: a runtime would not give it to a mirror that stands in for that one.
    private static RegistryCredential Credential(Value entry)
    {
        var user = entry["username"]?.AsText() ?? "";
        var password = entry["password"]?.AsText() ?? "";
        var auth = entry["auth"]?.AsText() ?? "";
        if (user.Length == 0 && auth.Length > 0 && Bytes.TryFromBase64(auth, out var decoded))
        {
            var text = Encoding.UTF8.GetString(decoded.Span);
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            if (colon >= 0) (user, password) = (text[..colon], text[(colon + 1)..].TrimEnd('\0'));
        }

        return new RegistryCredential { UserName = user, Password = password, IdentityToken = entry["identitytoken"]?.AsText() ?? "" };
    }
}
