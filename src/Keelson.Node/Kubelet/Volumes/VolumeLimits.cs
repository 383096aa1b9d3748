using Keelson.Node.Kubelet.Pods;

namespace Keelson.Node.Kubelet.Volumes;

/// <summary>Ends pods whose directories on disk have become larger than they may.</summary>
internal sealed class VolumeLimits(VolumeKeeper volumes, KubeletOptions options, Action<string, PodVerdict> evict)
{
    /// <summary>Measures again and again, until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        while (true)
        {
            await Task.Delay(options.VolumeLimitPeriod, options.Time, cancel).ConfigureAwait(false);
            foreach (var pod in volumes.Pods)
            {
                foreach (var volume in pod.Spec.Volumes)
                {
                    // What lies in memory has its limit from the kernel.
                    if (volume.VolumeSource.EmptyDir is not { SizeLimit: { IsZero: false } limit, Medium: "" }) continue;
                    if (Size(volumes.FolderOf(pod, volume), limit.Value()) <= limit.Value()) continue;
                    var message = $"Usage of EmptyDir volume \"{volume.Name}\" exceeds the limit \"{limit}\". ";
                    evict(pod.Metadata.Uid, new PodVerdict("Evicted", message) { IsEviction = true });
                    break;
                }
            }
        }
    }

    // Counting ends when it is too much already: a pod cannot keep the kubelet busy with more.
    private static long Size(string folder, long enough)
    {
        long sum = 0;
        try
        {
            var rules = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };
            foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", rules))
            {
                sum += file.Length;
                if (sum > enough) return sum;
            }
        }
        catch (IOException)
        {
            // Files come and go while they are counted; the next round counts again.
        }

        return sum;
    }
}
