using System.Buffers.Binary;

namespace Keelson.Storage.Etcd.Bolt;

/// <summary>The facts of the file format that etcd keeps its data in: pages that form trees of sorted keys.</summary>
/// <remarks>
/// All numbers are little-endian. Page: id (8), flags (2), elements (2), further pages that belong to it (4).
/// Leaf element: flags (4), where its key begins counted from the element (4), length of key (4) and value (4).
/// Branch element: where its key begins (4), length of key (4), page (8). Two pages say where the newest root is;
/// the valid one of the higher transaction counts.
/// </remarks>
internal static class BoltFormat
{
    public const int PageBytes = 4096;
    public const int PageHeaderBytes = 16;
    public const int ElementBytes = 16;
    public const uint Magic = 0xED0CDAED;
    public const uint Version = 2;

    public const ushort BranchPage = 0x01;
    public const ushort LeafPage = 0x02;
    public const ushort MetaPage = 0x04;
    public const ushort FreePage = 0x10;

    /// <summary>A leaf element whose value is a bucket: the page of its root (8), a sequence (8), and with no page a page of its own.</summary>
    public const uint BucketFlag = 1;
    public const int BucketHeaderBytes = 16;

    /// <summary>Magic, version, page size, flags, root bucket (16), free list, pages, transaction; then the checksum.</summary>
    public const int MetaBytes = 56;

    /// <summary>FNV-1a with 64 bits.</summary>
    public static ulong Checksum(ReadOnlySpan<byte> data)
    {
        var hash = 0xcbf29ce484222325UL;
        foreach (var one in data) hash = unchecked((hash ^ one) * 0x100000001b3UL);
        return hash;
    }

    public static void WritePageHeader(Span<byte> page, ulong id, ushort flags, int elements, int furtherPages)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(page, id);
        BinaryPrimitives.WriteUInt16LittleEndian(page[8..], flags);
        BinaryPrimitives.WriteUInt16LittleEndian(page[10..], checked((ushort)elements));
        BinaryPrimitives.WriteUInt32LittleEndian(page[12..], checked((uint)furtherPages));
    }
}
