namespace Keelson.Cluster;

/// <summary>Writes files that a reader finds old or new, and never in between.</summary>
internal static class WholeFile
{
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var fresh = path + ".new";
        File.WriteAllBytes(fresh, content);
        File.Move(fresh, path, overwrite: true);
    }
}
