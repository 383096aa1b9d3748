namespace Keelson.Node.Dns.Wire;

/// <summary>The bounds of the protocol, and ours where it has none.</summary>
internal static class WireLimits
{
    public const int Header = 12;

    /// <summary>A name with the lengths of its labels and the root.</summary>
    public const int Name = 255;

    public const int Label = 63;

    /// <summary>Labels in a name of that length.</summary>
    public const int Labels = 127;

    /// <summary>An answer over UDP to one who says nothing about his buffer.</summary>
    public const int PlainDatagram = 512;

    /// <summary>The largest answer over UDP; more would come in pieces on most networks.</summary>
    public const int Datagram = 1232;

    /// <summary>The largest question that is read; an ordinary one has under 300 bytes.</summary>
    public const int Question = 4096;

    public const int Message = ushort.MaxValue;

    /// <summary>Pointers that are followed within one name: each must lead backwards, so that there is an end in any case.</summary>
    public const int Jumps = 64;
}
