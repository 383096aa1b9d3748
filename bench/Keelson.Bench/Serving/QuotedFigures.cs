using Keelson.Bench.Harness;

namespace Keelson.Bench.Serving;

/// <summary>A contestant that cannot be installed here: its figures were measured once, elsewhere, and are quoted.</summary>
internal sealed class QuotedFigures(IReadOnlyDictionary<string, double> figures) : IContestant
{
    /// <summary>kube-apiserver 1.28 with etcd 3.4 on 2 cores, the client on the same cores.</summary>
    public const string Upstream = "upstream (quoted)";

    public Task<IReadOnlyDictionary<string, double>> RunRoundAsync(CancellationToken cancel) => Task.FromResult(figures);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
