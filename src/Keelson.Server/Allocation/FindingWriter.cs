using System.Text;
using Keelson.Server.Storing;

namespace Keelson.Server.Allocation;

/// <summary>Writes what puts findings right, many at a time, and tells of them.</summary>
internal sealed class FindingWriter(ObjectStore objects, AddressEvents events)
{
    /// <summary>Findings that are repaired in one transaction; default 30, as etcd takes 128 operations.</summary>
    private const int Batch = 30;

    /// <summary>Findings of a kind that one look tells of; default 100. All are repaired.</summary>
    private const int MaxTold = 100;

    // What a transaction of many could not write for one of them is written one by one. What fails then has changed, and is looked at
    // again for that; nobody is told of it.
    public async Task SettleAsync(IReadOnlyList<AddressFinding> findings, CancellationToken cancel)
    {
        var told = findings.Where(finding => finding.Writes.Count == 0).ToList();
        foreach (var batch in findings.Where(finding => finding.Writes.Count > 0).DistinctBy(finding => Text(finding.Writes[0].Key)).Chunk(Batch))
        {
            Companion[] writes = [.. batch.SelectMany(finding => finding.Writes).DistinctBy(write => Text(write.Key))];
            if (await objects.WriteTogetherAsync(writes, cancel).ConfigureAwait(false))
            {
                told.AddRange(batch);
                continue;
            }

            foreach (var finding in batch)
            {
                if (await objects.WriteTogetherAsync(finding.Writes, cancel).ConfigureAwait(false)) told.Add(finding);
            }
        }

        foreach (var finding in told.Where(finding => finding.Reason.Length > 0).Take(MaxTold))
        {
            await events.TellAsync(finding.About, finding.Reason, finding.Action, finding.Message, cancel).ConfigureAwait(false);
        }
    }

    private static string Text(byte[] key) => Encoding.UTF8.GetString(key);
}
