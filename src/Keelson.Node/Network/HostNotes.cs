using System.Globalization;

namespace Keelson.Node.Network;

/// <summary>What was done to the host, and what it was like before, in files that clusters share.</summary>
internal sealed class HostNotes(ClusterNetworkOptions options)
{
    private const string UplinkEnding = ".uplink";

    private string UplinkFile => Path.Combine(options.HostNotesDirectory, options.ClusterId + UplinkEnding);

    private string ForwardingFile => Path.Combine(options.HostNotesDirectory, "forwarding");

    /// <summary>Which addresses the cluster's link has; null where it has none.</summary>
    public int? Block => Read(UplinkFile);

    /// <summary>The settings as they were before the first cluster changed them; null where none did.</summary>
    public IReadOnlyList<(string Key, string Value)>? Forwarding
    {
        get
        {
            if (!File.Exists(ForwardingFile)) return null;
            return [.. File.ReadLines(ForwardingFile).Select(line => line.Split(' ', 2)).Where(parts => parts.Length == 2).Select(parts => (parts[0], parts[1]))];
        }
    }

    public IReadOnlySet<int> BlocksOfAll() => Directory.Exists(options.HostNotesDirectory)
        ? Directory.EnumerateFiles(options.HostNotesDirectory, "*" + UplinkEnding).Select(Read).OfType<int>().ToHashSet()
        : new HashSet<int>();

    public void Note(int block) => Write(UplinkFile, block.ToString(CultureInfo.InvariantCulture));

    public void NoteForwarding(IEnumerable<(string Key, string Value)> settings) => Write(ForwardingFile, string.Join('\n', settings.Select(setting => $"{setting.Key} {setting.Value}")));

    public void Forget() => File.Delete(UplinkFile);

    public void ForgetForwarding() => File.Delete(ForwardingFile);

    /// <summary>Removes the directory when nothing is noted any more.</summary>
    public void Clean()
    {
        if (Directory.Exists(options.HostNotesDirectory) && !Directory.EnumerateFileSystemEntries(options.HostNotesDirectory).Any()) Directory.Delete(options.HostNotesDirectory);
    }

    private void Write(string file, string text)
    {
        Directory.CreateDirectory(options.HostNotesDirectory);
        var fresh = file + ".new";
        File.WriteAllText(fresh, text);
        File.Move(fresh, file, overwrite: true);
    }

    private static int? Read(string file)
    {
        try
        {
            return int.TryParse(File.ReadAllText(file), NumberStyles.None, CultureInfo.InvariantCulture, out var block) ? block : null;
        }
        catch (Exception none) when (none is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
