namespace Keelson.Commands.Up;

/// <summary>Where a cluster's data lies when nobody says: the machine's place for root, the user's own for others.</summary>
internal static class DefaultDataDirectory
{
    private const string Name = "keelson";

    public static string ForThisUser() => Choose(
        Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows(),
        Environment.GetEnvironmentVariable("XDG_DATA_HOME"),
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify));

    /// <param name="isRoot">Whether the machine's own folders are ours.</param>
    /// <param name="dataHome">XDG_DATA_HOME, or null.</param>
    /// <param name="localData">The system's folder for a user's local data, or empty.</param>
    /// <param name="home">The user's home, or empty.</param>
    public static string Choose(bool isRoot, string? dataHome, string localData, string home)
    {
        if (isRoot) return Path.Combine("/var/lib", Name);
        // A relative one is to be ignored, says the specification.
        if (!string.IsNullOrEmpty(dataHome) && Path.IsPathRooted(dataHome)) return Path.Combine(dataHome, Name);
        if (OperatingSystem.IsWindows() && localData.Length > 0) return Path.Combine(localData, Name);
        if (home.Length > 0) return Path.Combine(home, ".local", "share", Name);
        throw new InvalidOperationException("There is no home directory to keep data in; name a directory with --data-dir.");
    }
}
