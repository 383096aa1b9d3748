using System.ComponentModel;
using System.Diagnostics;
using Keelson.Api.Values;
using Keelson.Client.Configuration;
using Keelson.Client.Tests.Support;

namespace Keelson.Client.Tests.Configuration;

/// <summary>What kubectl makes of several kubeconfig files, the client makes of them too.</summary>
public sealed class KubectlPeerTests : IDisposable
{
    private static readonly string[] Names = ["a", "b", "c"];

    private readonly string _folder = Directory.CreateTempSubdirectory("keelson-client-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Files_merge_as_kubectl_merges_them()
    {
        var random = new Random(42);
        var compared = 0;
        for (var round = 0; round < 12; round++)
        {
            var files = Enumerable.Range(0, 3).Select(i => Path.Combine(_folder, $"{round}-{i}")).ToList();
            foreach (var file in files) await File.WriteAllTextAsync(file, Random(random), Eventually.Limit());
            var variable = string.Join(Path.PathSeparator, files);
            var expected = await KubectlAsync(variable);
            Assert.SkipWhen(expected is null, "kubectl is not installed");
            var merged = new ConfigurationLoader { Environment = name => name == "KUBECONFIG" ? variable : null }.LoadKubeconfig();
            Assert.Equal(expected["current-context"]?.AsText(), merged.CurrentContext);
            Assert.Equal(Texts(expected, "contexts"), merged.Contexts.Order(StringComparer.Ordinal));
            foreach (var name in merged.Contexts)
            {
                var context = Entry(expected, "contexts", name, "context");
                var cluster = Entry(expected, "clusters", context?["cluster"]?.AsText(), "cluster");
                var user = Entry(expected, "users", context?["user"]?.AsText(), "user");
                if (cluster is null || user is null)
                {
                    Assert.Throws<ConfigurationException>(() => merged.Resolve(name));
                    continue;
                }

                var actual = merged.Resolve(name);
                compared++;
                Assert.Equal(
                    (cluster["server"]?.AsText(), context?["namespace"]?.AsText() ?? "default", user["token"]?.AsText(), cluster["certificate-authority"]?.AsText()),
                    (actual.Server.OriginalString, actual.Namespace, actual.Token, Path.GetFileName(actual.CertificateAuthority?.File)));
            }
        }

        Assert.InRange(compared, 10, 36);
    }

    private static string Random(Random random)
    {
        var text = "apiVersion: v1\nkind: Config\n";
        if (random.Next(3) > 0) text += $"current-context: {Pick()}\n";
        text += "clusters:\n" + Some(name => $"- name: {name}\n  cluster:\n    server: https://{random.Next(100)}.example\n{Maybe($"certificate-authority: ca{random.Next(9)}")}");
        text += "users:\n" + Some(name => $"- name: {name}\n  user:\n    token: t{random.Next(100)}\n");
        text += "contexts:\n" + Some(name => $"- name: {name}\n  context:\n    cluster: {Pick()}\n    user: {Pick()}\n{Maybe($"namespace: n{random.Next(100)}")}");
        return text;

        string Maybe(string line) => random.Next(2) == 0 ? $"    {line}\n" : "";

        string Pick() => Names[random.Next(Names.Length)];

        string Some(Func<string, string> entry) => string.Concat(Names.Where(_ => random.Next(2) == 0).Select(entry));
    }

    private async Task<MapValue?> KubectlAsync(string variable)
    {
        var start = new ProcessStartInfo("kubectl", ["config", "view", "--raw", "-o", "json"]) { RedirectStandardOutput = true };
        start.Environment["KUBECONFIG"] = variable;
        start.Environment["HOME"] = _folder;
        try
        {
            using var process = Process.Start(start)!;
            var output = await process.StandardOutput.ReadToEndAsync(Eventually.Limit());
            await process.WaitForExitAsync(Eventually.Limit());
            Assert.Equal(0, process.ExitCode);
            return (MapValue)ValueReader.Read(output);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private static IEnumerable<string> Texts(MapValue config, string list) =>
        (config[list]?.AsList() ?? ListValue.Empty).Select(item => item.AsMap()!["name"]!.AsText()!).Order(StringComparer.Ordinal);

    private static MapValue? Entry(MapValue config, string list, string? name, string field) =>
        (config[list]?.AsList() ?? ListValue.Empty).FirstOrDefault(item => item.AsMap()!["name"]!.AsText() == name)?.AsMap()?[field]?.AsMap();
}
