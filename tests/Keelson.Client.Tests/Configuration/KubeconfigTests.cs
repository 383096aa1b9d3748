using System.Text;
using Keelson.Client.Configuration;

namespace Keelson.Client.Tests.Configuration;

public sealed class KubeconfigTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("keelson-client-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Everything_that_a_context_names_comes_together()
    {
        var configuration = Parse("""
            apiVersion: v1
            kind: Config
            current-context: main
            contexts:
            - {name: main, context: {cluster: c, user: u, namespace: team}}
            clusters:
            - name: c
              cluster:
                server: https://10.0.0.1:6443
                certificate-authority: ca.crt
                tls-server-name: kubernetes
                proxy-url: socks5://127.0.0.1:1080
            users:
            - name: u
              user:
                client-certificate-data: aGVsbG8=
                client-key: keys/client.key
                token: secret
                as: jane
                as-uid: "7"
                as-groups: [a, b]
                as-user-extra: {scope: [one, two]}
            """).Resolve();
        Assert.Equal(("https://10.0.0.1:6443/", "team", "kubernetes"), (configuration.Server.ToString(), configuration.Namespace, configuration.TlsServerName));
        Assert.Equal((Path.Combine(_folder, "ca.crt"), "hello", Path.Combine(_folder, "keys/client.key")),
            (configuration.CertificateAuthority?.File, configuration.ClientCertificate?.Text, configuration.ClientKey?.File));
        Assert.Equal("socks5", configuration.Proxy?.Scheme);
        Assert.Equal(("secret", "jane", "7"), (configuration.Token, configuration.Impersonate?.User, configuration.Impersonate?.Uid));
        Assert.Equal(["a", "b"], configuration.Impersonate!.Groups);
        Assert.Equal(["one", "two"], configuration.Impersonate.Extra["scope"]);
        Assert.DoesNotContain("secret", configuration.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a: [", "yaml")]
    [InlineData("[]", "not a kubeconfig")]
    [InlineData("kind: Pod", "no kubeconfig")]
    [InlineData("{}", "there is no context")]
    [InlineData("contexts: [{name: a}]", "no context is current; there are a")]
    [InlineData("current-context: a", "context \"a\" does not exist")]
    [InlineData("{current-context: a, contexts: [{name: a, context: {cluster: c}}]}", "cluster \"c\" does not exist")]
    [InlineData("{current-context: a, contexts: [{name: a, context: {cluster: c, user: u}}], clusters: [{name: c, cluster: {server: 'https://x'}}]}", "user \"u\" does not exist")]
    [InlineData("{current-context: a, contexts: [{name: a, context: {cluster: c}}], clusters: [{name: c, cluster: {}}]}", "has no server")]
    [InlineData("{current-context: a, contexts: [{name: a, context: {cluster: c}}], clusters: [{name: c, cluster: {server: 'ftp://x'}}]}", "is no address")]
    [InlineData("{current-context: a, contexts: [{name: a, context: {cluster: c}}], clusters: [{name: c, cluster: {server: 'https://x', certificate-authority-data: '!'}}]}", "is not base64")]
    [InlineData("{current-context: a, contexts: [{name: a, context: {cluster: c}}], clusters: [{name: c, cluster: {server: [1]}}]}", "server is no text")]
    [InlineData("{clusters: [{cluster: {}}]}", "has no name")]
    [InlineData("{clusters: 7}", "is no list")]
    [InlineData("{users: [{name: a}, {name: a}]}", "duplicate name \"a\" in users")]
    public void What_is_wrong_is_named(string text, string expected)
    {
        var failure = Assert.Throws<ConfigurationException>(() => Parse(text).Resolve());
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{client-certificate: a}", "must be given together")]
    [InlineData("{token: a, username: b}", "more than one authentication method")]
    [InlineData("{as-groups: [a]}", "without impersonating a user")]
    [InlineData("{auth-provider: {name: gcp}}", "auth-provider is not supported")]
    [InlineData("{exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never}}", "has no command")]
    [InlineData("{exec: {command: a, apiVersion: client.authentication.k8s.io/v1}}", "interactiveMode must be specified")]
    [InlineData("{exec: {command: a, apiVersion: client.authentication.k8s.io/v1alpha1, interactiveMode: Never}}", "is not supported")]
    [InlineData("{exec: {command: a, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Always}}", "nobody to ask")]
    public void A_user_that_makes_no_sense_is_refused(string user, string expected)
    {
        var failure = Assert.Throws<ConfigurationException>(() => Parse(
            $"{{current-context: a, contexts: [{{name: a, context: {{cluster: c, user: u}}}}], clusters: [{{name: c, cluster: {{server: 'https://x'}}}}], users: [{{name: u, user: {user}}}]}}").Resolve());
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_several_files_the_first_that_says_something_counts()
    {
        File.WriteAllText(Path.Combine(_folder, "one"), "{current-context: b, contexts: [{name: a, context: {cluster: c, namespace: first}}]}");
        File.WriteAllText(Path.Combine(_folder, "two"), """
            {current-context: a, contexts: [{name: a, context: {cluster: c, namespace: second}}, {name: b, context: {cluster: c, namespace: third}}],
             clusters: [{name: c, cluster: {server: 'https://x', certificate-authority: ca}}]}
            """);
        var variables = new Dictionary<string, string?> { ["KUBECONFIG"] = string.Join(Path.PathSeparator, Path.Combine(_folder, "none"), Path.Combine(_folder, "one"), Path.Combine(_folder, "two")) };
        var loader = new ConfigurationLoader { Environment = variables.GetValueOrDefault };
        Assert.Equal("third", loader.Load().Namespace);
        Assert.Equal("first", new ConfigurationLoader { Environment = variables.GetValueOrDefault, Context = "a" }.Load().Namespace);
        Assert.Equal(Path.Combine(_folder, "ca"), loader.Load().CertificateAuthority?.File);
        Assert.Throws<ConfigurationException>(() => new ConfigurationLoader { Path = Path.Combine(_folder, "none") }.Load());
    }

    [Fact]
    public void A_pod_finds_its_own_cluster()
    {
        var variables = new Dictionary<string, string?> { ["HOME"] = _folder, ["KUBERNETES_SERVICE_HOST"] = "fd00::1", ["KUBERNETES_SERVICE_PORT"] = "443" };
        var loader = new ConfigurationLoader { Environment = variables.GetValueOrDefault, ServiceAccountFolder = _folder };
        Assert.Contains("there is no context", Assert.Throws<ConfigurationException>(loader.Load).Message, StringComparison.Ordinal);
        Assert.Throws<ConfigurationException>(loader.LoadInCluster);
        File.WriteAllText(Path.Combine(_folder, "token"), "t");
        File.WriteAllText(Path.Combine(_folder, "ca.crt"), "c");
        File.WriteAllText(Path.Combine(_folder, "namespace"), "team\n");
        var configuration = loader.Load();
        Assert.Equal(("https://[fd00::1]/", "team", Path.Combine(_folder, "token")), (configuration.Server.ToString(), configuration.Namespace, configuration.TokenFile));
        variables.Remove("KUBERNETES_SERVICE_HOST");
        Assert.Throws<ConfigurationException>(loader.LoadInCluster);
    }

    private Kubeconfig Parse(string text) => Kubeconfig.Parse(Encoding.UTF8.GetBytes(text), _folder);
}
