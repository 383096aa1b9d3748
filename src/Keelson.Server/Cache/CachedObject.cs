using System.Text;
using Keelson.Api;
using Keelson.Api.Json;
using Keelson.Api.Values;
using Keelson.Server.Http;
using Keelson.Server.Objects;
using Keelson.Server.Registry;
using Keelson.Server.Storing;

namespace Keelson.Server.Cache;

/// <summary>One version of an object as every reader is sent it. What else is asked of it is decoded once and shared.</summary>
internal sealed class CachedObject : IAnswerObject
{
    private readonly ResourceCache _cache;
    private readonly int _versionPlace;

    // The version that the JSON is of, where it is not the stored one.
    private RegisteredResource? _form;
    private ApiObject? _object;
    private ObjectLabels? _labels;
    private Shown? _shown;
    private WeakReference<byte[]>? _protobuf;

    private CachedObject(byte[] key, long revision, byte[] json, int versionPlace, ResourceCache cache)
    {
        Key = key;
        Revision = revision;
        Json = json;
        _versionPlace = versionPlace;
        _cache = cache;
    }

    /// <summary>What the store has under a key.</summary>
    /// <param name="key">The key behind the resource's prefix: "namespace/name".</param>
    /// <exception cref="DamagedObjectException">The value is not an object.</exception>
    public static CachedObject FromStore(byte[] key, ReadOnlySpan<byte> value, long revision, ResourceCache cache) =>
        TryRead(key, value, revision, cache, out var damaged) ?? throw new DamagedObjectException(damaged!);

    /// <summary>The same; null and what is wrong where the value is not an object.</summary>
    public static CachedObject? TryRead(byte[] key, ReadOnlySpan<byte> value, long revision, ResourceCache cache, out DamagedObject? damaged)
    {
        if (!StoredForm.TryDecode(value, revision, out var json, out var place, out var why))
        {
            damaged = new DamagedObject(cache.Prefix + Encoding.UTF8.GetString(key), revision, why);
            return null;
        }

        damaged = null;
        return new CachedObject(key, revision, json, place, cache);
    }

    public byte[] Key { get; }

    public long Revision { get; }

    /// <summary>The object's JSON, version included. Nobody writes to it.</summary>
    public byte[] Json { get; }

    /// <summary>The namespace and name, from the key.</summary>
    public ObjectName Name
    {
        get
        {
            var slash = Key.AsSpan().IndexOf((byte)'/');
            return slash < 0
                ? new ObjectName("", Encoding.UTF8.GetString(Key))
                : new ObjectName(Encoding.UTF8.GetString(Key.AsSpan(0, slash)), Encoding.UTF8.GetString(Key.AsSpan(slash + 1)));
        }
    }

    /// <summary>The object, decoded when first asked for and shared by all who ask.</summary>
    /// <exception cref="DamagedObjectException">What is stored is JSON, but no object of the kind.</exception>
    public ApiObject Object => _object ??= Decode();

    /// <summary>The same for who looks once at many: it is not kept, unless somebody else has asked already.</summary>
    /// <exception cref="DamagedObjectException">What is stored is JSON, but no object of the kind.</exception>
    public ApiObject Glance() => _object ?? Decode();

    /// <summary>Whether this is what an object is stored as, apart from the version it is stored under.</summary>
    public bool Is(ApiObject unversioned)
    {
        var json = unversioned.ToJson().Span;
        var length = StoredForm.VersionLength(Json, _versionPlace);
        return json.Length == Json.Length - length && json[.._versionPlace].SequenceEqual(Json.AsSpan(0, _versionPlace)) && json[_versionPlace..].SequenceEqual(Json.AsSpan(_versionPlace + length));
    }

    /// <summary>The labels, found without decoding the rest.</summary>
    public ApiMap<string> Labels => (_labels ??= ObjectLabels.Read(Json, _versionPlace)).Labels;

    /// <summary>Whether the object waits for its finalizers, found without decoding the rest.</summary>
    public bool IsBeingDeleted => ObjectLabels.HasMember(Json, _versionPlace, "deletionTimestamp"u8);

    /// <summary>Whether writing the object as it is shown changes what is stored: it is there in another version, or as an older schema had it.</summary>
    public bool IsOutdated { get; private set; }

    private ApiObject Decode()
    {
        var resource = _form ?? _cache.Resource ?? throw new InvalidOperationException($"nothing is registered for {Name}");
        try
        {
            var report = new DecodeReport();
            var value = resource.ReadJson(Json, report);

            // A declared kind that was stored in the version it is read in, and lost nothing, says what its JSON says.
            return resource.KindInfo is not null && report.IsClean && TypeMeta.Peek(Json).ApiVersion == value.ApiVersion ? value.Knowing(Json) : value;
        }
        catch (ApiFormatException broken)
        {
            throw new DamagedObjectException(new DamagedObject(_cache.Prefix + Encoding.UTF8.GetString(Key), Revision, broken.Message));
        }
    }

    /// <summary>The value of a field that selectors may name; null where the kind has no such field.</summary>
    public string? Field(string name)
    {
        if (name == "metadata.name") return Name.Name;
        if (name == "metadata.namespace") return Name.Namespace;
        foreach (var field in _cache.Resource?.Strategy.SelectableFields ?? [])
        {
            if (field.Name != name) continue;

            // So that who selects by it makes nobody decode every object that there is.
            return (field.IsIndexed && _object is null ? FieldLogs.Read(Json, field.Steps) : field.Read(Object)) ?? "";
        }

        return null;
    }

    /// <summary>
    /// The object in a version: under its name, with its fields, and as the schema of a custom resource has it today. The same one
    /// where that changes nothing.
    /// </summary>
    public CachedObject In(RegisteredResource resource)
    {
        if (resource.Custom is not { } form) return resource.Storage == resource || _form == resource ? this : Convert(resource);
        if (_shown is { } known && ReferenceEquals(known.Resource, resource)) return known.Value;
        var stored = (MapValue)ValueReader.Read(Json, ObjectLimits.Trusted);
        if (form.MustConvert(stored)) throw new InvalidOperationException("an object has to be converted before it is shown in another version");
        return Show(resource, stored, form.Restore(stored));
    }

    /// <summary>Objects as a version of a custom resource shows them; those that need it are converted together.</summary>
    public static async ValueTask<IReadOnlyList<CachedObject>> InAsync(IReadOnlyList<CachedObject> items, RegisteredResource resource, CancellationToken cancel)
    {
        if (resource.Custom is not { } form) return resource.Storage == resource ? items : [.. items.Select(item => item.In(resource))];
        if (form.Converter is null) return [.. items.Select(item => item.In(resource))];
        var shown = new CachedObject[items.Count];
        var waiting = new List<(int Place, MapValue Stored)>();
        for (var i = 0; i < shown.Length; i++)
        {
            if (items[i]._shown is { } known && ReferenceEquals(known.Resource, resource)) shown[i] = known.Value;
            else waiting.Add((i, (MapValue)ValueReader.Read(items[i].Json, ObjectLimits.Trusted)));
        }

        var restored = await form.RestoreAsync([.. waiting.Select(item => item.Stored)], cancel).ConfigureAwait(false);
        for (var i = 0; i < waiting.Count; i++) shown[waiting[i].Place] = items[waiting[i].Place].Show(resource, waiting[i].Stored, restored[i]);
        return shown;
    }

    /// <summary>The object as a version of a custom resource shows it, converted where that is needed.</summary>
    public async ValueTask<CachedObject> InAsync(RegisteredResource resource, CancellationToken cancel) =>
        resource.Custom?.Converter is null ? In(resource) : (await InAsync([this], resource, cancel).ConfigureAwait(false))[0];

    private CachedObject Convert(RegisteredResource resource)
    {
        if (_shown is { } known && ReferenceEquals(known.Resource, resource)) return known.Value;
        var converted = resource.FromStored(Object);
        var value = StoredForm.Encode(converted.With(converted.Metadata with { ResourceVersion = "" }).ToJson().Span);
        var json = StoredForm.Decode(value, Revision, out var place);
        var shown = new CachedObject(Key, Revision, json, place, _cache) { _form = resource, _object = converted };
        _shown = new Shown(resource, shown);
        return shown;
    }

    private CachedObject Show(RegisteredResource resource, MapValue stored, MapValue restored)
    {
        var shown = this;
        if (restored != stored)
        {
            var value = StoredForm.Encode(ValueWriter.WriteBytes(restored.Without(["metadata", "resourceVersion"])));
            var json = StoredForm.Decode(value, Revision, out var place);
            shown = new CachedObject(Key, Revision, json, place, _cache) { _object = new CustomObject(restored) };
            shown._shown = new Shown(resource, shown);
        }

        var form = resource.Custom!;
        shown.IsOutdated = stored["apiVersion"]?.AsText() != form.Stored.ApiVersion || (form.Kind == form.Stored && restored != stored);

        _shown = new Shown(resource, shown);
        return shown;
    }

    /// <summary>The same object under a later revision: what a deletion tells of it.</summary>
    public CachedObject At(long revision) =>
        new(Key, revision, StoredForm.WithRevision(Json, _versionPlace, revision), _versionPlace, _cache) { _labels = _labels, _form = _form };

    ReadOnlyMemory<byte> IAnswerObject.JsonBytes => Json;

    /// <summary>The object as a protobuf message, kept for as long as memory allows.</summary>
    public ReadOnlyMemory<byte> ProtobufBytes
    {
        get
        {
            if (_protobuf is { } kept && kept.TryGetTarget(out var encoded)) return encoded;
            encoded = ProtobufFrames.Body(Object);
            _protobuf = new WeakReference<byte[]>(encoded);
            return encoded;
        }
    }

    /// <summary>How a version shows the object; the last one that was asked for is kept.</summary>
    private sealed record Shown(RegisteredResource Resource, CachedObject Value);
}
