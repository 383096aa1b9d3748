using System.Globalization;
using System.Text;

namespace Keelson.Bench.Harness;

/// <summary>The figures of one benchmark, and the table that they make.</summary>
internal sealed class Results(IBenchmark benchmark)
{
    private readonly Dictionary<(string Contestant, string Metric), List<double>> _figures = [];

    public void Add(string contestant, IReadOnlyDictionary<string, double> figures)
    {
        foreach (var (metric, figure) in figures)
        {
            if (!_figures.TryGetValue((contestant, metric), out var rounds)) _figures[(contestant, metric)] = rounds = [];
            rounds.Add(figure);
        }
    }

    public double? Median(string contestant, string metric)
    {
        if (!_figures.TryGetValue((contestant, metric), out var rounds)) return null;
        var sorted = rounds.Order().ToList();
        var middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>The table as markdown: medians over the rounds, how many times the peer, and the target.</summary>
    public string Table()
    {
        var text = new StringBuilder();
        var names = benchmark.Contestants;
        string[] ours = [.. names.Where(name => name is Contestant.InProcess or Contestant.Served)];
        var compared = names.Contains(Contestant.Peer) ? ours : [];
        text.Append(CultureInfo.InvariantCulture, $"### {benchmark.Name}\n\n{benchmark.About}\n\n");
        text.Append("| |").AppendJoin("|", names.Select(name => $" {name} ")).Append('|');
        if (compared.Length > 0) text.AppendJoin("|", compared.Select(name => $" {Short(name)} : {Contestant.Peer} ")).Append('|');
        text.Append(" target | |\n|---|").Insert(text.Length, "---|", names.Count + compared.Length + 2).Append('\n');
        foreach (var metric in benchmark.Metrics) AppendMetric(text, metric, ours, compared);
        return text.ToString();
    }

    public static string Text(double figure) => figure switch
    {
        >= 1000 => figure.ToString("N0", CultureInfo.InvariantCulture),
        >= 100 => figure.ToString("F0", CultureInfo.InvariantCulture),
        >= 10 => figure.ToString("F1", CultureInfo.InvariantCulture),
        >= 0.1 => figure.ToString("F2", CultureInfo.InvariantCulture),
        <= 0 => "0",
        // Two digits that count, however small.
        _ => figure.ToString("0." + new string('#', 1 + (int)Math.Ceiling(-Math.Log10(figure))), CultureInfo.InvariantCulture),
    };

    private void AppendMetric(StringBuilder text, Metric metric, string[] ours, string[] compared)
    {
        text.Append(CultureInfo.InvariantCulture, $"| {metric.Name} ({metric.Unit}) |");
        foreach (var name in benchmark.Contestants) text.Append(CultureInfo.InvariantCulture, $" {(Median(name, metric.Name) is { } figure ? Text(figure) : "")} |");
        foreach (var name in compared) text.Append(CultureInfo.InvariantCulture, $" {Ratio(name, Contestant.Peer, metric)} |");

        var verdicts = metric.Targets.Select(target => Verdict(metric, target, ours)).ToList();
        text.Append(CultureInfo.InvariantCulture, $" {string.Join("<br>", metric.Targets.Select(target => target.Text(metric.Unit)))} |");
        text.Append(CultureInfo.InvariantCulture, $" {string.Join("<br>", verdicts)} |\n");
    }

    // The verdict is on the first Keelson contestant: the API server has its store in process.
    private string Verdict(Metric metric, Target target, string[] ours)
    {
        var name = Array.Find(ours, contestant => Median(contestant, metric.Name) is not null);
        if (name is null) return "";
        var against = Median(target.Against ?? Contestant.Peer, metric.Name);
        if (target.Kind != TargetKind.AtMost && against is null) return "no peer";
        var ratio = target.Against is null ? "" : $" ({Ratio(name, target.Against, metric)})";
        return (target.IsMetBy(Median(name, metric.Name)!.Value, against ?? 0) ? "pass" : "**miss**") + ratio;
    }

    private string Ratio(string contestant, string against, Metric metric) =>
        Median(contestant, metric.Name) is { } figure && Median(against, metric.Name) is { } other && other > 0
            ? Text(figure / other) + "×"
            : "";

    private static string Short(string contestant) => contestant.Replace("Keelson ", "", StringComparison.Ordinal);
}
