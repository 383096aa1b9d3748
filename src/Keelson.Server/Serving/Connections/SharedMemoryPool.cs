using System.Buffers;

namespace Keelson.Server.Serving.Connections;

/// <summary>The runtime's shared arrays as Kestrel wants them: never empty, whatever is asked for. What is not used is given back to the heap.</summary>
internal sealed class SharedMemoryPool : MemoryPool<byte>
{
    private const int LeastBytes = 4 * 1024;

    public static readonly SharedMemoryPool Instance = new();

    public override int MaxBufferSize => Array.MaxLength;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1) => new Owner(ArrayPool<byte>.Shared.Rent(Math.Max(minBufferSize, LeastBytes)));

    protected override void Dispose(bool disposing)
    {
    }

    private sealed class Owner(byte[] array) : IMemoryOwner<byte>
    {
        private byte[]? _array = array;

        public Memory<byte> Memory => _array ?? throw new ObjectDisposedException(nameof(SharedMemoryPool));

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _array, null) is { } rented) ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
