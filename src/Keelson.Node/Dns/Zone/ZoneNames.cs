using Keelson.Node.Dns.Wire;

namespace Keelson.Node.Dns.Zone;

/// <summary>The cluster's domain, and how long answers about it may be kept.</summary>
internal sealed class ZoneNames
{
    public const string SchemaVersion = "1.1.0";

    public ZoneNames(string domain, uint timeToLive)
    {
        Domain = domain.Trim('.').ToLowerInvariant();
        Labels = Domain.Split('.');
        Wire = NameText.ToWire(Domain) ?? throw new ArgumentException($"\"{domain}\" is no domain.", nameof(domain));
        TimeToLive = timeToLive;
    }

    public string Domain { get; }

    public string[] Labels { get; }

    public byte[] Wire { get; }

    public uint TimeToLive { get; }

    /// <summary>A name below the domain, or null where a part of it is not fit for a name.</summary>
    public byte[]? Name(string below) => NameText.ToWire($"{below}.{Domain}");
}
