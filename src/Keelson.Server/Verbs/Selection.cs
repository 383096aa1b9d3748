using Keelson.Api;
using Keelson.Api.Selectors;
using Keelson.Server.Cache;
using Keelson.Server.Http;

namespace Keelson.Server.Verbs;

/// <summary>Which objects of a resource a request is about: a namespace, a name in the path, labels and fields.</summary>
internal sealed class Selection
{
    /// <summary>How many objects are shown in another version together; default 256.</summary>
    private const int ShownTogether = 256;

    private readonly Registry.RegisteredResource _resource;
    private readonly LabelQuery _labels;
    private readonly FieldQuery _fields;

    public Selection(ApiRequest request)
    {
        _resource = request.Resource;
        _labels = request.Options.LabelSelector;
        _fields = request.Options.FieldSelector;
        foreach (var requirement in _fields.Requirements.AsSpan()) CheckField(request, requirement.Field);
        if (request.Resource.Storage != request.Resource) _fields = InStored(request.Resource, _fields);

        LooksAtVersion = request.Resource.Custom is { } form
            && (_fields.Requirements.AsSpan().ToArray().Any(requirement => !IsOfEveryVersion(requirement.Field)) || (form.Converter is not null && !_labels.IsEverything));

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

    /// <summary>
    /// Whether only an object as the requested version shows it tells whether it is meant: it may be stored in a version with other
    /// fields, and who converts it may give it other labels.
    /// </summary>
    public bool LooksAtVersion { get; }

    /// <summary>Whether every object between start and end is meant.</summary>
    public bool IsWholeRange => _labels.IsEverything && _fields.IsEverything;

    public bool Matches(CachedObject value) => IsInRange(value.Key) && Selects(value);

    /// <summary>The same for objects as the requested version shows them, which is what the fields are those of.</summary>
    public bool MatchesShown(CachedObject shown) => IsInRange(shown.Key) && SelectsShown(shown);

    /// <summary>The matching objects of an index as the requested version shows them, in order, and whether there are more than the limit.</summary>
    public async ValueTask<(IReadOnlyList<CachedObject> Shown, bool HasMore)> ShowAsync(ObjectIndex index, byte[]? after, long limit, CancellationToken cancel)
    {
        var shown = new List<CachedObject>();
        foreach (var batch in Candidates(index, after).Chunk(ShownTogether))
        {
            foreach (var item in await CachedObject.InAsync(batch, _resource, cancel).ConfigureAwait(false))
            {
                if (!SelectsShown(item)) continue;
                if (limit > 0 && shown.Count == limit) return (shown, true);
                shown.Add(item);
            }
        }

        return (shown, false);
    }

    private IEnumerable<CachedObject> Candidates(ObjectIndex index, byte[]? after)
    {
        var range = index.Range(after is null ? Start : [.. after, 0], End);
        return _fields.TryGetExactMatch("metadata.name", out var name) ? range.Where(item => item.Name.Name == name) : range;
    }

    private bool SelectsShown(CachedObject shown) => (_labels.IsEverything || _labels.Matches(shown.Labels)) && (_fields.IsEverything || _fields.Matches(name => FieldOf(shown, name)));

    private string? FieldOf(CachedObject shown, string name) => name switch
    {
        "metadata.name" => shown.Name.Name,
        "metadata.namespace" => shown.Name.Namespace,
        _ => _resource.Strategy.SelectableFields.FirstOrDefault(field => field.Name == name) is { } field ? field.Read(shown.Object) ?? "" : null,
    };

    private static bool IsOfEveryVersion(string field) => field is "metadata.name" or "metadata.namespace";

    private bool Selects(CachedObject value) => (_labels.IsEverything || _labels.Matches(value.Labels)) && (_fields.IsEverything || _fields.Matches(value.Field));

    /// <summary>The matching objects of an index, in order.</summary>
    /// <param name="after">The key to begin behind; null to begin at the beginning.</param>
    public IEnumerable<CachedObject> In(ObjectIndex index, byte[]? after = null)
    {
        var start = after is null ? Start : [.. after, 0];
        if (Single(index, start) is { } single) return single;
        var range = index.PartOf(_fields).Range(start, End);
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

        // Each of upstream's conversions has words of its own; kinds without fields of their own have those of the default.
        throw Failures.BadRequest(resource.QualifiedName switch
        {
            "jobs.batch" => $"field label \"{field}\" not supported for Job",
            "resourceslices.resource.k8s.io" => $"field label not supported for {resource.Kind.ApiVersion}, Kind={resource.Kind.Kind}: {field}",
            _ when resource.Custom is not null || resource.Strategy.SelectableFields.Count > 0 => $"field label not supported: {field}",
            _ => $"\"{field}\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"",
        });
    }
}
