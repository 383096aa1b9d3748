namespace Keelson.Api.Tests;

/// <summary>Finds the facts and golden objects that may lie beside the project.</summary>
internal static class SharedFolder
{
    /// <summary>The folder of that name, or null where there is none.</summary>
    public static string? Find(string name)
    {
        if (Environment.GetEnvironmentVariable("KEELSON_SHARED") is { Length: > 0 } given) return Existing(Path.Combine(given, name));
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Existing(Path.Combine(folder.FullName, "shared", name)) is { } found) return found;
        }

        return null;
    }

    private static string? Existing(string path) => Directory.Exists(path) ? path : null;
}
