using Keelson.Api;
using Keelson.Api.Selectors;
using Keelson.Server.Cache;
using Keelson.Server.Http;

namespace Keelson.Server.Verbs;

/// <summary>Which objects of a resource a request is about: a namespace, a name in the path, labels and fields.</summary>
internal sealed class Selection
{
    private readonly LabelQuery _labels;
    private readonly FieldQuery _fields;

    public Selection(ApiRequest request)
    {
        _labels = request.Options.LabelSelector;
        _fields = request.Options.FieldSelector;
        foreach (var requirement in _fields.Requirements.AsSpan()) CheckField(request, requirement.Field);
        if (request.Resource.Storage != request.Resource) _fields = InStored(request.Resource, _fields);

        // A watch may name one object in its path.
        if (request.Info.Name.Length > 0) _fields = new FieldQuery([.. _fields.Requirements.AsSpan(), new FieldRequirement("metadata.name", true, request.Info.Name)]);
        var prefix = request.Info.Namespace.Length == 0 || !request.Resource.IsNamespaced ? "" : request.Info.Namespace + "/";
        Start = System.Text.Encoding.UTF8.GetBytes(prefix);
        End = prefix.Length == 0 ? null : System.Text.Encoding.UTF8.GetBytes(request.Info.Namespace + "0");
    }

    /// <summary>Where the keys begin.</summary>
    public byte[] Start { get; }

    /// <summary>The first key past them; null for none.</summary>
    public byte[]? End { get; }

    /// <summary>Whether every object between start and end is meant.</summary>
    public bool IsWholeRange => _labels.IsEverything && _fields.IsEverything;

    public bool Matches(CachedObject value) => IsInRange(value.Key) && Selects(value);

    private bool Selects(CachedObject value) => (_labels.IsEverything || _labels.Matches(value.Labels)) && (_fields.IsEverything || _fields.Matches(value.Field));

    /// <summary>The matching objects of an index, in order.</summary>
    /// <param name="after">The key to begin behind; null to begin at the beginning.</param>
    public IEnumerable<CachedObject> In(ObjectIndex index, byte[]? after = null)
    {
        var start = after is null ? Start : [.. after, 0];
        if (Single(index, start) is { } single) return single;
        var range = index.Range(start, End);
        return IsWholeRange ? range : range.Where(Selects);
    }

    private IEnumerable<CachedObject>? Single(ObjectIndex index, byte[] start)
    {
        if (!_fields.TryGetExactMatch("metadata.name", out var name) || (Start.Length == 0 && NeedsNamespace(index))) return null;
        byte[] key = [.. Start, .. System.Text.Encoding.UTF8.GetBytes(name)];
        return key.AsSpan().SequenceCompareTo(start) >= 0 && index.Find(key) is { } found && Matches(found) ? [found] : [];
    }

    // With no namespace given, keys of namespaced objects begin with one that is not known.
    private static bool NeedsNamespace(ObjectIndex index) => index.Range([], null).FirstOrDefault() is { } first && first.Key.AsSpan().Contains((byte)'/');

    /// <summary>The log that has all events which can matter, and as few others as may be.</summary>
    public EventLog LogIn(ResourceCache cache) => cache.LogOf(_fields);

    /// <summary>Refuses to go on without objects that are meant, or may be, and can't be read.</summary>
    public void RefuseDamaged(Registry.RegisteredResource resource, DamagedObjects damaged)
    {
        if (damaged.IsEmpty) return;
        var meant = damaged.In(Start, End).Take(DamagedObjects.MaxNamed + 1).ToList();
        if (meant.Count > 0) throw Failures.Damaged(resource, meant);
    }

    // Objects are matched as they are stored, which may be with other names of fields.
    private static FieldQuery InStored(Registry.RegisteredResource resource, FieldQuery fields) => new(fields.Requirements
        .Select(requirement => resource.Strategy.SelectableFields.FirstOrDefault(known => known.Name == requirement.Field) is { } field ? requirement with { Field = field.StoredName } : requirement)
        .ToApiList());

    private bool IsInRange(ReadOnlySpan<byte> key) => End is null || (key.SequenceCompareTo(Start) >= 0 && key.SequenceCompareTo(End) < 0);

    private static void CheckField(ApiRequest request, string field)
    {
        var resource = request.Resource;
        if (field == "metadata.name" || (field == "metadata.namespace" && resource.IsNamespaced)) return;
        if (resource.Strategy.SelectableFields.Any(known => known.Name == field)) return;
        var version = resource.Kind.Group.Length == 0 ? $"/{resource.Kind.Version}" : resource.Kind.ApiVersion;
        throw Failures.BadRequest(
            $"Unable to find \"{version}, Resource={resource.Info.Plural}\" that match label selector \"{request.Options.Text("labelSelector")}\", field selector \"{request.Options.Text("fieldSelector")}\": field label not supported: {field}");
    }
}
