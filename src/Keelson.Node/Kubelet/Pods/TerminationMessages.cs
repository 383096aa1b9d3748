using System.Text;
using Keelson.Node.Runtime;

namespace Keelson.Node.Kubelet.Pods;

/// <summary>What a container leaves to be read after its end: a file of its own, or the end of its log.</summary>
internal static class TerminationMessages
{
    /// <summary>How much of the file is read; as much as other kubelets do.</summary>
    private const int FileLimit = 4096;

    /// <summary>How much of the log is taken, in bytes and in lines.</summary>
    private const int LogLimit = 2048;
    private const int LogLines = 80;

    /// <summary>How much of the log's file is read to find that much; each line has a time before it.</summary>
    private const int LogWindow = 64 * 1024;
    private const int Writable = 0x1B6;

    /// <summary>Makes the file that the container finds at its path; null where it wants none.</summary>
    public static ContainerMount? Prepare(string podFolder, ApiContainer container, uint attempt)
    {
        if (container.TerminationMessagePath.Length == 0) return null;
        var folder = Path.Combine(podFolder, "containers", container.Name);
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, $"{attempt}");
        File.WriteAllBytes(file, []);
        Volumes.UnixModes.Set(file, Writable);
        // Of earlier runs, only the one before this may still be asked for.
        if (attempt > 1) File.Delete(Path.Combine(folder, $"{attempt - 2}"));
        return new ContainerMount(container.TerminationMessagePath, file);
    }

    /// <summary>What the container said at its end, after what the runtime says of it.</summary>
    public static string Read(RunContainer container, string? policy)
    {
        var said = FromFile(container);
        if (said.Length == 0 && policy == "FallbackToLogsOnError" && container.ExitCode != 0) said = FromLog(container.LogPath);
        return container.Message.Length == 0 ? said : said.Length == 0 ? container.Message : $"{container.Message}: {said}";
    }

    private static string FromFile(RunContainer container)
    {
        if (!container.Annotations.TryGetValue(KubeletLabels.TerminationMessagePath, out var path)) return "";
        var file = container.Mounts.FirstOrDefault(mount => mount.ContainerPath == path)?.HostPath;
        return file is null || !File.Exists(file) ? "" : Encoding.UTF8.GetString(End(file, FileLimit, fromBegin: true));
    }

    private static string FromLog(string file)
    {
        if (file.Length == 0 || !File.Exists(file)) return "";
        var lines = Encoding.UTF8.GetString(End(file, LogWindow, fromBegin: false)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var text = new StringBuilder();
        foreach (var line in lines.TakeLast(LogLines))
        {
            // TIME STREAM TAG TEXT, where the tag P stands for a line that goes on.
            var parts = line.Split(' ', 4);
            if (parts.Length < 4 || parts[1] is not ("stdout" or "stderr")) continue;
            text.Append(parts[3]);
            if (parts[2] != "P") text.Append('\n');
        }

        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        return bytes.Length <= LogLimit ? text.ToString() : Encoding.UTF8.GetString(bytes.AsSpan(bytes.Length - LogLimit));
    }

    private static byte[] End(string file, int limit, bool fromBegin)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (!fromBegin) stream.Position = Math.Max(0, stream.Length - limit);
        var buffer = new byte[limit];
        var length = stream.ReadAtLeast(buffer, limit, throwOnEndOfStream: false);
        return buffer[..length];
    }
}
