using Keelson.Commands.Up;

namespace Keelson.Tests.Commands.Up;

public sealed class DefaultDataDirectoryTests
{
    [Theory]
    [InlineData(true, "/data", "/home/ann", "/var/lib/keelson")]
    [InlineData(false, "/data", "/home/ann", "/data/keelson")]
    [InlineData(false, null, "/home/ann", "/home/ann/.local/share/keelson")]
    [InlineData(false, "", "/home/ann", "/home/ann/.local/share/keelson")]
    [InlineData(false, "relative", "/home/ann", "/home/ann/.local/share/keelson")]
    public void It_is_the_machines_for_root_and_the_users_own_for_others(bool isRoot, string? dataHome, string home, string expected)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has folders of its own for this.");
        Assert.Equal(expected, DefaultDataDirectory.Choose(isRoot, dataHome, "", home));
    }

    [Fact]
    public void Without_a_home_it_asks_for_a_directory()
    {
        var error = Assert.Throws<InvalidOperationException>(() => DefaultDataDirectory.Choose(false, null, "", ""));
        Assert.Contains("--data-dir", error.Message, StringComparison.Ordinal);
    }
}
