using System.Collections;
using Keelson.Api.Names;

namespace Keelson.Api.Validation;

/// <summary>Collects what a client is told of an object that is taken all the same, and knows the place that the walk has reached.</summary>
public sealed class FieldWarnings : IReadOnlyList<string>
{
    /// <summary>How many warnings are kept; what is beyond would not fit an answer's headers anyway.</summary>
    public const int Limit = 100;

    private List<string>? _warnings;

    /// <summary>The place that the walk has reached.</summary>
    public FieldCursor Place { get; } = new();

    public int Count => _warnings?.Count ?? 0;

    public string this[int index] => (_warnings ?? throw new ArgumentOutOfRangeException(nameof(index)))[index];

    /// <inheritdoc cref="FieldCursor.In(string)"/>
    public FieldCursor.Scope In(string field) => Place.In(field);

    /// <inheritdoc cref="FieldCursor.In(string, int)"/>
    public FieldCursor.Scope In(string field, int index) => Place.In(field, index);

    /// <inheritdoc cref="FieldCursor.In(string, string)"/>
    public FieldCursor.Scope In(string field, string key) => Place.In(field, key);

    /// <summary>Says something of a field; no field means the place itself.</summary>
    public void Add(string? field, string text) => Say($"{PathOf(field)}: {text}");

    /// <summary>Says something of the object as a whole.</summary>
    public void Say(string text)
    {
        if (Count < Limit) (_warnings ??= []).Add(text);
    }

    public IEnumerator<string> GetEnumerator() => (_warnings ?? []).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The path of a field of the place.</summary>
    internal string PathOf(string? field) => Place.ToString(0, field is null ? null : FieldStep.OfName(field));

    /// <summary>A quantity of bytes that is none.</summary>
    internal void ExpectWhole(string field, ApiMap<Quantity> quantities, string resource)
    {
        if (!quantities.TryGetValue(resource, out var value) || value.MilliValue() % 1000 == 0) return;
        using (In(field, resource)) Add(null, $"fractional byte value {Values.GoQuote.Quote(value.ToString())} is invalid, must be an integer");
    }

    /// <summary>A name from which the names of hosts are made.</summary>
    internal void ExpectHostName(string name, string use)
    {
        var wrong = DnsName.CheckLabel(name);
        if (!wrong.IsEmpty) Say($"metadata.name: this is used in {use}, which can result in surprising behavior; a DNS label is recommended: [{string.Join(' ', wrong)}]");
    }
}
