namespace Keelson.EndToEnd;

public sealed class CommandLineTests
{
    [Fact]
    public async Task Help_names_the_commands_and_ends_well()
    {
        await using var program = RunningProgram.Keelson("--help");
        Assert.Equal(0, await program.WaitForExitAsync());
        Assert.Contains("Keelson", program.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_command_is_refused_with_its_name()
    {
        await using var program = RunningProgram.Keelson("sail");
        Assert.NotEqual(0, await program.WaitForExitAsync());
        Assert.Contains("sail", program.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_script_runs_the_executable_from_any_folder()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "The script needs a Unix shell.");
        await using var program = RunningProgram.Start("bash", "-c", $"cd / && '{Checkout.Root}/keelson' --version");
        Assert.Equal(0, await program.WaitForExitAsync(RunningProgram.PatienceForBuilds));
        Assert.Matches(@"(?m)^\d+\.\d+\.\d+", program.Output);
    }
}
