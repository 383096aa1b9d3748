using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace Keelson.Node.Runtime.Images;

public sealed partial class ImageArchive
{
    private async Task ReadImagesAsync(CancellationToken cancel)
    {
        var images = new List<ArchiveImage>();
        if (Find("index.json") is { } index)
        {
            await ReadLayoutAsync(await ReadDocumentAsync("index.json", index, cancel).ConfigureAwait(false), images, cancel).ConfigureAwait(false);
        }
        else if (Find("manifest.json") is { } list)
        {
            await ReadDockerListAsync(await ReadDocumentAsync("manifest.json", list, cancel).ConfigureAwait(false), images, cancel).ConfigureAwait(false);
        }
        else
        {
            throw new InvalidDataException($"{_file.Name} is not an archive of images: it has neither an index.json nor a manifest.json.");
        }

        if (images.Count == 0) throw new InvalidDataException($"{_file.Name} holds no image for linux/{PlatformName}.");
        Images = images;
    }

    private string PlatformName => _architecture switch { Architecture.X64 => "amd64", Architecture.Arm64 => "arm64", _ => "unknown" };

    private async Task ReadLayoutAsync(byte[] document, List<ArchiveImage> images, CancellationToken cancel)
    {
        // Docker names its images only in the older list, which it writes beside the layout.
        var dockerNames = await ReadDockerNamesAsync(cancel).ConfigureAwait(false);
        using var json = JsonDocument.Parse(document);
        foreach (var descriptor in Children(json.RootElement, "manifests"))
        {
            var mediaType = Text(descriptor, "mediaType");
            if (!MediaTypes.IsIndex(mediaType) && !MediaTypes.IsManifest(mediaType)) continue;
            if (!IsForThisPlatform(descriptor)) continue;
            var target = await ReadBlobAsync(descriptor, 0, isOptional: false, cancel).ConfigureAwait(false);
            if (target is null) continue;
            images.Add(new(NamesOf(descriptor, target, dockerNames), target));
        }
    }

    private static List<string> NamesOf(JsonElement descriptor, ArchiveBlob target, Dictionary<string, List<string>> dockerNames)
    {
        var annotations = descriptor.TryGetProperty("annotations", out var found) && found.ValueKind == JsonValueKind.Object ? found : default;
        foreach (var annotation in new[] { FullNameAnnotation, TagAnnotation })
        {
            if (annotations.ValueKind != JsonValueKind.Object) break;
            var text = Text(annotations, annotation);
            // The tag's annotation may hold only a tag, which names nothing by itself.
            if (text.Length > 0 && (annotation == FullNameAnnotation || text.Contains('/', StringComparison.Ordinal) || text.Contains(':', StringComparison.Ordinal)))
                return [ImageName.Parse(text).ToString()];
        }

        foreach (var child in target.Children)
        {
            if (dockerNames.TryGetValue(child, out var names)) return names;
        }

        return [];
    }

    private async Task<Dictionary<string, List<string>>> ReadDockerNamesAsync(CancellationToken cancel)
    {
        var names = new Dictionary<string, List<string>>();
        if (Find("manifest.json") is not { } list) return names;
        using var json = JsonDocument.Parse(await ReadDocumentAsync("manifest.json", list, cancel).ConfigureAwait(false));
        foreach (var image in Items(json.RootElement))
        {
            if (Find(Normal(Text(image, "Config"))) is not { } config) continue;
            names[await DigestAsync(config, cancel).ConfigureAwait(false)] = DockerNames(image);
        }

        return names;
    }

    private async Task<ArchiveBlob?> ReadBlobAsync(JsonElement descriptor, int depth, bool isOptional, CancellationToken cancel)
    {
        if (depth > MaxIndexDepth) throw new InvalidDataException($"An index lies more than {MaxIndexDepth} deep in others.");
        var (digest, mediaType) = (Text(descriptor, "digest"), Text(descriptor, "mediaType"));
        if (!IsDigest(digest)) throw new InvalidDataException($"\"{digest}\" is not a sha256 digest.");
        if (_blobs.TryGetValue(digest, out var known)) return known;
        var name = $"blobs/sha256/{digest["sha256:".Length..]}";
        if (Find(name) is not { } place)
        {
            return isOptional ? null : throw new InvalidDataException($"{_file.Name} does not have {name}, which an image needs.");
        }

        if (descriptor.TryGetProperty("size", out var size) && size.GetInt64() != place.Size)
            throw new InvalidDataException($"{name} has {place.Size} bytes and should have {size.GetInt64()}.");
        var actual = await DigestAsync(place, cancel).ConfigureAwait(false);
        if (actual != digest) throw new InvalidDataException($"{name} is damaged: its digest is {actual}.");

        IReadOnlyList<string> children = [];
        if (MediaTypes.IsIndex(mediaType) || MediaTypes.IsManifest(mediaType))
        {
            using var json = JsonDocument.Parse(await ReadDocumentAsync(name, place, cancel).ConfigureAwait(false));
            children = MediaTypes.IsIndex(mediaType)
                ? await ReadIndexAsync(json.RootElement, name, depth, cancel).ConfigureAwait(false)
                : await ReadManifestAsync(json.RootElement, depth, cancel).ConfigureAwait(false);
        }

        return _blobs[digest] = new(digest, mediaType, place.Start, place.Size) { Children = children };
    }

    private async Task<List<string>> ReadIndexAsync(JsonElement index, string name, int depth, CancellationToken cancel)
    {
        var children = new List<string>();
        foreach (var child in Children(index, "manifests"))
        {
            // An archive of one platform still has the index of all; the others' blobs are rarely there and never needed.
            if (!IsForThisPlatform(child)) continue;
            if (await ReadBlobAsync(child, depth + 1, isOptional: true, cancel).ConfigureAwait(false) is { } blob) children.Add(blob.Digest);
        }

        return children.Count > 0 ? children : throw new InvalidDataException($"{name} has no image for linux/{PlatformName} in this archive.");
    }

    private async Task<List<string>> ReadManifestAsync(JsonElement manifest, int depth, CancellationToken cancel)
    {
        var children = new List<string>();
        if (!manifest.TryGetProperty("config", out var config)) throw new InvalidDataException("A manifest has no config.");
        foreach (var part in Children(manifest, "layers").Prepend(config))
        {
            var mediaType = Text(part, "mediaType");
            if (MediaTypes.IsIndex(mediaType) || MediaTypes.IsManifest(mediaType)) throw new InvalidDataException("A manifest has another one as its layer.");
            children.Add((await ReadBlobAsync(part, depth + 1, isOptional: false, cancel).ConfigureAwait(false))!.Digest);
        }

        return children;
    }

    private async Task ReadDockerListAsync(byte[] document, List<ArchiveImage> images, CancellationToken cancel)
    {
        using var json = JsonDocument.Parse(document);
        foreach (var image in Items(json.RootElement))
        {
            var config = await AddFileAsync(Text(image, "Config"), MediaTypes.DockerConfig, cancel).ConfigureAwait(false);
            var layers = new List<ArchiveBlob>();
            foreach (var layer in Children(image, "Layers")) layers.Add(await AddLayerAsync(layer.GetString() ?? "", cancel).ConfigureAwait(false));
            var manifest = ManifestOf(config, layers);
            var digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(manifest));
            var target = _blobs[digest] = new(digest, MediaTypes.DockerManifest, 0, manifest.Length)
            {
                Content = manifest,
                Children = [config.Digest, .. layers.Select(layer => layer.Digest)],
            };
            images.Add(new(DockerNames(image), target));
        }
    }

    private async Task<ArchiveBlob> AddLayerAsync(string name, CancellationToken cancel)
    {
        if (Find(Normal(name)) is not { } place) throw new InvalidDataException($"{_file.Name} does not have {name}, which an image needs.");
        var magic = new byte[2];
        var read = place.Size < 2 ? 0 : await RandomAccess.ReadAsync(_file.SafeFileHandle, magic, place.Start, cancel).ConfigureAwait(false);
        return await AddFileAsync(name, read == 2 && magic is [0x1F, 0x8B] ? MediaTypes.DockerGzipLayer : MediaTypes.DockerLayer, cancel).ConfigureAwait(false);
    }

    private async Task<ArchiveBlob> AddFileAsync(string name, string mediaType, CancellationToken cancel)
    {
        if (Find(Normal(name)) is not { } place) throw new InvalidDataException($"{_file.Name} does not have \"{name}\", which an image needs.");
        var digest = await DigestAsync(place, cancel).ConfigureAwait(false);
        // Docker names these files by their digest; one that lies is damaged.
        var stated = Path.GetFileNameWithoutExtension(name);
        if (IsDigest("sha256:" + stated) && digest != "sha256:" + stated) throw new InvalidDataException($"{name} is damaged: its digest is {digest}.");
        return _blobs[digest] = new(digest, mediaType, place.Start, place.Size);
    }

    private static byte[] ManifestOf(ArchiveBlob config, List<ArchiveBlob> layers)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("schemaVersion", 2);
            json.WriteString("mediaType", MediaTypes.DockerManifest);
            json.WriteStartObject("config");
            Write(config);
            json.WriteStartArray("layers");
            foreach (var layer in layers)
            {
                json.WriteStartObject();
                Write(layer);
            }

            json.WriteEndArray();
            json.WriteEndObject();

            void Write(ArchiveBlob blob)
            {
                json.WriteString("mediaType", blob.MediaType);
                json.WriteString("digest", blob.Digest);
                json.WriteNumber("size", blob.Size);
                json.WriteEndObject();
            }
        }

        return buffer.WrittenSpan.ToArray();
    }

    private bool IsForThisPlatform(JsonElement descriptor)
    {
        if (!descriptor.TryGetProperty("platform", out var platform) || platform.ValueKind != JsonValueKind.Object) return true;
        return Text(platform, "os") is "linux" or "" && (Text(platform, "architecture") is "" || Text(platform, "architecture") == PlatformName);
    }

    private static List<string> DockerNames(JsonElement image) =>
        [.. Children(image, "RepoTags").Select(tag => ImageName.Parse(tag.GetString() ?? "").ToString())];

    private static IEnumerable<JsonElement> Children(JsonElement element, string property) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(property, out var list) && list.ValueKind != JsonValueKind.Null ? Items(list) : [];

    private static IEnumerable<JsonElement> Items(JsonElement list) => list.GetArrayLength() <= MaxChildren
        ? list.EnumerateArray()
        : throw new InvalidDataException($"A list has {list.GetArrayLength()} entries; {MaxChildren} are the most that are read.");

    private static string Text(JsonElement element, string property) =>
        element.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static bool IsDigest(string text) =>
        text.Length == 71 && text.StartsWith("sha256:", StringComparison.Ordinal) && !text.AsSpan(7).ContainsAnyExcept("0123456789abcdef");
}
