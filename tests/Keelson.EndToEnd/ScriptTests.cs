namespace Keelson.EndToEnd;

/// <summary>The scripts at the root, where they refuse; that they work is how this test came to run.</summary>
public sealed class ScriptTests
{
    [Theory]
    [InlineData("--bogus")]
    [InlineData("--filter")]
    public async Task The_test_script_refuses_arguments_that_it_does_not_know(string argument)
    {
        var (code, output) = await RunAsync($"./test {argument}");
        Assert.Equal(2, code);
        Assert.Contains(argument, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_test_script_counts_a_suite_that_does_not_exist_as_a_failure()
    {
        var (code, output) = await RunAsync("./test NoSuchSuite 2>&1");
        Assert.Equal(1, code);
        Assert.Contains("There is no test suite called NoSuchSuite.", output, StringComparison.Ordinal);
        Assert.EndsWith("\n0 passed, 1 failed, 0 skipped\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_SDK_the_scripts_say_what_is_missing_and_how_to_get_it()
    {
        foreach (var script in (string[])["test", "keelson", "bench/run"])
        {
            // A folder with the tools that the scripts need and nothing else; a changed stamp makes keelson build.
            var (code, output) = await RunAsync($$"""
                tools=$(mktemp -d); trap 'rm -rf "$tools"' EXIT
                for tool in bash dirname mkdir basename sed cat find sort cksum head mktemp rm cp; do ln -s "$(command -v $tool)" "$tools/$tool"; done
                mkdir -p "$tools/src" "$tools/bench"; cp -r scripts global.json "$tools/"; cp {{script}} "$tools/{{script}}"
                PATH="$tools" "$tools/{{script}}" 2>&1
                """);
            Assert.NotEqual(0, code);
            Assert.Contains("Keelson needs the .NET 10 SDK", output, StringComparison.Ordinal);
            Assert.Contains("dotnet-sdk-10.0", output, StringComparison.Ordinal);
            if (script == "test") Assert.EndsWith("\n0 passed, 1 failed, 0 skipped\n", output, StringComparison.Ordinal);
        }
    }

    private static async Task<(int Code, string Output)> RunAsync(string command)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The scripts need a Unix shell.");
        await using var program = RunningProgram.Start("bash", "-c", $"cd '{Checkout.Root}' && {command}");
        return (await program.WaitForExitAsync(), program.Output);
    }
}
