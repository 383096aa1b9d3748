namespace Keelson.Rpc;

/// <summary>The bounds that hold where nobody sets others.</summary>
public static class RpcLimits
{
    /// <summary>The largest message, in either direction.</summary>
    public const int DefaultMessageBytes = 4 * 1024 * 1024;

    /// <summary>A deadline further away than this is as good as none, and more than a timer can count.</summary>
    internal static readonly TimeSpan LongestDeadline = TimeSpan.FromDays(40);
}
