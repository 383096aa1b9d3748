using System.Globalization;
using System.IO.Compression;
using Keelson.Node.Runtime;

namespace Keelson.Node.Kubelet.Logs;

/// <summary>Keeps the logs of containers from growing without bound: moves them away, presses them, removes the oldest.</summary>
internal sealed class LogKeeper(KubeletOptions options)
{
    private const string TimeForm = "yyyyMMdd-HHmmss";
    private const string Pressed = ".gz";

    /// <summary>Looks at all logs again and again, until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        while (true)
        {
            await Task.Delay(options.LogCheckPeriod, options.Time, cancel).ConfigureAwait(false);
            try
            {
                foreach (var container in await options.Runtime.ListContainersAsync(new ContainerFilter { State = RunState.Running }, cancel).ConfigureAwait(false))
                {
                    if (container.Labels.ContainsKey(KubeletLabels.PodUid)) await CheckAsync(container.Id, cancel).ConfigureAwait(false);
                }
            }
            catch (Exception failure) when (failure is RuntimeException or IOException or UnauthorizedAccessException)
            {
                options.OnError?.Invoke(failure);
            }
        }
    }

    /// <summary>Removes a container's log with all that was moved away of it.</summary>
    public static void Remove(string path)
    {
        if (path.Length == 0) return;
        foreach (var file in Moved(path)) File.Delete(file);
        if (File.Exists(path)) File.Delete(path);
    }

    /// <summary>Removes the logs of pods that nobody knows any more; a pod's folder ends with its uid.</summary>
    public static void RemoveOrphans(string directory, Func<string, bool> isKnown)
    {
        if (!Directory.Exists(directory)) return;
        foreach (var folder in Directory.EnumerateDirectories(directory))
        {
            var parts = Path.GetFileName(folder).Split('_');
            if (parts.Length == 3 && !isKnown(parts[2])) Directory.Delete(folder, recursive: true);
        }
    }

    private async Task CheckAsync(string id, CancellationToken cancel)
    {
        if (await options.Runtime.GetContainerAsync(id, cancel).ConfigureAwait(false) is not { State: RunState.Running, LogPath.Length: > 0 } container) return;
        var log = new FileInfo(container.LogPath);
        // A kubelet that ended right after moving a log away left the runtime writing to the old one.
        if (!log.Exists) await options.Runtime.ReopenLogAsync(id, cancel).ConfigureAwait(false);
        if (!log.Exists || log.Length <= options.LogFileLimit) return;
        var moved = $"{container.LogPath}.{options.Time.GetUtcNow().UtcDateTime.ToString(TimeForm, CultureInfo.InvariantCulture)}";
        // Two in one second would be one.
        if (File.Exists(moved)) return;
        Trim(container.LogPath);
        File.Move(container.LogPath, moved);
        try
        {
            await options.Runtime.ReopenLogAsync(id, cancel).ConfigureAwait(false);
        }
        catch (RuntimeException)
        {
            // It goes on to write to the old one, which therefore keeps its name.
            File.Move(moved, container.LogPath);
            throw;
        }
    }

    // The newest file that was moved away may still be read by somebody who follows it, so it is pressed one round later.
    private void Trim(string path)
    {
        var older = Moved(path).OrderDescending(StringComparer.Ordinal).ToList();
        // One place is for the log itself and one for the file that is moved away next.
        foreach (var file in older.Skip(Math.Max(options.LogFileCount - 2, 0))) File.Delete(file);
        foreach (var file in older.Take(Math.Max(options.LogFileCount - 2, 0)).Where(file => !file.EndsWith(Pressed, StringComparison.Ordinal))) Press(file);
    }

    // Not by a pattern: one that ends with a dot and a star also finds the log itself.
    private static List<string> Moved(string path) =>
        Path.GetDirectoryName(path) is { } folder && Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder).Where(file => file.StartsWith(path + ".", StringComparison.Ordinal))]
            : [];

    private static void Press(string file)
    {
        var temporary = file + ".tmp";
        using (var from = File.OpenRead(file))
        using (var to = new GZipStream(File.Create(temporary), CompressionLevel.Fastest))
        {
            from.CopyTo(to);
        }

        File.Move(temporary, file + Pressed, overwrite: true);
        File.Delete(file);
    }
}
