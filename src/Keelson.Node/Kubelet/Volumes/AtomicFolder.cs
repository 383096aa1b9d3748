using System.Globalization;
using System.Runtime.InteropServices;

namespace Keelson.Node.Kubelet.Volumes;

/// <summary>A file of a volume.</summary>
internal sealed record VolumeFile(byte[] Content, int Mode)
{
    /// <summary>Whose it is, where not the kubelet's.</summary>
    public long? User { get; init; }
}

/// <summary>A folder whose files change all at once: they are links through ..data, which is swapped.</summary>
internal static partial class AtomicFolder
{
    private const string Data = "..data";
    private const string NewData = "..data_tmp";
    private const int FolderMode = 0x1ED;

    /// <summary>Makes the folder hold these files and no others; by path below the folder.</summary>
    /// <returns>Whether anything changed.</returns>
    public static bool Write(string folder, IReadOnlyDictionary<string, VolumeFile> files, VolumeOwner owner = default)
    {
        foreach (var path in files.Keys)
        {
            if (Path.IsPathRooted(path) || path.Length == 0 || path.Split('/').Any(part => part is ".." or "") || path.StartsWith("..", StringComparison.Ordinal))
            {
                throw new IOException($"\"{path}\" is no path that a volume can hold.");
            }
        }

        var link = Path.Combine(folder, Data);
        var current = Directory.Exists(link) ? Path.Combine(folder, new FileInfo(link).LinkTarget!) : null;
        if (current is not null && IsSame(current, files)) return false;
        var fresh = WriteFresh(folder, files, owner);
        var newLink = Path.Combine(folder, NewData);
        File.Delete(newLink);
        File.CreateSymbolicLink(newLink, Path.GetFileName(fresh));
        if (Rename(newLink, link) != 0) throw new IOException($"{link} could not be swapped: {Marshal.GetLastPInvokeErrorMessage()}");
        LinkTopLevel(folder, files);
        if (current is not null) Directory.Delete(current, recursive: true);
        return true;
    }

    private static string WriteFresh(string folder, IReadOnlyDictionary<string, VolumeFile> files, VolumeOwner owner)
    {
        // A name that no earlier one had, as a reader may be in the middle of the old folder.
        var number = Directory.EnumerateDirectories(folder, "..v*").Select(path => int.TryParse(Path.GetFileName(path)[3..], CultureInfo.InvariantCulture, out var known) ? known : 0).DefaultIfEmpty().Max() + 1;
        var fresh = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"..v{number}"));
        Directory.CreateDirectory(fresh);
        SetFolder(fresh, owner);
        foreach (var (path, file) in files)
        {
            var whole = Path.Combine(fresh, path);
            MakeFolders(fresh, path, owner);
            File.WriteAllBytes(whole, file.Content);
            SystemFiles.Own(whole, file.User, owner.Group);
            // After the owner, as a change of owner takes special bits away.
            UnixModes.Set(whole, file.Mode);
        }

        return fresh;
    }

    private static void MakeFolders(string fresh, string path, VolumeOwner owner)
    {
        var folder = fresh;
        foreach (var part in path.Split('/')[..^1])
        {
            folder = Path.Combine(folder, part);
            if (Directory.Exists(folder)) continue;
            Directory.CreateDirectory(folder);
            SetFolder(folder, owner);
        }
    }

    private static void SetFolder(string folder, VolumeOwner owner)
    {
        SystemFiles.Own(folder, null, owner.Group);
        UnixModes.Set(folder, owner.FolderMode(FolderMode));
    }

    private static void LinkTopLevel(string folder, IReadOnlyDictionary<string, VolumeFile> files)
    {
        var wanted = files.Keys.Select(path => path.Split('/')[0]).ToHashSet(StringComparer.Ordinal);
        foreach (var name in wanted)
        {
            var path = Path.Combine(folder, name);
            if (new FileInfo(path).LinkTarget is null) File.CreateSymbolicLink(path, Path.Combine(Data, name));
        }

        foreach (var path in Directory.EnumerateFileSystemEntries(folder))
        {
            var name = Path.GetFileName(path);
            if (!name.StartsWith("..", StringComparison.Ordinal) && !wanted.Contains(name)) File.Delete(path);
        }
    }

    private static bool IsSame(string folder, IReadOnlyDictionary<string, VolumeFile> files)
    {
        var there = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path)).ToHashSet(StringComparer.Ordinal);
        return there.SetEquals(files.Keys) && files.All(file =>
        {
            var path = Path.Combine(folder, file.Key);
            return UnixModes.Has(path, file.Value.Mode) && File.ReadAllBytes(path).AsSpan().SequenceEqual(file.Value.Content);
        });
    }

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(string from, string to);
}
