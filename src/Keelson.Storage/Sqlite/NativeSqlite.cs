using System.Runtime.InteropServices;

namespace Keelson.Storage.Sqlite;

/// <summary>The functions of SQLite's C interface that the store uses, and nothing around them.</summary>
internal static unsafe partial class NativeSqlite
{
    /// <summary>Stands for whichever library <see cref="SqliteLibrary"/> chose.</summary>
    public const string Library = "keelson-sqlite";

    public const int Ok = 0;
    public const int Row = 100;
    public const int Done = 101;

    public const int OpenReadOnly = 0x1;
    public const int OpenReadWrite = 0x2;
    public const int OpenCreate = 0x4;

    /// <summary>A connection is used by one thread at a time; SQLite need not lock it.</summary>
    public const int OpenNoMutex = 0x8000;

    public const uint PreparePersistent = 0x1;

    public const int CheckpointPassive = 0;
    public const int CheckpointRestart = 2;
    public const int CheckpointTruncate = 3;

    public const int TypeNull = 5;

    [LibraryImport(Library, EntryPoint = "sqlite3_open_v2", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, out nint connection, int flags, nint fileSystem);

    [LibraryImport(Library, EntryPoint = "sqlite3_close")]
    public static partial int Close(nint connection);

    [LibraryImport(Library, EntryPoint = "sqlite3_extended_result_codes")]
    public static partial int UseExtendedResultCodes(nint connection, int on);

    [LibraryImport(Library, EntryPoint = "sqlite3_errmsg")]
    public static partial byte* ErrorMessage(nint connection);

    [LibraryImport(Library, EntryPoint = "sqlite3_system_errno")]
    public static partial int SystemError(nint connection);

    [LibraryImport(Library, EntryPoint = "sqlite3_libversion")]
    public static partial byte* Version();

    [LibraryImport(Library, EntryPoint = "sqlite3_prepare_v3")]
    public static partial int Prepare(nint connection, byte* sql, int length, uint flags, out nint statement, byte** tail);

    // SQLite does not pass the system's reason for a failed commit on; the runtime does.
    [LibraryImport(Library, EntryPoint = "sqlite3_step", SetLastError = true)]
    public static partial int Step(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_reset")]
    public static partial int Reset(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_finalize")]
    public static partial int Finalize(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_int64"), SuppressGCTransition]
    public static partial int BindInteger(nint statement, int index, long value);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_null"), SuppressGCTransition]
    public static partial int BindNull(nint statement, int index);

    // With no destructor the bytes must stay where they are until the statement is reset.
    [LibraryImport(Library, EntryPoint = "sqlite3_bind_blob")]
    public static partial int BindBlob(nint statement, int index, byte* value, int length, nint destructor);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_int64"), SuppressGCTransition]
    public static partial long ColumnInteger(nint statement, int index);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_type"), SuppressGCTransition]
    public static partial int ColumnType(nint statement, int index);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_blob")]
    public static partial byte* ColumnBlob(nint statement, int index);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_text")]
    public static partial byte* ColumnText(nint statement, int index);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_bytes")]
    public static partial int ColumnBytes(nint statement, int index);

    [LibraryImport(Library, EntryPoint = "sqlite3_get_autocommit")]
    public static partial int IsAutocommit(nint connection);

    [LibraryImport(Library, EntryPoint = "sqlite3_wal_hook")]
    public static partial nint SetWriteAheadLogHook(nint connection, delegate* unmanaged<nint, nint, byte*, int, int> hook, nint context);

    [LibraryImport(Library, EntryPoint = "sqlite3_wal_checkpoint_v2")]
    public static partial int Checkpoint(nint connection, byte* database, int mode, out int frames, out int checkpointed);
}
