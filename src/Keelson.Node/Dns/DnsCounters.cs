using System.Globalization;
using System.Text;

namespace Keelson.Node.Dns;

/// <summary>What a DNS server has done so far.</summary>
public sealed class DnsCounters
{
    private readonly long[] _counts = new long[Enum.GetValues<DnsCount>().Length];

    public long this[DnsCount count] => Interlocked.Read(ref _counts[(int)count]);

    internal void Add(DnsCount count) => Interlocked.Increment(ref _counts[(int)count]);

    /// <summary>All of them in the form that Prometheus reads.</summary>
    public string ToText()
    {
        var text = new StringBuilder("# TYPE keelson_dns_total counter\n");
        foreach (var count in Enum.GetValues<DnsCount>())
        {
            text.Append(CultureInfo.InvariantCulture, $"keelson_dns_total{{what=\"{count.ToString().ToLowerInvariant()}\"}} {this[count]}\n");
        }

        return text.ToString();
    }
}

/// <summary>What is counted.</summary>
public enum DnsCount
{
    /// <summary>Questions over UDP.</summary>
    Datagrams,

    /// <summary>Questions over TCP.</summary>
    Streamed,

    /// <summary>Messages that were no question, and got no answer.</summary>
    Dropped,

    /// <summary>Questions that could not be read, or that are not for this server.</summary>
    Refused,

    /// <summary>Answers from the cluster's names.</summary>
    Answered,

    /// <summary>Answers about names that do not exist in the cluster.</summary>
    Missing,

    /// <summary>Answers from what other servers said before.</summary>
    Cached,

    /// <summary>Questions that went to another server.</summary>
    Forwarded,

    /// <summary>Of these, those that nobody answered, or that were too many.</summary>
    ForwardFailed,
}
