using System.Buffers;
using System.IO.Pipelines;

namespace Keelson.Node.Kubelet.Serving.Logs;

/// <summary>Copies what containers wrote out of their log files: whole or its end, once or as long as the container runs.</summary>
/// <remarks>Memory is bounded by the longest line, however large the file is. The files are read while the runtime writes and moves them.</remarks>
internal sealed class LogReader(string path, LogQuery query, TimeProvider time, Func<CancellationToken, Task<bool>> isRunning) : IDisposable
{
    private const int FirstBufferBytes = 64 * 1024;

    /// <summary>The longest line that is read; default 1 MiB, and runtimes cut theirs at 16 KiB. A longer one is passed over.</summary>
    private const int MaxLineBytes = 1024 * 1024;

    private const int FlushEvery = 32 * 1024;

    /// <summary>How soon what is new is looked for; default 50 ms after something came, up to 250 ms while nothing does.</summary>
    private static readonly TimeSpan ShortPause = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan LongPause = TimeSpan.FromMilliseconds(250);

    /// <summary>How often the runtime is asked whether the container still runs; default every second.</summary>
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(1);

    /// <summary>How long the log of a container that has ended must be silent to be over; default 300 ms: the runtime writes down the last of it afterwards.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(300);

    private FileStream? _file;
    private byte[] _buffer = [];
    private int _start;
    private int _end;
    private bool _skipping;
    private bool _begins = true;
    private long _left = query.LimitBytes ?? long.MaxValue;

    /// <summary>Opens the file and goes to where reading begins.</summary>
    public void Open()
    {
        _file = OpenFile();
        if (query.TailLines is { } lines) _file.Position = LogTail.Find(_file, lines);
    }

    public async Task CopyAsync(PipeWriter output, CancellationToken cancel)
    {
        _buffer = ArrayPool<byte>.Shared.Rent(FirstBufferBytes);
        var (pause, asked, heard, isOver) = (ShortPause, time.GetTimestamp(), 0L, false);
        while (true)
        {
            if (await ReadAsync(cancel).ConfigureAwait(false))
            {
                (pause, heard) = (ShortPause, time.GetTimestamp());
                if (!await WriteLinesAsync(output, cancel).ConfigureAwait(false)) break;
                continue;
            }

            await FlushAsync(output, cancel).ConfigureAwait(false);
            if (TryTurnPage()) continue;
            if (!query.Follow || (isOver && time.GetElapsedTime(heard) >= Silence)) break;
            if (!isOver && time.GetElapsedTime(asked) >= AskEvery)
            {
                isOver = !await isRunning(cancel).ConfigureAwait(false);
                asked = time.GetTimestamp();
                if (isOver) heard = asked;
            }

            await Task.Delay(pause, time, cancel).ConfigureAwait(false);
            pause = pause * 2 < LongPause ? pause * 2 : LongPause;
        }

        // A line without an end is one nevertheless when no more comes.
        if (_left > 0 && _end > _start && !_skipping) Write(output, _buffer.AsSpan(_start, _end - _start));
        await FlushAsync(output, cancel).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _file?.Dispose();
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private FileStream OpenFile() =>
        new(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 });

    private async ValueTask<bool> ReadAsync(CancellationToken cancel)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length) Grow();
        var read = await _file!.ReadAsync(_buffer.AsMemory(_end), cancel).ConfigureAwait(false);
        _end += read;
        return read > 0;
    }

    private void Grow()
    {
        if (_buffer.Length >= MaxLineBytes)
        {
            // What is read of the line is dropped, and the rest up to its end will be.
            (_start, _end, _skipping) = (0, 0, true);
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        _buffer.AsSpan(0, _end).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    /// <summary>Writes all whole lines; false when no more may be written.</summary>
    private async ValueTask<bool> WriteLinesAsync(PipeWriter output, CancellationToken cancel)
    {
        while (_buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n') is var length and >= 0)
        {
            if (!_skipping) Write(output, _buffer.AsSpan(_start, length));
            _skipping = false;
            _start += length + 1;
            if (_left <= 0) return false;
            if (output.UnflushedBytes >= FlushEvery && (await output.FlushAsync(cancel).ConfigureAwait(false)).IsCompleted) return false;
        }

        return true;
    }

    private void Write(PipeWriter output, ReadOnlySpan<byte> text)
    {
        // A line that no runtime wrote says nothing that could be shown.
        if (!LogLine.TryParse(text, out var line)) return;
        if (query.Stream is { } wanted && !Matches(line.Stream, wanted)) return;
        if (query.Since is { } since && (line.Time is not { } written || written < since)) return;
        if (query.Timestamps && _begins)
        {
            Put(output, line.Stamp);
            Put(output, " "u8);
        }

        Put(output, line.Content);
        if (!line.IsPartial) Put(output, "\n"u8);
        _begins = !line.IsPartial;
    }

    private void Put(PipeWriter output, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _left) bytes = bytes[..(int)_left];
        output.Write(bytes);
        _left -= bytes.Length;
    }

    private static bool Matches(ReadOnlySpan<byte> stream, string wanted) => stream.SequenceEqual(wanted == "stdout" ? "stdout"u8 : "stderr"u8);

    private static async ValueTask FlushAsync(PipeWriter output, CancellationToken cancel)
    {
        if (output.UnflushedBytes > 0) await output.FlushAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Goes on with the new file where the runtime has begun one; only once the old one is read to its end.</summary>
    private bool TryTurnPage()
    {
        if (!query.Follow || !WasMoved()) return false;
        FileStream next;
        try
        {
            next = OpenFile();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The new one is not there yet.
            return false;
        }

        // Between the last read and the move the runtime may have written more.
        if (_file!.Position < _file.Length)
        {
            next.Dispose();
            return true;
        }

        _file.Dispose();
        _file = next;
        return true;
    }

    private bool WasMoved()
    {
        if (_file!.Position > _file.Length)
        {
            // It was cut in place.
            _file.Position = 0;
            return false;
        }

        if (!OperatingSystem.IsLinux()) return false;
        try
        {
            var now = new FileInfo($"/proc/self/fd/{_file.SafeFileHandle.DangerousGetHandle()}").LinkTarget;
            return now is not null && Path.GetFileName(now) != Path.GetFileName(path);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
