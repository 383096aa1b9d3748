using Keelson.Api.Values;

namespace Keelson.Client.Configuration;

/// <summary>Makes one configuration of a cluster, a user and a context.</summary>
internal static class KubeconfigResolution
{
    public static ClientConfiguration Resolve(KubeconfigEntry cluster, KubeconfigEntry? user, KubeconfigEntry context)
    {
        var skip = cluster.Flag("insecure-skip-tls-verify");
        var authority = cluster.Pem("certificate-authority");
        if (skip && authority is not null) throw cluster.Wrong("specifying a root certificates file with the insecure flag is not allowed");
        var configuration = new ClientConfiguration
        {
            Server = Address(cluster, "server") ?? throw cluster.Wrong("has no server"),
            Namespace = context.Text("namespace") ?? "default",
            CertificateAuthority = authority,
            SkipTlsVerify = skip,
            TlsServerName = cluster.Text("tls-server-name"),
            Proxy = Address(cluster, "proxy-url"),
        };
        return user is null ? configuration : WithUser(configuration, user);
    }

    private static ClientConfiguration WithUser(ClientConfiguration configuration, KubeconfigEntry user)
    {
        var certificate = user.Pem("client-certificate");
        var key = user.Pem("client-key");
        if (certificate is null != key is null) throw user.Wrong("client-certificate and client-key must be given together");
        if (user.Map("auth-provider") is not null) throw user.Wrong("auth-provider is not supported, nor is it by kubectl since 1.26: use exec");
        var token = user.Text("token");
        var result = configuration with
        {
            ClientCertificate = certificate,
            ClientKey = key,
            TokenFile = user.FilePath("tokenFile"),
            Token = token,
            Username = user.Text("username"),
            Password = user.Text("password"),
            Exec = Exec(user),
            Impersonate = Impersonate(user),
        };
        if (result.Username is not null && (token ?? result.TokenFile) is not null) throw user.Wrong("more than one authentication method found; only one of token and username is allowed");
        if (result.Exec is not null && result.Username is not null) throw user.Wrong("exec and username cannot be used together");
        return result;
    }

    private static Uri? Address(KubeconfigEntry entry, string field)
    {
        if (entry.Text(field) is not { } text) return null;
        // kubectl takes an address without scheme for http.
        if (!text.Contains("://", StringComparison.Ordinal)) text = "http://" + text;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https" or "socks5"))
        {
            throw entry.Wrong($"{field} \"{text}\" is no address");
        }

        return address;
    }

    private static ExecConfiguration? Exec(KubeconfigEntry user)
    {
        if (user.Map("exec") is not { } map) return null;
        var exec = new KubeconfigEntry($"{user.Source}: exec", map, user.Folder);
        var command = exec.Text("command") ?? throw exec.Wrong("has no command");
        var version = exec.Text("apiVersion") ?? throw exec.Wrong("has no apiVersion");
        if (version is not ("client.authentication.k8s.io/v1" or "client.authentication.k8s.io/v1beta1")) throw exec.Wrong($"apiVersion {version} is not supported");
        var mode = exec.Text("interactiveMode");
        if (mode is null && version == "client.authentication.k8s.io/v1") throw exec.Wrong("interactiveMode must be specified");
        if (mode is not (null or "Never" or "IfAvailable" or "Always")) throw exec.Wrong($"interactiveMode \"{mode}\" is not known");
        if (mode == "Always") throw exec.Wrong("interactiveMode is Always, and there is nobody to ask");
        var environment = new Dictionary<string, string>();
        foreach (var item in (ListValue?)exec.Body["env"]?.AsList() ?? ListValue.Empty)
        {
            var name = item.AsMap()?["name"]?.AsText() ?? throw exec.Wrong("an entry of env has no name");
            environment[name] = item.AsMap()!["value"]?.AsText() ?? "";
        }

        return new ExecConfiguration(command.Contains('/', StringComparison.Ordinal) ? Path.Combine(user.Folder, command) : command)
        {
            Arguments = exec.Texts("args"),
            Environment = environment,
            ApiVersion = version,
            InstallHint = exec.Text("installHint") ?? "",
            ProvideClusterInfo = exec.Flag("provideClusterInfo"),
        };
    }

    private static Impersonation? Impersonate(KubeconfigEntry user)
    {
        var extra = user.Map("as-user-extra");
        var groups = user.Texts("as-groups");
        if (user.Text("as") is not { } name)
        {
            return extra is null && groups.Count == 0 && user.Text("as-uid") is null
                ? null
                : throw user.Wrong("requesting uid, groups or user-extra without impersonating a user is not allowed");
        }

        var more = new Dictionary<string, IReadOnlyList<string>>();
        foreach (var (key, value) in extra ?? MapValue.Empty)
        {
            more[key] = [.. (value.AsList() ?? throw user.Wrong("as-user-extra holds what is no list")).Select(item => item.AsText() ?? throw user.Wrong("as-user-extra holds what is no text"))];
        }

        return new Impersonation(name) { Uid = user.Text("as-uid") ?? "", Groups = groups, Extra = more };
    }
}
