using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace Keelson.Node.Runtime.Images;

/// <summary>An archive of images, as docker save or an OCI layout has it: opened, checked, ready to be imported.</summary>
/// <remarks>
/// Nothing is unpacked: entries are found by their place in the file, and their names are only looked up, so a
/// name cannot lead anywhere. Every digest is verified before anything is handed out.
/// </remarks>
public sealed partial class ImageArchive : IAsyncDisposable
{
    internal const string FullNameAnnotation = "io.containerd.image.name";
    internal const string TagAnnotation = "org.opencontainers.image.ref.name";

    /// <summary>The most entries that an archive may have.</summary>
    public const int MaxEntries = 100_000;

    /// <summary>The largest manifest, index or configuration that is read.</summary>
    public const int MaxDocumentBytes = 8 * 1024 * 1024;

    /// <summary>The most bytes that a compressed archive may unpack to.</summary>
    public const long MaxUnpackedBytes = 64L * 1024 * 1024 * 1024;

    /// <summary>How deep an index may lie in another.</summary>
    internal const int MaxIndexDepth = 4;

    /// <summary>The most images in one archive, and the most children that one document may have.</summary>
    internal const int MaxChildren = 4096;

    private readonly FileStream _file;
    private readonly Dictionary<string, Place> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ArchiveBlob> _blobs = new(StringComparer.Ordinal);
    private readonly Architecture _architecture;

    private ImageArchive(FileStream file, Architecture architecture)
    {
        _file = file;
        _architecture = architecture;
    }

    /// <summary>The images in the archive, with the names that it gives them.</summary>
    public IReadOnlyList<ArchiveImage> Images { get; private set; } = [];

    /// <summary>Every blob that the images need, children before what refers to them.</summary>
    internal IEnumerable<ArchiveBlob> Blobs => _blobs.Values;

    /// <summary>Opens an archive, compressed with gzip or not, and verifies it; throws <see cref="InvalidDataException"/> for anything wrong with it.</summary>
    public static async Task<ImageArchive> OpenAsync(string path, Architecture architecture, CancellationToken cancel)
    {
        var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.Read, Options = FileOptions.Asynchronous });
        try
        {
            file = await UnpackedAsync(file, cancel).ConfigureAwait(false);
            var archive = new ImageArchive(file, architecture);
            await archive.FindEntriesAsync(cancel).ConfigureAwait(false);
            await archive.ReadImagesAsync(cancel).ConfigureAwait(false);
            return archive;
        }
        catch (Exception error)
        {
            await file.DisposeAsync().ConfigureAwait(false);
            // What the tar and JSON readers throw at nonsense is of many kinds; to the caller they are one.
            if (error is FormatException or JsonException or EndOfStreamException or ArgumentException or OverflowException or InvalidOperationException or RuntimeException)
                throw new InvalidDataException($"{path} is not an archive of images: {error.Message}", error);
            throw;
        }
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    /// <summary>Reads a blob's bytes at an offset, for sending it in pieces.</summary>
    internal ValueTask<int> ReadAsync(ArchiveBlob blob, long offset, Memory<byte> buffer, CancellationToken cancel)
    {
        var length = (int)Math.Min(buffer.Length, blob.Size - offset);
        if (length <= 0) return ValueTask.FromResult(0);
        if (blob.Content is not { } content) return RandomAccess.ReadAsync(_file.SafeFileHandle, buffer[..length], blob.Start + offset, cancel);
        content.AsMemory((int)offset, length).CopyTo(buffer);
        return ValueTask.FromResult(length);
    }

    private static async Task<FileStream> UnpackedAsync(FileStream file, CancellationToken cancel)
    {
        var magic = new byte[2];
        if (await file.ReadAtLeastAsync(magic, 2, throwOnEndOfStream: false, cancel).ConfigureAwait(false) < 2) throw new InvalidDataException($"{file.Name} is too short for an archive.");
        file.Position = 0;
        if (magic is not [0x1F, 0x8B]) return file;

        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.Asynchronous | FileOptions.DeleteOnClose };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var plain = new FileStream(Path.Combine(Path.GetTempPath(), $"keelson-image-{Path.GetRandomFileName()}"), options);
        try
        {
            var source = new GZipStream(file, CompressionMode.Decompress, leaveOpen: false);
            await using var _ = source.ConfigureAwait(false);
            var buffer = new byte[128 * 1024];
            int read;
            while ((read = await source.ReadAsync(buffer, cancel).ConfigureAwait(false)) > 0)
            {
                if (plain.Length + read > MaxUnpackedBytes) throw new InvalidDataException($"{file.Name} unpacks to more than {MaxUnpackedBytes} bytes.");
                await plain.WriteAsync(buffer.AsMemory(0, read), cancel).ConfigureAwait(false);
            }

            await plain.FlushAsync(cancel).ConfigureAwait(false);
            plain.Position = 0;
            return plain;
        }
        catch
        {
            await plain.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task FindEntriesAsync(CancellationToken cancel)
    {
        var tar = new TarReader(_file, leaveOpen: true);
        await using var _ = tar.ConfigureAwait(false);
        for (var count = 0; await tar.GetNextEntryAsync(copyData: false, cancel).ConfigureAwait(false) is { } entry; count++)
        {
            if (count >= MaxEntries) throw new InvalidDataException($"{_file.Name} has more than {MaxEntries} entries.");
            var name = Normal(entry.Name);
            switch (entry.EntryType)
            {
                case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                    if (entry.DataOffset + entry.Length > _file.Length) throw new InvalidDataException($"{_file.Name} ends within {name}.");
                    _entries[name] = new(entry.DataOffset, entry.Length, null);
                    break;
                // docker save links a layer that two images share.
                case TarEntryType.SymbolicLink:
                    _entries[name] = new(0, 0, Normal(Path.Combine(Path.GetDirectoryName(name) ?? "", entry.LinkName)));
                    break;
                case TarEntryType.HardLink:
                    _entries[name] = new(0, 0, Normal(entry.LinkName));
                    break;
                default:
                    break;
            }
        }
    }

    private static string Normal(string name)
    {
        // Names are keys here and never touch the file system; resolving dots only makes equal what is equal.
        var parts = new List<string>();
        foreach (var part in name.Split('/'))
        {
            if (part is "" or ".") continue;
            if (part == "..")
            {
                if (parts.Count > 0) parts.RemoveAt(parts.Count - 1);
            }
            else
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }

    private Place? Find(string name)
    {
        // A link to a link is followed a few times; a circle of them is nothing.
        for (var hops = 0; hops < 8 && _entries.TryGetValue(name, out var place); hops++)
        {
            if (place.Link is null) return place;
            name = place.Link;
        }

        return null;
    }

    private async Task<byte[]> ReadDocumentAsync(string name, Place place, CancellationToken cancel)
    {
        if (place.Size > MaxDocumentBytes) throw new InvalidDataException($"{name} has {place.Size} bytes, more than the {MaxDocumentBytes} that are read.");
        var bytes = new byte[place.Size];
        for (var done = 0; done < bytes.Length;)
        {
            var read = await RandomAccess.ReadAsync(_file.SafeFileHandle, bytes.AsMemory(done), place.Start + done, cancel).ConfigureAwait(false);
            if (read == 0) throw new InvalidDataException($"{_file.Name} ends within {name}.");
            done += read;
        }

        return bytes;
    }

    private async Task<string> DigestAsync(Place place, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[256 * 1024];
        for (long done = 0; done < place.Size;)
        {
            var length = (int)Math.Min(buffer.Length, place.Size - done);
            var read = await RandomAccess.ReadAsync(_file.SafeFileHandle, buffer.AsMemory(0, length), place.Start + done, cancel).ConfigureAwait(false);
            if (read == 0) throw new InvalidDataException($"{_file.Name} ends within a blob.");
            hash.AppendData(buffer, 0, read);
            done += read;
        }

        return "sha256:" + Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private readonly record struct Place(long Start, long Size, string? Link);
}

/// <summary>An image in an archive.</summary>
public sealed class ArchiveImage
{
    internal ArchiveImage(IReadOnlyList<string> names, ArchiveBlob target)
    {
        Names = names;
        Target = target;
    }

    /// <summary>Written out; empty where the archive gives none.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The digest of its manifest or index.</summary>
    public string Digest => Target.Digest;

    internal ArchiveBlob Target { get; }
}

/// <summary>A blob of an archive, verified.</summary>
internal sealed record ArchiveBlob(string Digest, string MediaType, long Start, long Size)
{
    /// <summary>The bytes, where the archive did not have them as they are needed.</summary>
    public byte[]? Content { get; init; }

    /// <summary>What it refers to.</summary>
    public IReadOnlyList<string> Children { get; init; } = [];
}
