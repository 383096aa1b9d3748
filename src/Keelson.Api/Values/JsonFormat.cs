namespace Keelson.Api.Values;

/// <summary>How JSON is written. The default is what Go's encoder writes: compact and safe inside HTML.</summary>
public sealed record JsonFormat
{
    public static readonly JsonFormat Compact = new();

    /// <summary>Compact, with no escaping beyond what JSON asks for.</summary>
    public static readonly JsonFormat Plain = new() { EscapeHtml = false };

    /// <summary>Four spaces a level and sorted keys, as kubectl prints.</summary>
    public static readonly JsonFormat Indented = new() { Indent = 4, SortKeys = true };

    /// <summary>Spaces a level, up to 16; 0 writes everything on one line.</summary>
    public int Indent { get; init => field = Math.Clamp(value, 0, 16); }

    /// <summary>Writes the keys of every map in the order of their bytes instead of insertion order.</summary>
    public bool SortKeys { get; init; }

    /// <summary>Writes &lt;, &gt; and &amp; as \u003c, \u003e and \u0026.</summary>
    public bool EscapeHtml { get; init; } = true;
}
