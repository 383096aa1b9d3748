using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Keelson.Node.Runtime.Images;

namespace Keelson.Node.Tests.Runtime.Images;

public sealed class ImageArchiveTests : IDisposable
{
    private static readonly CancellationToken Cancel = CancellationToken.None;
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_the_builder_makes_is_read_back_whole_also_when_compressed(bool compressed)
    {
        var bytes = new ImageBuilder("example.test/a:1", Architecture.X64) { Layers = [[Plain("file", "one")], [Plain("other", "two")]], Command = ["/file"] }.Build();
        await using var archive = await OpenAsync(compressed ? Compressed(bytes) : bytes);
        var image = Assert.Single(archive.Images);
        Assert.Equal(["example.test/a:1"], image.Names);
        // Two layers, the configuration and the manifest, which refers to the others and so comes last.
        Assert.Equal(4, archive.Blobs.Count());
        Assert.Equal(image.Digest, archive.Blobs.Last().Digest);
        foreach (var blob in archive.Blobs)
        {
            var content = new byte[blob.Size];
            for (var done = 0; done < content.Length;) done += await archive.ReadAsync(blob, done, content.AsMemory(done, Math.Min(100, content.Length - done)), Cancel);
            Assert.Equal(blob.Digest, Digest(content));
        }
    }

    [Fact]
    public void The_builder_makes_the_same_bytes_every_time()
    {
        Assert.Equal(Build(), Build());

        static byte[] Build() => new ImageBuilder("example.test/a:1", Architecture.Arm64) { Layers = [[Plain("file", "one")]], Environment = ["A=b"], User = "1:1" }.Build();
    }

    [Fact]
    public async Task An_archive_of_docker_save_is_read_with_its_names_and_shared_layers()
    {
        var layer = TarOf(("file", "content"));
        var config = Encoding.UTF8.GetBytes($$"""{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["{{Digest(layer)}}"] } }""");
        var name = Digest(config)["sha256:".Length..] + ".json";
        var bytes = Tar(tar =>
        {
            Add(tar, "abc/layer.tar", layer);
            tar.WriteEntry(new UstarTarEntry(TarEntryType.SymbolicLink, "def/layer.tar") { LinkName = "../abc/layer.tar" });
            Add(tar, name, config);
            Add(tar, "manifest.json", Encoding.UTF8.GetBytes($$"""[{"Config":"{{name}}","RepoTags":["app:1","other/app:2"],"Layers":["abc/layer.tar","def/layer.tar"]}]"""));
        });
        await using var archive = await OpenAsync(bytes);
        var image = Assert.Single(archive.Images);
        Assert.Equal(["docker.io/library/app:1", "docker.io/other/app:2"], image.Names);
        Assert.Equal([Digest(config), Digest(layer), Digest(layer)], image.Target.Children);
        Assert.Equal(3, archive.Blobs.Count());
    }

    [Fact]
    public async Task Of_several_platforms_only_this_one_is_needed()
    {
        var own = Unpack(new ImageBuilder("example.test/a:1", Architecture.X64) { Layers = [[Plain("file", "one")]] }.Build());
        var manifest = own.Keys.Single(key => key.StartsWith("blobs/", StringComparison.Ordinal) && Encoding.UTF8.GetString(own[key]).Contains("\"layers\":[{", StringComparison.Ordinal));
        var index = Encoding.UTF8.GetBytes($$"""
            {"schemaVersion":2,"mediaType":"{{MediaTypes.OciIndex}}","manifests":[
             {"mediaType":"{{MediaTypes.OciManifest}}","digest":"sha256:{{new string('0', 64)}}","size":1,"platform":{"os":"linux","architecture":"s390x"} },
             {"mediaType":"{{MediaTypes.OciManifest}}","digest":"{{Digest(own[manifest])}}","size":{{own[manifest].Length}},"platform":{"os":"linux","architecture":"amd64"} }]}
            """);
        own[$"blobs/sha256/{Digest(index)[7..]}"] = index;
        own["index.json"] = Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"manifests":[{"mediaType":"{{MediaTypes.OciIndex}}","digest":"{{Digest(index)}}","size":{{index.Length}},"annotations":{"org.opencontainers.image.ref.name":"example.test/b:2"} }]}""");
        await using var archive = await OpenAsync(TarOf([.. own.Select(file => (file.Key, Encoding.Latin1.GetString(file.Value)))]));
        Assert.Equal(["example.test/b:2"], Assert.Single(archive.Images).Names);
        Assert.Single(archive.Images[0].Target.Children);
        var missing = await Assert.ThrowsAsync<InvalidDataException>(async () => await OpenAsync(TarOf([.. own.Select(file => (file.Key, Encoding.Latin1.GetString(file.Value)))]), Architecture.Arm64));
        Assert.Contains("linux/arm64", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_blob_that_does_not_fit_its_digest_is_refused()
    {
        var files = Unpack(new ImageBuilder("example.test/a:1", Architecture.X64) { Layers = [[Plain("file", "one")]] }.Build());
        foreach (var name in files.Keys.Where(key => key.StartsWith("blobs/", StringComparison.Ordinal)).ToList())
        {
            var damaged = new SortedDictionary<string, byte[]>(files, StringComparer.Ordinal) { [name] = [.. files[name][..^1], (byte)(files[name][^1] ^ 1)] };
            var error = await RefusedAsync(damaged);
            Assert.Contains("is damaged", error.Message, StringComparison.Ordinal);
            var shorter = new SortedDictionary<string, byte[]>(files, StringComparer.Ordinal) { [name] = files[name][..^1] };
            Assert.Contains("should have", (await RefusedAsync(shorter)).Message, StringComparison.Ordinal);
            var missing = new SortedDictionary<string, byte[]>(files, StringComparer.Ordinal);
            missing.Remove(name);
            Assert.Contains("does not have", (await RefusedAsync(missing)).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("no archive at all, only some text that is long enough to be read as a header of one")]
    [InlineData("\u001f\u008b and no gzip")]
    public async Task What_is_no_archive_is_refused(string text) =>
        await Assert.ThrowsAsync<InvalidDataException>(async () => await OpenAsync(Encoding.Latin1.GetBytes(text)));

    [Theory]
    [InlineData("index.json", "{}")]
    [InlineData("index.json", "[]")]
    [InlineData("index.json", "nonsense")]
    [InlineData("index.json", """{"manifests":"none"}""")]
    [InlineData("index.json", """{"manifests":[1]}""")]
    [InlineData("index.json", """{"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"../../etc/passwd"}]}""")]
    [InlineData("manifest.json", "{}")]
    [InlineData("manifest.json", """[{"Config":"/etc/passwd","Layers":["../../../etc/passwd"]}]""")]
    [InlineData("manifest.json", """[{"Config":"a","Layers":[{}]}]""")]
    [InlineData("other.json", "{}")]
    public async Task Documents_that_make_no_sense_are_refused(string name, string text) =>
        await Assert.ThrowsAsync<InvalidDataException>(async () => await OpenAsync(TarOf((name, text))));

    [Fact]
    public async Task Links_lead_nowhere_outside_of_the_archive_and_in_no_circle()
    {
        foreach (var target in new[] { "/etc/passwd", "../../../../etc/passwd", "config.json" })
        {
            var bytes = Tar(tar =>
            {
                tar.WriteEntry(new UstarTarEntry(TarEntryType.SymbolicLink, "config.json") { LinkName = target });
                Add(tar, "manifest.json", """[{"Config":"config.json","RepoTags":["a:1"],"Layers":[]}]"""u8.ToArray());
            });
            var error = await Assert.ThrowsAsync<InvalidDataException>(async () => await OpenAsync(bytes));
            Assert.Contains("does not have", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_document_that_is_too_large_is_refused_unread()
    {
        var error = await Assert.ThrowsAsync<InvalidDataException>(async () => await OpenAsync(TarOf(("index.json", new string(' ', ImageArchive.MaxDocumentBytes + 1)))));
        Assert.Contains("more than", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Indexes_in_indexes_have_an_end()
    {
        var files = new Dictionary<string, string>();
        var (inner, size) = ("{}", 2);
        for (var depth = 0; depth < 10; depth++)
        {
            var digest = Digest(Encoding.UTF8.GetBytes(inner));
            files[$"blobs/sha256/{digest[7..]}"] = inner;
            inner = $$"""{"manifests":[{"mediaType":"{{MediaTypes.OciIndex}}","digest":"{{digest}}","size":{{size}} }]}""";
            size = inner.Length;
        }

        files["index.json"] = inner;
        var error = await Assert.ThrowsAsync<InvalidDataException>(async () => await OpenAsync(TarOf([.. files.Select(file => (file.Key, file.Value))])));
        Assert.Contains("deep", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_archive_is_refused_or_read_but_never_breaks_the_reader()
    {
        var whole = new ImageBuilder("example.test/a:1", Architecture.X64) { Layers = [[Plain("file", "one")]] }.Build();
        var random = new Random(11);
        for (var round = 0; round < 300; round++)
        {
            var bytes = whole.ToArray();
            for (var change = random.Next(1, 4); change > 0; change--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (round % 3 == 0) bytes = bytes[..random.Next(bytes.Length)];
            try
            {
                await using var archive = await OpenAsync(bytes);
                Assert.NotEmpty(archive.Images);
            }
            catch (InvalidDataException)
            {
                // Refused with a reason, which is what is wanted.
            }
        }
    }

    private async Task<InvalidDataException> RefusedAsync(IReadOnlyDictionary<string, byte[]> files) =>
        await Assert.ThrowsAsync<InvalidDataException>(async () => await OpenAsync(Tar(tar =>
        {
            foreach (var (name, content) in files) Add(tar, name, content);
        })));

    private async Task<ImageArchive> OpenAsync(byte[] bytes, Architecture architecture = Architecture.X64)
    {
        var path = _directory.File(Path.GetRandomFileName());
        await File.WriteAllBytesAsync(path, bytes, Cancel);
        return await ImageArchive.OpenAsync(path, architecture, Cancel);
    }

    private static LayerFile Plain(string path, string content) => new(path, Encoding.UTF8.GetBytes(content), UnixFileMode.UserRead);

    private static string Digest(byte[] content) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content));

    private static byte[] TarOf(params (string Name, string Content)[] files) => Tar(tar =>
    {
        foreach (var (name, content) in files) Add(tar, name, Encoding.Latin1.GetBytes(content));
    });

    private static byte[] Tar(Action<TarWriter> write)
    {
        var buffer = new MemoryStream();
        using (var tar = new TarWriter(buffer, TarEntryFormat.Ustar, leaveOpen: true)) write(tar);
        return buffer.ToArray();
    }

    private static void Add(TarWriter tar, string name, byte[] content) =>
        tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });

    private static SortedDictionary<string, byte[]> Unpack(byte[] bytes)
    {
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        using var tar = new TarReader(new MemoryStream(bytes));
        while (tar.GetNextEntry() is { } entry)
        {
            var content = new MemoryStream();
            entry.DataStream?.CopyTo(content);
            files[entry.Name] = content.ToArray();
        }

        return files;
    }

    private static byte[] Compressed(byte[] bytes)
    {
        var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(bytes);
        return buffer.ToArray();
    }
}
