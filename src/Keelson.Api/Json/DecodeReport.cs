namespace Keelson.Api.Json;

/// <summary>What a decoder found that a strict reader refuses and a lenient one only mentions: unknown and duplicate fields.</summary>
public sealed class DecodeReport
{
    /// <summary>A document with more findings than this is reported by its first ones.</summary>
    public const int Limit = 100;

    private readonly List<string> _findings = [];

    /// <summary>Each as upstream words it: unknown field "spec.foo", duplicate field "spec.replicas".</summary>
    public IReadOnlyList<string> Findings => _findings;

    public bool IsClean => _findings.Count == 0;

    /// <summary>The findings as one strict decoding error, as upstream words it.</summary>
    public string StrictError => "strict decoding error: " + string.Join(", ", _findings);

    internal bool IsFull => _findings.Count >= Limit;

    /// <summary>Each finding is told once, however often it was met.</summary>
    public void Add(string finding)
    {
        if (!IsFull && !_findings.Contains(finding)) _findings.Add(finding);
    }
}
