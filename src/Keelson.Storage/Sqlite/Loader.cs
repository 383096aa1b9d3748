using System.Text;
using Keelson.Storage.Mvcc;

namespace Keelson.Storage.Sqlite;

/// <summary>Reads the database when the store opens: rebuilds in memory which key is where, and checks everything but the values.</summary>
internal static class Loader
{
    // SQLite's own check names each page that is wrong; a few say enough.
    private const int MaxFindings = 5;

    public static StoreState Load(Connection connection, FaultState fault, CancellationToken cancel)
    {
        var facts = ReadFacts(connection, fault);
        var leases = Leases(connection, fault);
        var builder = new StateBuilder(facts.Compacted, leases, keepItems: false);
        try
        {
            var rows = Versions(connection, builder, facts.Settled, cancel);
            if (facts.Settled > 0 && (rows.Count != facts.SettledCount || rows.Digest != facts.SettledDigest))
            {
                builder.Report($"up to revision {facts.Settled} there should be {facts.SettledCount} versions, and there are {rows.Count}, or others");
            }
        }
        catch (SqliteFailure failure) when (failure.IsDamage)
        {
            builder.Report(failure.Message);
        }

        var state = builder.Build(facts.Revision);
        if (builder.Problems.Count > 0) fault.Raise(string.Join("; ", builder.Problems));
        return state;
    }

    /// <summary>Asks SQLite whether its file is sound. Costs a read of the whole file.</summary>
    public static void Check(Connection connection, FaultState fault)
    {
        var findings = connection.QueryTexts($"PRAGMA quick_check({MaxFindings})", MaxFindings);
        if (findings is not ["ok"]) fault.Raise(string.Join("; ", findings));
    }

    private static Facts ReadFacts(Connection connection, FaultState fault)
    {
        var facts = new Dictionary<string, long>();
        var select = connection.Prepare("SELECT CAST(name AS BLOB), value, checksum FROM facts");
        while (select.Step())
        {
            var (name, value) = (Encoding.UTF8.GetString(select.Bytes(0)), select.Integer(1));
            if (select.Integer(2) == RowChecksum.OfFact(select.Bytes(0), value)) facts[name] = value;
            else fault.Raise($"the fact '{name}' fails its checksum");
        }

        return new Facts(
            facts.GetValueOrDefault(Schema.Compacted),
            facts.GetValueOrDefault(Schema.Revision),
            facts.GetValueOrDefault(Schema.Settled),
            facts.GetValueOrDefault(Schema.SettledCount),
            facts.GetValueOrDefault(Schema.SettledDigest));
    }

    private static LeaseBook Leases(Connection connection, FaultState fault)
    {
        var leases = LeaseBook.Empty;
        var select = connection.Prepare("SELECT id, ticks, checksum FROM leases");
        while (select.Step())
        {
            var (id, ticks) = (select.Integer(0), select.Integer(1));
            if (select.Integer(2) != RowChecksum.OfLease(id, ticks)) fault.Raise($"lease {id} fails its checksum");
            else leases = leases.Grant(id, TimeSpan.FromTicks(ticks));
        }

        return leases;
    }

    private static SettledRows Versions(Connection connection, StateBuilder builder, long settled, CancellationToken cancel)
    {
        var rows = new SettledRows(settled);
        var select = connection.Prepare("SELECT id, checksums, created, version, lease, key, value IS NULL, length(value) FROM versions ORDER BY id");
        try
        {
            while (select.Step())
            {
                cancel.ThrowIfCancellationRequested();
                var version = new KeyVersion(new VersionId(select.Integer(0)), select.Integer(2), select.Integer(3), select.Integer(4), null);
                var key = select.Bytes(5);
                var isDeletion = select.Integer(6) != 0;
                if (isDeletion != version.IsDeletion || !RowChecksum.HeadMatches(select.Integer(1), version, key, (int)select.Integer(7)))
                {
                    builder.Report($"a version written at revision {version.Revision} fails its checksum");
                    continue;
                }

                builder.Add(key.ToArray(), version);
                rows.Add(version.Id);
            }

            return rows;
        }
        finally
        {
            select.Reset();
        }
    }

    private sealed record Facts(long Compacted, long Revision, long Settled, long SettledCount, long SettledDigest);
}
