using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Node.Kubelet.Images;
using Keelson.Node.Kubelet.Pods;
using Keelson.Node.Kubelet.Variables;
using Keelson.Node.Kubelet.Volumes;

namespace Keelson.Node.Tests.Kubelet;

public sealed class VolumesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("keelson-volumes-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Files_change_all_at_once_through_a_link()
    {
        Assert.True(AtomicFolder.Write(_folder, Files(("a", "1"), ("d/b", "2"))));
        var first = new FileInfo(Path.Combine(_folder, "..data")).LinkTarget;
        Assert.Equal("2", File.ReadAllText(Path.Combine(_folder, "d", "b")));
        Assert.False(AtomicFolder.Write(_folder, Files(("a", "1"), ("d/b", "2"))));
        Assert.True(AtomicFolder.Write(_folder, Files(("a", "3"))));
        Assert.NotEqual(first, new FileInfo(Path.Combine(_folder, "..data")).LinkTarget);
        Assert.Equal("3", File.ReadAllText(Path.Combine(_folder, "a")));
        Assert.Equal(["..data", "..v2", "a"], Directory.EnumerateFileSystemEntries(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("/x")]
    [InlineData("a/../../x")]
    [InlineData("..data")]
    public void A_file_cannot_leave_its_volume(string path) => Assert.Throws<IOException>(() => AtomicFolder.Write(_folder, Files((path, "1"))));

    [Fact]
    public void A_sub_path_cannot_leave_its_volume_by_a_link()
    {
        File.CreateSymbolicLink(Path.Combine(_folder, "out"), "/etc");
        Assert.Throws<StartException>(() => SubPath.Resolve(_folder, "out/passwd"));
        Assert.Throws<StartException>(() => SubPath.Resolve(_folder, "../x"));
        Assert.Equal(Path.Combine(_folder, "in"), SubPath.Resolve(_folder, "in"));
    }

    [Theory]
    [InlineData("$(A)", "1")]
    [InlineData("$$(A)", "$(A)")]
    [InlineData("$(B) $(A", "$(B) $(A")]
    [InlineData("$A$", "$A$")]
    [InlineData("$$$(A)", "$1")]
    public void Variables_are_expanded_as_everywhere(string text, string expected) =>
        Assert.Equal(expected, Expansion.Expand(text, new Dictionary<string, string> { ["A"] = "1" }));

    [Fact]
    public void A_service_is_found_by_its_variables()
    {
        var service = new Service
        {
            Metadata = new ObjectMeta { Name = "my-db", Namespace = "default" },
            Spec = new ServiceSpec { ClusterIP = "10.0.0.9", Ports = [new ServicePort { Name = "sql", Port = 5432, Protocol = "TCP" }] },
        };
        var variables = new Dictionary<string, string>();
        ServiceVariables.Add([service], "default", withLinks: true, variables);
        Assert.Equal("10.0.0.9", variables["MY_DB_SERVICE_HOST"]);
        Assert.Equal("5432", variables["MY_DB_SERVICE_PORT_SQL"]);
        Assert.Equal("tcp://10.0.0.9:5432", variables["MY_DB_PORT"]);
        Assert.Equal("tcp", variables["MY_DB_PORT_5432_TCP_PROTO"]);
        variables.Clear();
        ServiceVariables.Add([service], "default", withLinks: false, variables);
        Assert.Empty(variables);
    }

    [Fact]
    public void A_pull_secret_serves_only_its_registry()
    {
        var secret = new Secret
        {
            Type = "kubernetes.io/dockerconfigjson",
            Data = new Dictionary<string, Api.Bytes> { [".dockerconfigjson"] = Api.Bytes.FromUtf8("""{"auths":{"https://registry.example/v1/":{"auth":"dTpwOnE="}}}""") },
        };
        var found = Assert.Single(PullSecrets.Read(secret, "registry.example/a/b:1"));
        Assert.Equal(("u", "p:q"), (found.UserName, found.Password));
        Assert.Empty(PullSecrets.Read(secret, "nginx"));
    }

    private static Dictionary<string, VolumeFile> Files(params (string Path, string Text)[] files) =>
        files.ToDictionary(file => file.Path, file => new VolumeFile(System.Text.Encoding.UTF8.GetBytes(file.Text), 0x1A4));
}
