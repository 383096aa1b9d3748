using System.Globalization;
using Keelson.Node.Runtime;

namespace Keelson.Node.Kubelet.Images;

/// <summary>Removes images that nobody uses when the disk they lie on fills up, those first that were used least lately.</summary>
internal sealed class ImageCollector(KubeletOptions options, Action<string, string> warn)
{
    private readonly Dictionary<string, (DateTimeOffset Found, DateTimeOffset Used)> _known = new(StringComparer.Ordinal);

    /// <summary>Looks again and again, until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                await CollectAsync(cancel).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is RuntimeException or IOException or UnauthorizedAccessException)
            {
                options.OnError?.Invoke(failure);
                warn("ImageGCFailed", failure.Message);
            }

            await Task.Delay(options.ImageCheckPeriod, options.Time, cancel).ConfigureAwait(false);
        }
    }

    internal async Task CollectAsync(CancellationToken cancel)
    {
        var images = await options.Runtime.ListImagesAsync(cancel).ConfigureAwait(false);
        var inUse = await NoteAsync(images, cancel).ConfigureAwait(false);
        if (options.ImageHighPercent >= 100) return;
        var disk = (await options.Runtime.GetImageFilesystemsAsync(cancel).ConfigureAwait(false)).FirstOrDefault(disk => !disk.IsForContainers && disk.Mountpoint.Length > 0);
        if (disk is null) return;
        var (size, used) = (options.DiskUsage ?? OfSystem)(disk.Mountpoint);
        if (size <= 0 || used * 100 < size * options.ImageHighPercent) return;
        var wanted = used - (size * options.ImageLowPercent / 100);
        var freed = await FreeAsync(images, inUse, wanted, cancel).ConfigureAwait(false);
        if (freed >= wanted) return;
        warn("FreeDiskSpaceFailed", string.Create(CultureInfo.InvariantCulture,
            $"Failed to garbage collect required amount of images. Attempted to free {wanted} bytes, but only found {freed} bytes eligible to free."));
    }

    private async Task<HashSet<string>> NoteAsync(IReadOnlyList<Image> images, CancellationToken cancel)
    {
        var now = options.Time.GetUtcNow();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var container in await options.Runtime.ListContainersAsync(ContainerFilter.All, cancel).ConfigureAwait(false))
        {
            names.Add(container.Image);
            names.Add(container.ImageReference);
            names.Add(container.ImageId);
        }

        var inUse = images.Where(image => names.Contains(image.Id) || image.Tags.Any(names.Contains) || image.Digests.Any(names.Contains)).Select(image => image.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var image in images)
        {
            var known = _known.TryGetValue(image.Id, out var before) ? before : (Found: now, Used: default);
            _known[image.Id] = inUse.Contains(image.Id) ? (known.Found, now) : known;
        }

        foreach (var gone in _known.Keys.Except(images.Select(image => image.Id)).ToList()) _known.Remove(gone);
        return inUse;
    }

    private async Task<long> FreeAsync(IReadOnlyList<Image> images, HashSet<string> inUse, long wanted, CancellationToken cancel)
    {
        var now = options.Time.GetUtcNow();
        long freed = 0;
        foreach (var image in images.Where(image => !image.Pinned && !inUse.Contains(image.Id)).OrderBy(image => _known[image.Id].Used).ThenBy(image => _known[image.Id].Found))
        {
            if (freed >= wanted) break;
            if (now - _known[image.Id].Found < options.ImageLeastAge) continue;
            await options.Runtime.RemoveImageAsync(image.Id, cancel).ConfigureAwait(false);
            freed += (long)image.SizeBytes;
        }

        return freed;
    }

    private static (long Size, long Used) OfSystem(string directory)
    {
        var drive = new DriveInfo(directory);
        return (drive.TotalSize, drive.TotalSize - drive.AvailableFreeSpace);
    }
}
