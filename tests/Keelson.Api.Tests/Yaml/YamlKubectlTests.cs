using System.ComponentModel;
using System.Diagnostics;
using Keelson.Api.Tests.Values;
using Keelson.Api.Values;
using Keelson.Api.Yaml;

namespace Keelson.Api.Tests.Yaml;

/// <summary>Compares with the kubectl that is installed; it prints a local file without any server.</summary>
public sealed class YamlKubectlTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Kubectl_prints_the_same_bytes()
    {
        var value = Sample();
        var printed = await PrintAsync(value, "yaml");
        Assert.SkipWhen(printed is null, "kubectl is not installed");
        Assert.Equal(printed, YamlWriter.WriteText(value));
    }

    [Fact]
    public async Task Kubectl_reads_the_same_object_from_what_is_written()
    {
        var value = Sample();
        var printed = await PrintAsync(value, "json", YamlWriter.WriteText(value));
        Assert.SkipWhen(printed is null, "kubectl is not installed");
        Assert.Equal(printed!.TrimEnd('\n'), ValueWriter.WriteText(value, JsonFormat.Indented with { EscapeHtml = true }));
    }

    private static MapValue Sample()
    {
        var random = new RandomValues(20260105);
        var texts = new ListBuilder();
        var objects = new ListBuilder();
        for (var i = 0; i < 1500; i++)
        {
            // A next-line character is a line break to upstream's own conversion, which loses it.
            texts.Add(random.NextText().Replace("\u0085", "", StringComparison.Ordinal).Replace("\u007f", "", StringComparison.Ordinal));
            var nested = MapValue.Of(("nested", ListValue.Create([texts[i], ListValue.Create([texts[i]])])));
            objects.Add(MapValue.Of(($"k{i}", nested), ($"word{i}", texts[i])));
        }

        return MapValue.Of(
            ("apiVersion", "example.com/v1"), ("kind", "Sample"), ("metadata", MapValue.Of(("name", "x"))),
            ("texts", texts.Build()), ("objects", objects.Build()));
    }

    private static async Task<string?> PrintAsync(Value value, string format, string? input = null)
    {
        var start = new ProcessStartInfo("kubectl", ["--kubeconfig=/dev/null", "patch", "--local", "-f", "-", "--type=merge", "-p", "{}", "-o", format])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var deadline = new CancellationTokenSource(Deadline);
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            return null;
        }

        using (process)
        {
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var errors = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.StandardInput.WriteAsync(input ?? ValueWriter.WriteText(value, JsonFormat.Compact));
            process.StandardInput.Close();
            var text = await output;
            Assert.Equal("", await errors);
            await process.WaitForExitAsync(deadline.Token);
            return text;
        }
    }
}
