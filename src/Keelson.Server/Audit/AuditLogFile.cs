using System.Globalization;

namespace Keelson.Server.Audit;

/// <summary>How a log is kept from filling the disk.</summary>
public sealed record AuditLogLimits
{
    /// <summary>How many megabytes a file may have before the next is begun; default 100, as upstream.</summary>
    public int MaxMegabytes { get; init; } = 100;

    /// <summary>How many older files are kept; default 0, which stands for all, as upstream.</summary>
    public int MaxFiles { get; init; }

    /// <summary>How many days older files are kept; default 0, which stands for ever, as upstream.</summary>
    public int MaxDays { get; init; }
}

/// <summary>Writes events into a file, one a line, and begins a new one when it is full.</summary>
public sealed class AuditLogFile(string path, AuditLogLimits limits, TimeProvider time) : IAuditBackend
{
    private const string Stamp = "yyyy-MM-ddTHH-mm-ss.fff";

    private readonly SemaphoreSlim _turn = new(1);
    private FileStream? _file;

    public string Name => "log";

    public async ValueTask WriteAsync(IReadOnlyList<ReadOnlyMemory<byte>> events, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(events);
        await _turn.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            foreach (var written in events)
            {
                var file = Open(written.Length + 1);
                var line = new byte[written.Length + 1];
                written.CopyTo(line);
                line[^1] = (byte)'\n';

                // A line is written whole or, when the disk is full, cut back: the next must not follow half of one.
                var before = file.Position;
                try
                {
                    await file.WriteAsync(line, CancellationToken.None).ConfigureAwait(false);
                }
                catch (IOException)
                {
                    file.SetLength(before);
                    file.Position = before;
                    throw;
                }
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_file is not null) await _file.DisposeAsync().ConfigureAwait(false);
        _turn.Dispose();
    }

    // Nothing is buffered: what is written is the system's.
    private FileStream Open(int more)
    {
        if (_file is null)
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
            _file = Begin();
        }

        if (_file.Position == 0 || _file.Position + more <= limits.MaxMegabytes * 1024L * 1024) return _file;
        _file.Dispose();
        _file = null;
        File.Move(path, Aside(time.GetUtcNow()), overwrite: false);
        RemoveOld();
        return _file = Begin();
    }

    // Whoever reads what was asked for and answered, reads secrets.
    private FileStream Begin()
    {
        var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }

    private string Aside(DateTimeOffset now)
    {
        var name = $"{Path.GetFileNameWithoutExtension(path)}-{now.UtcDateTime.ToString(Stamp, CultureInfo.InvariantCulture)}";
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var aside = Path.Combine(folder, name + Path.GetExtension(path));
        for (var i = 1; File.Exists(aside); i++) aside = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{name}.{i}{Path.GetExtension(path)}"));
        return aside;
    }

    private void RemoveOld()
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var older = folder.GetFiles($"{Path.GetFileNameWithoutExtension(path)}-*{Path.GetExtension(path)}").OrderByDescending(file => file.Name, StringComparer.Ordinal).ToList();
        for (var i = 0; i < older.Count; i++)
        {
            var tooMany = limits.MaxFiles > 0 && i >= limits.MaxFiles;
            var tooOld = limits.MaxDays > 0 && older[i].LastWriteTimeUtc < time.GetUtcNow().UtcDateTime.AddDays(-limits.MaxDays);
            if (tooMany || tooOld) older[i].Delete();
        }
    }
}

/// <summary>Writes events to a stream that stays the caller's, such as the program's output: one a line.</summary>
public sealed class AuditLogStream(Stream output) : IAuditBackend
{
    private readonly SemaphoreSlim _turn = new(1);

    public string Name => "log";

    public async ValueTask WriteAsync(IReadOnlyList<ReadOnlyMemory<byte>> events, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(events);
        await _turn.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            foreach (var written in events) await output.WriteAsync((byte[])[.. written.Span, (byte)'\n'], CancellationToken.None).ConfigureAwait(false);
            await output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    public ValueTask DisposeAsync()
    {
        _turn.Dispose();
        return ValueTask.CompletedTask;
    }
}
