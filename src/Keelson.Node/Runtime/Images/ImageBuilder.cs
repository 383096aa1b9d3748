using System.Buffers;
using System.Formats.Tar;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Keelson.Node.Runtime.Images;

/// <summary>A file, directory or link of an image's layer.</summary>
/// <param name="Path">Without a leading slash.</param>
public sealed record LayerFile(string Path, ReadOnlyMemory<byte> Content, UnixFileMode Mode)
{
    /// <summary>What a symbolic link points to; null for a file.</summary>
    public string? LinkTarget { get; init; }

    public bool IsDirectory { get; init; }
}

/// <summary>Makes an OCI image archive; the same input gives the same bytes.</summary>
/// <remarks>Layers are not compressed: what compresses them changes its output between versions, and the image's digest with it.</remarks>
public sealed class ImageBuilder(string name, Architecture architecture)
{
    // Something has to stand where archives have a time, and it must not be that of the build.
    private static readonly DateTimeOffset FixedTime = DateTimeOffset.UnixEpoch;

    // Media types have a plus, which people and simple tools expect to see as one.
    private static readonly JsonWriterOptions PlainText = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The layers' contents, the lowest first.</summary>
    public IReadOnlyList<IReadOnlyList<LayerFile>> Layers { get; init; } = [];

    public IReadOnlyList<string> EntryPoint { get; init; } = [];

    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>NAME=value.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    public string User { get; init; } = "";

    public string WorkingDirectory { get; init; } = "";

    public string StopSignal { get; init; } = "";

    /// <summary>The archive: an OCI layout in a tar file.</summary>
    public byte[] Build()
    {
        var blobs = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        var layers = Layers.Select(files => Add(blobs, Tar(files))).ToList();
        var config = Add(blobs, Json(json => WriteConfig(json, layers)));
        var manifest = Add(blobs, Json(json => WriteManifest(json, config, layers)));
        var files = new List<LayerFile>
        {
            Plain("oci-layout", """{"imageLayoutVersion":"1.0.0"}"""u8.ToArray()),
            Plain("index.json", Json(json => WriteIndex(json, manifest))),
        };
        files.AddRange(blobs.Select(blob => Plain($"blobs/sha256/{blob.Key}", blob.Value)));
        return Tar(files);
    }

    private string PlatformName => architecture switch
    {
        Architecture.X64 => "amd64",
        Architecture.Arm64 => "arm64",
        _ => throw new PlatformNotSupportedException($"Images are made for X64 and Arm64, not for {architecture}."),
    };

    private void WriteConfig(Utf8JsonWriter json, List<Blob> layers)
    {
        json.WriteStartObject();
        json.WriteString("architecture", PlatformName);
        json.WriteString("os", "linux");
        json.WriteString("created", "1970-01-01T00:00:00Z");
        json.WriteStartObject("config");
        if (User.Length > 0) json.WriteString("User", User);
        if (WorkingDirectory.Length > 0) json.WriteString("WorkingDir", WorkingDirectory);
        if (StopSignal.Length > 0) json.WriteString("StopSignal", StopSignal);
        WriteTexts(json, "Env", Environment);
        WriteTexts(json, "Entrypoint", EntryPoint);
        WriteTexts(json, "Cmd", Command);
        json.WriteEndObject();
        json.WriteStartObject("rootfs");
        json.WriteString("type", "layers");
        WriteTexts(json, "diff_ids", [.. layers.Select(layer => $"sha256:{layer.Digest}")]);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteManifest(Utf8JsonWriter json, Blob config, List<Blob> layers)
    {
        json.WriteStartObject();
        json.WriteNumber("schemaVersion", 2);
        json.WriteString("mediaType", MediaTypes.OciManifest);
        json.WriteStartObject("config");
        WriteDescriptor(json, MediaTypes.OciConfig, config);
        json.WriteEndObject();
        json.WriteStartArray("layers");
        foreach (var layer in layers)
        {
            json.WriteStartObject();
            WriteDescriptor(json, MediaTypes.OciLayer, layer);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteIndex(Utf8JsonWriter json, Blob manifest)
    {
        json.WriteStartObject();
        json.WriteNumber("schemaVersion", 2);
        json.WriteString("mediaType", MediaTypes.OciIndex);
        json.WriteStartArray("manifests");
        json.WriteStartObject();
        WriteDescriptor(json, MediaTypes.OciManifest, manifest);
        json.WriteStartObject("annotations");
        json.WriteString(ImageArchive.FullNameAnnotation, name);
        json.WriteString(ImageArchive.TagAnnotation, name[(name.LastIndexOf(':') + 1)..]);
        json.WriteEndObject();
        json.WriteStartObject("platform");
        json.WriteString("architecture", PlatformName);
        json.WriteString("os", "linux");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteDescriptor(Utf8JsonWriter json, string mediaType, Blob blob)
    {
        json.WriteString("mediaType", mediaType);
        json.WriteString("digest", $"sha256:{blob.Digest}");
        json.WriteNumber("size", blob.Size);
    }

    private static void WriteTexts(Utf8JsonWriter json, string property, IReadOnlyList<string> texts)
    {
        if (texts.Count == 0) return;
        json.WriteStartArray(property);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, PlainText)) write(json);
        return buffer.WrittenSpan.ToArray();
    }

    private static Blob Add(SortedDictionary<string, byte[]> blobs, byte[] content)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(content));
        blobs[digest] = content;
        return new(digest, content.Length);
    }

    private static LayerFile Plain(string path, byte[] content) =>
        new(path, content, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);

    private static byte[] Tar(IReadOnlyList<LayerFile> files)
    {
        var buffer = new MemoryStream();
        using (var tar = new TarWriter(buffer, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var file in files)
            {
                var kind = file.LinkTarget is not null ? TarEntryType.SymbolicLink : file.IsDirectory ? TarEntryType.Directory : TarEntryType.RegularFile;
                var entry = new UstarTarEntry(kind, file.IsDirectory ? file.Path.TrimEnd('/') + "/" : file.Path) { Mode = file.Mode, ModificationTime = FixedTime };
                if (file.LinkTarget is { } target) entry.LinkName = target;
                if (kind == TarEntryType.RegularFile) entry.DataStream = new MemoryStream(file.Content.ToArray(), writable: false);
                tar.WriteEntry(entry);
            }
        }

        return buffer.ToArray();
    }

    private readonly record struct Blob(string Digest, long Size);
}
