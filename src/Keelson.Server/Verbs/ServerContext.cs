using Keelson.Server.Admission;
using Keelson.Server.Allocation;
using Keelson.Server.Cache;
using Keelson.Server.Registry;
using Keelson.Server.Storing;
using Keelson.Server.Tokens;

namespace Keelson.Server.Verbs;

/// <summary>What the handlers of all verbs work with.</summary>
/// <param name="Random">Where uids and generated names come from; used under a lock, as it is not made for threads.</param>
internal sealed record ServerContext(
    ResourceRegistry Registry,
    ObjectStore Objects,
    StateFeed Feed,
    AdmissionChain Admission,
    TimeProvider Time,
    Random Random,
    CancellationToken Stopping)
{
    private readonly Lock _drawing = new();

    /// <summary>What is counted.</summary>
    public required Http.RequestMetrics Metrics { get; init; }

    /// <summary>Who gives services their addresses and ports.</summary>
    public required ServiceAllocator Services { get; init; }

    /// <summary>The tokens of service accounts.</summary>
    public required ServiceAccountTokens Tokens { get; init; }

    /// <summary>The way to kubelets and workloads.</summary>
    public required Nodes.NodeConnections Nodes { get; init; }

    /// <summary>Asks webhooks, also those that convert custom resources.</summary>
    public required Webhooks.WebhookClient Webhooks { get; init; }

    /// <summary>How long a watch waits for a client that does not read.</summary>
    public TimeSpan StalledWatch { get; init; } = new Http.RequestLimits().StalledWatch;

    public DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>A new uid: random, of version 4.</summary>
    public string NewUid()
    {
        var bytes = new byte[16];
        lock (_drawing) Random.NextBytes(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }

    /// <summary>A number from 0 up to 1.</summary>
    public double Chance()
    {
        lock (_drawing) return Random.NextDouble();
    }

    public string NewName(string prefix)
    {
        lock (_drawing) return Api.Names.NameGenerator.Generate(prefix, Random);
    }
}
