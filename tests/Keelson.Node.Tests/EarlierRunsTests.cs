using Keelson.Node.Network;

namespace Keelson.Node.Tests;

public sealed class EarlierRunsTests
{
    // The highest number that a process can have, which none has.
    private const string Gone = "fffffc";

    [Theory]
    [InlineData("kl-" + Gone + "01", true)]
    [InlineData("kltest-" + Gone + "01-node-1", true)]
    [InlineData("kl-" + Gone, false)]
    [InlineData("kl-" + Gone + "012", false)]
    [InlineData("keelson-" + Gone + "01", false)]
    [InlineData("kl-zzzzzz01", false)]
    public void A_name_tells_whether_its_run_is_over(string name, bool isOver) => Assert.Equal(isOver, EarlierRuns.IsOver(name));

    [Fact]
    public void What_this_run_makes_is_kept() => Assert.False(EarlierRuns.IsOver("kl-" + EarlierRuns.NewId()));

    [Fact]
    public async Task What_a_killed_run_left_is_taken_away()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Network namespaces need Linux and root.");
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"kl-{Gone}07"));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "file"), "left");
        var place = NetworkNamespace.Create($"klbare-{Gone}07");

        await new EarlierRuns().InitializeAsync();

        Assert.False(Directory.Exists(folder.FullName));
        Assert.False(place.Exists);
    }
}
