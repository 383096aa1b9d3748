using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Keelson.Storage.Sqlite;

/// <summary>One connection to the database file. Used by one thread at a time.</summary>
internal sealed unsafe class Connection : IDisposable
{
    private readonly List<Statement> _statements = [];
    private readonly StrongBox<int> _logFrames = new();
    private nint _handle;
    private GCHandle _hookContext;

    private Connection(nint handle) => _handle = handle;

    /// <summary>How many frames the write-ahead log had after this connection's last commit.</summary>
    public int LogFrames => _logFrames.Value;

    public bool IsInTransaction => NativeSqlite.IsAutocommit(_handle) == 0;

    public static Connection Open(string path, bool write)
    {
        SqliteLibrary.Prepare();
        var flags = NativeSqlite.OpenNoMutex | (write ? NativeSqlite.OpenReadWrite | NativeSqlite.OpenCreate : NativeSqlite.OpenReadOnly);
        var result = NativeSqlite.Open(path, out var handle, flags, 0);
        var connection = new Connection(handle);
        try
        {
            connection.Check(result);
            connection.Check(NativeSqlite.UseExtendedResultCodes(handle, 1));
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Compiles a statement that is used again and again; the connection disposes it.</summary>
    public Statement Prepare(string sql)
    {
        var statement = Compile(sql);
        _statements.Add(statement);
        return statement;
    }

    /// <summary>Runs a statement once and drops what it answers.</summary>
    public void Execute(string sql)
    {
        using var statement = Compile(sql);
        while (statement.Step()) { }
    }

    /// <summary>The first column of the first row, or zero where there is no row.</summary>
    public long QueryInteger(string sql)
    {
        using var statement = Compile(sql);
        return statement.Step() ? statement.Integer(0) : 0;
    }

    /// <summary>The first column of up to so many rows, as texts.</summary>
    public List<string> QueryTexts(string sql, int limit)
    {
        using var statement = Compile(sql);
        var texts = new List<string>();
        while (texts.Count < limit && statement.Step()) texts.Add(statement.Text(0));
        return texts;
    }

    /// <summary>Keeps <see cref="LogFrames"/> up to date, and turns SQLite's own checkpoints off.</summary>
    public void CountLogFrames()
    {
        _hookContext = GCHandle.Alloc(_logFrames);
        NativeSqlite.SetWriteAheadLogHook(_handle, &OnCommit, GCHandle.ToIntPtr(_hookContext));
    }

    /// <summary>Copies the write-ahead log into the database, as far as the mode says.</summary>
    /// <param name="isComplete">Whether all was copied, and what else the mode asks for was done.</param>
    /// <returns>How many frames of the log have been copied by now; zero where that is not known.</returns>
    public int Checkpoint(int mode, out bool isComplete)
    {
        var result = NativeSqlite.Checkpoint(_handle, null, mode, out var frames, out var copied);
        const int Busy = 5;
        isComplete = result == NativeSqlite.Ok && frames == copied;
        if ((result & 0xff) != Busy) Check(result);
        return Math.Max(copied, 0);
    }

    /// <param name="systemError">The system's reason, where the caller knows one and SQLite may not.</param>
    public void Check(int result, int systemError = 0)
    {
        if (result is NativeSqlite.Ok or NativeSqlite.Row or NativeSqlite.Done) return;
        if (_handle == 0) throw new SqliteFailure(result, systemError, "SQLite could not open the file");
        var message = Marshal.PtrToStringUTF8((nint)NativeSqlite.ErrorMessage(_handle)) ?? "unknown";
        throw new SqliteFailure(result, NativeSqlite.SystemError(_handle) is var known and not 0 ? known : systemError, message);
    }

    public void Dispose()
    {
        foreach (var statement in _statements) statement.Dispose();
        _statements.Clear();
        if (_handle != 0) NativeSqlite.Close(_handle);
        _handle = 0;
        if (_hookContext.IsAllocated) _hookContext.Free();
    }

    private Statement Compile(string sql)
    {
        var bytes = Encoding.UTF8.GetBytes(sql);
        fixed (byte* start = bytes)
        {
            Check(NativeSqlite.Prepare(_handle, start, bytes.Length, NativeSqlite.PreparePersistent, out var statement, null));
            return new Statement(this, statement);
        }
    }

    [UnmanagedCallersOnly]
    private static int OnCommit(nint context, nint connection, byte* database, int frames)
    {
        ((StrongBox<int>)GCHandle.FromIntPtr(context).Target!).Value = frames;
        return NativeSqlite.Ok;
    }
}
