using System.Globalization;
using System.Text;

namespace Keelson.Server.Http;

/// <summary>Counts how often something took how long.</summary>
internal sealed class Histogram(double[] bounds)
{
    private readonly Lock _gate = new();
    private readonly long[] _counts = new long[bounds.Length + 1];
    private double _sum;

    public void Add(double seconds)
    {
        var index = Array.FindIndex(bounds, bound => seconds <= bound);
        lock (_gate)
        {
            _counts[index < 0 ? bounds.Length : index]++;
            _sum += seconds;
        }
    }

    public void Write(StringBuilder text, string name, string labels)
    {
        lock (_gate)
        {
            long total = 0;
            for (var i = 0; i < _counts.Length; i++)
            {
                total += _counts[i];
                var bound = i < bounds.Length ? bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
                RequestMetrics.Line(text, $"{name}_bucket{{{labels},le=\"{bound}\"}} {total}");
            }

            RequestMetrics.Line(text, $"{name}_sum{{{labels}}} {_sum}");
            RequestMetrics.Line(text, $"{name}_count{{{labels}}} {total}");
        }
    }
}
