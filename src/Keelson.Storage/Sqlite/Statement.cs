using System.Runtime.InteropServices;
using System.Text;

namespace Keelson.Storage.Sqlite;

/// <summary>One compiled statement. Parameters count from one, columns from zero, as in SQLite.</summary>
internal sealed unsafe class Statement(Connection connection, nint handle) : IDisposable
{
    // SQLite copies the bytes before the call returns.
    private const nint Copied = -1;

    // A pointer for empty values: SQLite takes a null pointer for NULL.
    private static readonly byte[] Nothing = [0];

    private nint _handle = handle;

    public void Bind(int index, long value) => connection.Check(NativeSqlite.BindInteger(_handle, index, value));

    public void BindNull(int index) => connection.Check(NativeSqlite.BindNull(_handle, index));

    /// <summary>Binds bytes that SQLite copies.</summary>
    public void Bind(int index, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty) value = Nothing.AsSpan(0, 0);
        fixed (byte* start = value)
        fixed (byte* nothing = Nothing)
        {
            connection.Check(NativeSqlite.BindBlob(_handle, index, value.IsEmpty ? nothing : start, value.Length, Copied));
        }
    }

    /// <summary>Moves to the next row; false at the end, with the statement reset.</summary>
    public bool Step()
    {
        var result = NativeSqlite.Step(_handle);
        if (result == NativeSqlite.Row) return true;
        var systemError = result == NativeSqlite.Done ? 0 : Marshal.GetLastPInvokeError();
        try
        {
            connection.Check(result, systemError);
        }
        finally
        {
            NativeSqlite.Reset(_handle);
        }

        return false;
    }

    /// <summary>Runs a statement that answers no rows.</summary>
    public void Run()
    {
        while (Step()) { }
    }

    public void Reset() => NativeSqlite.Reset(_handle);

    public long Integer(int column) => NativeSqlite.ColumnInteger(_handle, column);

    public bool IsNull(int column) => NativeSqlite.ColumnType(_handle, column) == NativeSqlite.TypeNull;

    /// <summary>A column's bytes; good until the next step or reset.</summary>
    public ReadOnlySpan<byte> Bytes(int column)
    {
        var start = NativeSqlite.ColumnBlob(_handle, column);
        return start == null ? default : new ReadOnlySpan<byte>(start, NativeSqlite.ColumnBytes(_handle, column));
    }

    public string Text(int column)
    {
        var start = NativeSqlite.ColumnText(_handle, column);
        return start == null ? "" : Encoding.UTF8.GetString(start, NativeSqlite.ColumnBytes(_handle, column));
    }

    public void Dispose()
    {
        if (_handle != 0) NativeSqlite.Finalize(_handle);
        _handle = 0;
    }
}
