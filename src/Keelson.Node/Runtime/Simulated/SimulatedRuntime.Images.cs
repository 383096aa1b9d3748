using System.Security.Cryptography;
using System.Text;
using Keelson.Node.Runtime.Images;

namespace Keelson.Node.Runtime.Simulated;

public sealed partial class SimulatedRuntime
{
    public Task<string> PullImageAsync(string image, RegistryCredential? credential, SandboxConfig? sandbox, CancellationToken cancel)
    {
        var name = ImageName.Parse(image).ToString();
        var delay = sandbox?.Annotations.GetValueOrDefault(SimulatedBehavior.PullDelayKey) is { } declared
            ? SimulatedBehavior.Duration(SimulatedBehavior.PullDelayKey, declared)
            : _options.PullDelay;
        var failure = sandbox?.Annotations.GetValueOrDefault(SimulatedBehavior.PullErrorKey);
        if (delay <= TimeSpan.Zero) return Task.FromResult(Pull(name, failure));
        return PullLaterAsync(name, failure, delay, cancel);
    }

    public Task<IReadOnlyList<Image>> ListImagesAsync(CancellationToken cancel)
    {
        lock (_lock) return Task.FromResult<IReadOnlyList<Image>>([.. _images.Values]);
    }

    public Task<Image?> GetImageAsync(string image, CancellationToken cancel)
    {
        lock (_lock) return Task.FromResult(FindImage(image));
    }

    public Task RemoveImageAsync(string image, CancellationToken cancel)
    {
        lock (_lock)
        {
            if (FindImage(image) is { } found) _images.Remove(found.Tags[0]);
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<FilesystemUsage>> GetImageFilesystemsAsync(CancellationToken cancel)
    {
        lock (_lock)
        {
            var used = (ulong)_images.Count * _options.ImageBytes;
            return Task.FromResult<IReadOnlyList<FilesystemUsage>>([new(_options.Time.GetUtcNow(), "/", used, (ulong)_images.Count)]);
        }
    }

    /// <summary>Puts an image on the node, as if it had been pulled before.</summary>
    public void AddImage(string image)
    {
        lock (_lock) Add(ImageName.Parse(image).ToString());
    }

    private async Task<string> PullLaterAsync(string name, string? failure, TimeSpan delay, CancellationToken cancel)
    {
        await Task.Delay(delay, _options.Time, cancel).ConfigureAwait(false);
        return Pull(name, failure);
    }

    private string Pull(string name, string? failure)
    {
        if (failure is not null) throw new RuntimeException(RuntimeError.Failed, failure);
        if (!_options.ImageExists(name)) throw new RuntimeException(RuntimeError.NotFound, $"failed to pull and unpack image \"{name}\": {name}: not found");
        lock (_lock) return Add(name).Id;
    }

    private Image Add(string name)
    {
        if (_images.TryGetValue(name, out var known)) return known;
        var digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
        var repository = ImageName.Parse(name);
        return _images[name] = new()
        {
            Id = digest,
            Tags = [name],
            Digests = [$"{repository.Registry}/{repository.Repository}@{digest}"],
            SizeBytes = _options.ImageBytes,
        };
    }

    private Image? FindImage(string image)
    {
        if (ImageName.TryParse(image) is { } name && _images.TryGetValue(name.ToString(), out var found)) return found;
        return _images.Values.FirstOrDefault(candidate => candidate.Id == image || candidate.Digests.Contains(image));
    }
}
