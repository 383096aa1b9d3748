namespace Keelson.EndToEnd;

/// <summary>The repository that this suite was built from.</summary>
internal static class Checkout
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Keelson.slnx"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
