namespace Keelson.Bench.Harness;

/// <summary>One comparison: contestants do the same thing in turn, and a table says how they compare.</summary>
internal interface IBenchmark
{
    string Name { get; }

    /// <summary>What is measured, in a sentence for the list and for the table.</summary>
    string About { get; }

    IReadOnlyList<Metric> Metrics { get; }

    /// <summary>Who takes part, in order; <see cref="Contestant.Peer"/> is whom the others are compared with.</summary>
    IReadOnlyList<string> Contestants { get; }

    /// <summary>Opens the contestant once for all rounds.</summary>
    Task<IContestant> OpenAsync(string contestant, BenchmarkRun run, CancellationToken cancel);
}

/// <summary>One contestant, ready to go.</summary>
internal interface IContestant : IAsyncDisposable
{
    /// <summary>One round: a figure for every metric of the benchmark that applies to this contestant.</summary>
    Task<IReadOnlyDictionary<string, double>> RunRoundAsync(CancellationToken cancel);
}

/// <summary>The names of the contestants.</summary>
internal static class Contestant
{
    public const string InProcess = "Keelson in process";
    public const string Served = "Keelson served";
    public const string Peer = "etcd";
    public const string Disk = "fdatasync";
}

/// <summary>How a run was asked for.</summary>
/// <param name="Folder">Where contestants keep their data; all on one disk.</param>
/// <param name="IsQuick">Shorter and less exact.</param>
internal sealed record BenchmarkRun(string Folder, bool IsQuick)
{
    public int Rounds => IsQuick ? 3 : 5;

    /// <summary>How long one round of load takes.</summary>
    public TimeSpan RoundTime => TimeSpan.FromSeconds(IsQuick ? 1 : 3);
}
