using System.Globalization;

namespace Keelson.Api.Values;

/// <summary>Keeps the path of the value that is being read, and reports fields that occur again, each once.</summary>
internal sealed class DuplicateFields(ICollection<string> messages, int limit)
{
    private readonly List<(string? Key, int Index)> _path = [];
    private readonly HashSet<string> _reported = [];

    internal void Enter(string key) => _path.Add((key, 0));

    internal void Enter(int index) => _path.Add((null, index));

    internal void Leave() => _path.RemoveAt(_path.Count - 1);

    internal void Report(string key)
    {
        if (_reported.Count >= limit) return;
        var path = new System.Text.StringBuilder();
        foreach (var (name, index) in _path)
        {
            if (name is null) path.Append(CultureInfo.InvariantCulture, $"[{index}]");
            else path.Append('.').Append(name);
        }

        path.Append('.').Append(key);
        var field = path[0] == '.' ? path.ToString(1, path.Length - 1) : path.ToString();
        if (_reported.Add(field)) messages.Add($"duplicate field {GoQuote.Quote(field)}");
    }
}
