namespace Keelson.Api.Tests.Yaml;

/// <summary>Finds files that upstream wrote, which lie beside the project where they are present at all.</summary>
internal static class SharedFolder
{
    internal const string Missing = "the folder shared/api-goldens is not beside the project, and KEELSON_SHARED does not name it";

    /// <summary>The folder with this name, or null.</summary>
    internal static string? Find(string name)
    {
        if (Environment.GetEnvironmentVariable("KEELSON_SHARED") is { Length: > 0 } named)
        {
            var inside = Path.Combine(named, name);
            return Directory.Exists(inside) ? inside : null;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", name);
            if (Directory.Exists(candidate)) return candidate;
        }

        return null;
    }
}
