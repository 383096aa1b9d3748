using System.IO.Pipelines;
using System.Text;
using Keelson.Node.Kubelet.Serving.Logs;
using Keelson.Node.Tests.Runtime;

namespace Keelson.Node.Tests.Kubelet.Serving.Logs;

public sealed class LogReaderTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryDirectory _directory = new();

    private string LogFile => _directory.File("0.log");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Parts_of_a_line_are_put_together_and_what_is_no_line_is_passed_over()
    {
        Write(
            "2026-01-01T00:00:00.123456789Z stdout P one \n",
            "garbage\n",
            "\n",
            "2026-01-01T00:00:01Z stdin F never\n",
            "2026-01-01T00:00:01.000000001Z stdout P and \n",
            "2026-01-01T00:00:02Z stdout F a half\n",
            "2026-01-01T00:00:03Z stderr F \n",
            "2026-01-01T00:00:04Z stdout F the end");
        Assert.Equal("one and a half\n\nthe end\n", await ReadAsync(new LogQuery()));
        Assert.Equal("2026-01-01T00:00:00.123456789Z one and a half\n2026-01-01T00:00:03Z \n2026-01-01T00:00:04Z the end\n", await ReadAsync(new LogQuery { Timestamps = true }));
        Assert.Equal("\n", await ReadAsync(new LogQuery { Stream = "stderr" }));
        Assert.Equal("\nthe end\n", await ReadAsync(new LogQuery { Since = new DateTimeOffset(2026, 1, 1, 0, 0, 3, TimeSpan.Zero) }));
        Assert.Equal("one an", await ReadAsync(new LogQuery { LimitBytes = 6 }));
    }

    [Theory]
    [InlineData(0, 100_000)]
    [InlineData(1, 99_999)]
    [InlineData(12_345, 87_655)]
    [InlineData(100_000, 0)]
    [InlineData(100_001, 0)]
    public async Task The_last_lines_are_found_from_the_end(long lines, int first)
    {
        Write([.. Enumerable.Range(0, 100_000).Select(number => $"2026-01-01T00:00:00Z stdout F line {number}\n")]);
        Assert.Equal(string.Concat(Enumerable.Range(first, 100_000 - first).Select(number => $"line {number}\n")), await ReadAsync(new LogQuery { TailLines = lines }));
    }

    [Fact]
    public async Task A_line_beyond_the_limit_takes_only_itself_away()
    {
        Write("2026-01-01T00:00:00Z stdout F before\n", $"2026-01-01T00:00:00Z stdout F {new string('x', 5_000_000)}\n", "2026-01-01T00:00:00Z stdout F after\n");
        Assert.Equal("before\nafter\n", await ReadAsync(new LogQuery()));
    }

    [Fact]
    public async Task Following_goes_on_in_the_next_file_and_ends_with_the_container()
    {
        Write("2026-01-01T00:00:00Z stdout F first\n");
        var runs = true;
        using var reader = new LogReader(LogFile, new LogQuery { Follow = true }, TimeProvider.System, _ => Task.FromResult(Volatile.Read(ref runs)));
        reader.Open();
        var pipe = new Pipe();
        using var limit = new CancellationTokenSource(Patience);
        var copying = CopyAsync(reader, pipe.Writer, limit.Token);
        using var output = new StreamReader(pipe.Reader.AsStream());
        Assert.Equal("first", await output.ReadLineAsync(limit.Token));
        await File.AppendAllTextAsync(LogFile, "2026-01-01T00:00:00Z stdout F sec", limit.Token);
        await File.AppendAllTextAsync(LogFile, "ond\n", limit.Token);
        Assert.Equal("second", await output.ReadLineAsync(limit.Token));

        // As the kubelet turns logs over: the file is moved, written to a little longer, and then there is a new one.
        File.Move(LogFile, LogFile + ".20260101");
        await File.AppendAllTextAsync(LogFile + ".20260101", "2026-01-01T00:00:00Z stdout F third\n", limit.Token);
        Write("2026-01-01T00:00:00Z stdout F fourth\n");
        Assert.Equal("third", await output.ReadLineAsync(limit.Token));
        Assert.Equal("fourth", await output.ReadLineAsync(limit.Token));
        Volatile.Write(ref runs, false);
        await File.AppendAllTextAsync(LogFile, "2026-01-01T00:00:00Z stdout F last words\n", limit.Token);
        Assert.Equal("last words", await output.ReadLineAsync(limit.Token));
        Assert.Null(await output.ReadLineAsync(limit.Token));
        await copying;
    }

    private void Write(params string[] lines) => File.WriteAllText(LogFile, string.Concat(lines));

    private async Task<string> ReadAsync(LogQuery query)
    {
        using var reader = new LogReader(LogFile, query, TimeProvider.System, _ => Task.FromResult(false));
        reader.Open();
        var output = new MemoryStream();
        var writer = PipeWriter.Create(output);
        using var limit = new CancellationTokenSource(Patience);
        await reader.CopyAsync(writer, limit.Token);
        await writer.CompleteAsync();
        return Encoding.UTF8.GetString(output.ToArray());
    }

    private static async Task CopyAsync(LogReader reader, PipeWriter writer, CancellationToken cancel)
    {
        await reader.CopyAsync(writer, cancel);
        await writer.CompleteAsync();
    }
}
