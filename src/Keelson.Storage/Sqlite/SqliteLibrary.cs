using System.Reflection;
using System.Runtime.InteropServices;

namespace Keelson.Storage.Sqlite;

/// <summary>
/// Chooses the SQLite to use: the operating system's, where it has one that is new enough, else the one
/// that came with Keelson.
/// </summary>
/// <remarks>
/// The system's library gets security fixes without a new Keelson and is usually the newer of the two;
/// the one in the package is of 2021. It is there for minimal images that have none.
/// </remarks>
internal static class SqliteLibrary
{
    /// <summary>3.35: the oldest version whose behaviour the store was tested with.</summary>
    public const int OldestVersion = 3_035_000;

    private static readonly Lazy<bool> Chosen = new(() =>
    {
        NativeLibrary.SetDllImportResolver(typeof(SqliteLibrary).Assembly, static (name, assembly, _) =>
            name == NativeSqlite.Library ? Choose(assembly) : 0);
        return true;
    });

    /// <summary>Must have been called before anything of <see cref="NativeSqlite"/> is.</summary>
    public static void Prepare() => _ = Chosen.Value;

    private static nint Choose(Assembly assembly)
    {
        foreach (var name in Candidates())
        {
            if (!NativeLibrary.TryLoad(name, assembly, null, out var library)) continue;
            if (IsUsable(library)) return library;
            NativeLibrary.Free(library);
        }

        throw new StoreException(
            StoreError.Unavailable,
            "no usable SQLite was found (3.35 or newer, built thread-safe); install the system's SQLite library, for example the package libsqlite3-0");
    }

    private static IEnumerable<string> Candidates()
    {
        if (OperatingSystem.IsWindows()) yield return "winsqlite3";
        else if (OperatingSystem.IsMacOS()) yield return "/usr/lib/libsqlite3.dylib";
        else yield return "libsqlite3.so.0";
        yield return "e_sqlite3";
    }

    private static unsafe bool IsUsable(nint library)
    {
        if (!NativeLibrary.TryGetExport(library, "sqlite3_libversion_number", out var version)) return false;
        if (!NativeLibrary.TryGetExport(library, "sqlite3_threadsafe", out var threadSafe)) return false;
        return ((delegate* unmanaged<int>)version)() >= OldestVersion && ((delegate* unmanaged<int>)threadSafe)() != 0;
    }
}
