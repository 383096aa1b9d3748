using System.Globalization;
using System.Text;

namespace Keelson.Client.Transport;

/// <summary>A path with parameters behind it.</summary>
internal struct QueryText(string path)
{
    private readonly StringBuilder _text = new(path);
    private bool _hasAny = path.Contains('?', StringComparison.Ordinal);

    public QueryText Add(string name, string? value) => string.IsNullOrEmpty(value) ? this : AddEvenEmpty(name, value);

    /// <summary>Adds a value that means something when it is empty too, such as an argument of a command.</summary>
    public QueryText AddEvenEmpty(string name, string value)
    {
        _text.Append(_hasAny ? '&' : '?').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        _hasAny = true;
        return this;
    }

    public QueryText Add(string name, long? value) => Add(name, value?.ToString(CultureInfo.InvariantCulture));

    public QueryText Add(string name, bool value) => value ? Add(name, "true") : this;

    public override readonly string ToString() => _text.ToString();
}
