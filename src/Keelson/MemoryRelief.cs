using System.Runtime.InteropServices;

namespace Keelson;

/// <summary>Gives memory back to the system once a server that was busy has come to rest: neither the runtime nor the C library does so by itself.</summary>
/// <remarks>
/// It looks once a second and only counts. Everything stops while it gives back, some 90 ms with 70 MB of objects on a busy machine,
/// so it waits for a second in which next to nothing was done.
/// </remarks>
internal static partial class MemoryRelief
{
    /// <summary>How often it is looked whether there is something to do; default every second.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <summary>After how many bytes that were allocated the heap is collected: default 32 MiB, and an eighth of it if that is more.</summary>
    private const long WorthCollecting = 32L << 20;
    private const int WorthShare = 8;

    /// <summary>After how many the C library is asked for what connections have left, which takes no pause; default 4 MiB.</summary>
    private const long WorthTrimming = 4L << 20;

    /// <summary>What may be allocated in a second of rest; default 1 MiB.</summary>
    private const long RestBytes = 1L << 20;

    /// <summary>Each time at least this long after the last, so that a steady load in waves is not held up; default 10 seconds.</summary>
    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(10);

    /// <summary>Heaps of the C library, which TLS and SQLite use: with one a thread, each keeps what it once needed; default 2.</summary>
    private const int NativeHeaps = 2;

    private const int ArenaMaximum = -8;

    /// <summary>Runs until it is cancelled.</summary>
    public static async Task RunAsync(TimeProvider time, CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(Every, time);
        var (last, collected, trimmed, collectedAt) = (GC.GetTotalAllocatedBytes(), 0L, 0L, time.GetTimestamp());
        try
        {
            while (await timer.WaitForNextTickAsync(cancel))
            {
                var allocated = GC.GetTotalAllocatedBytes();
                var isAtRest = allocated - last < RestBytes;
                last = allocated;
                if (!isAtRest) continue;
                if (allocated - collected >= Math.Max(WorthCollecting, GC.GetTotalMemory(forceFullCollection: false) / WorthShare) && time.GetElapsedTime(collectedAt) >= Apart)
                {
                    GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                    (collected, collectedAt) = (allocated, time.GetTimestamp());
                }

                if (allocated - trimmed < WorthTrimming || !OperatingSystem.IsLinux()) continue;
                TrimNativeHeaps();
                trimmed = allocated;
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The server ends.
        }
    }

    /// <summary>Keeps the number of the C library's heaps small; for the beginning of a process.</summary>
    public static void BoundNativeHeaps()
    {
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            _ = SetOption(ArenaMaximum, NativeHeaps);
        }
        catch (Exception other) when (other is EntryPointNotFoundException or DllNotFoundException)
        {
            // Another C library, which has no such heaps.
        }
    }

    private static void TrimNativeHeaps()
    {
        try
        {
            _ = Trim(0);
        }
        catch (Exception other) when (other is EntryPointNotFoundException or DllNotFoundException)
        {
            // Another C library, which gives back by itself or not at all.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint keep);
}
