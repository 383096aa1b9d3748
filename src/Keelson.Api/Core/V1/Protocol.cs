namespace Keelson.Api.Core.V1;

/// <summary>The values of Protocol that are known.</summary>
[Closed]
public static class Protocol
{
    public const string SCTP = "SCTP";
    public const string TCP = "TCP";
    public const string UDP = "UDP";
}
