namespace Keelson.Server.Allocation;

/// <summary>Holds a reservation while its write is under way, and settles it by how that ends.</summary>
internal sealed class HeldReservation(Reservation? reservation) : IDisposable
{
    private bool _isWriting;
    private bool _isStored;

    public void BeginWrite() => _isWriting = true;

    /// <param name="revision">The write's revision; null where nothing was written.</param>
    public void EndWrite(long? revision)
    {
        _isWriting = false;
        if (revision is not { } stored) return;
        _isStored = true;
        reservation?.Store(stored);
    }

    public void Dispose()
    {
        if (_isStored) return;

        // A write that was begun and did not answer may be in the store or not.
        if (_isWriting) reservation?.Abandon();
        else reservation?.Release();
    }
}
