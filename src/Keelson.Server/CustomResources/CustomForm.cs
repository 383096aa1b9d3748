using Keelson.Api;
using Keelson.Api.ApiExtensions.V1;
using Keelson.Api.Json;
using Keelson.Api.Patch.Apply;
using Keelson.Api.Schemas;
using Keelson.Api.Structural;
using Keelson.Api.Validation;
using Keelson.Api.Values;
using Keelson.Server.Objects;
using Keelson.Server.Registry;

namespace Keelson.Server.CustomResources;

/// <summary>What objects of a custom resource look like in one of its versions, and how they get there from the stored one.</summary>
internal sealed class CustomForm
{
    private readonly TaskCompletionSource _withdrawn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the definition has changed or gone: watches end, and their clients come back to what is there then.</summary>
    public Task Withdrawn => _withdrawn.Task;

    public required GroupVersionKind Kind { get; init; }

    public required string ListKind { get; init; }

    /// <summary>The version in which objects are stored.</summary>
    public required GroupVersionKind Stored { get; init; }

    public required SchemaSource Source { get; init; }

    public Schema Schema => Source.Value;

    /// <summary>The schemas of all versions by their API version.</summary>
    public required IReadOnlyDictionary<string, SchemaSource> Versions { get; init; }

    public CustomResourceSubresourceScale? Scale => Scales.GetValueOrDefault(Kind.ApiVersion);

    /// <summary>By API version where an object has its scale; null for a version without.</summary>
    public required IReadOnlyDictionary<string, CustomResourceSubresourceScale?> Scales { get; init; }

    /// <summary>Said to whoever uses the version; null where there is nothing to say.</summary>
    public string? Warning { get; init; }

    /// <summary>Converts between versions; null where all have the same fields.</summary>
    public IObjectConverter? Converter { get; init; }

    /// <summary>The registration of definitions, and the name of the one that this comes from.</summary>
    public required RegisteredResource Definitions { get; init; }

    public required string DefinitionName { get; init; }

    /// <summary>The version of the definition that was last seen not to be deleted.</summary>
    public long AliveAt { get; set; }

    public void Withdraw() => _withdrawn.TrySetResult();

    /// <summary>An object that was sent, under this version: without unknown fields, which are reported, and with defaults.</summary>
    /// <exception cref="ApiFormatException">The metadata of the object or of one inside it is malformed.</exception>
    public ApiObject Admit(MapValue value, DecodeReport report)
    {
        var errors = new FieldErrors();
        if (value["metadata"] is NullValue) value = value.Without("metadata");
        if (ObjectPipeline.Admit(Typed(value, Kind), Schema, errors, report) is not MapValue admitted) throw new ApiFormatException(string.Join(", ", errors));
        return new CustomObject(admitted).With(CustomObject.ReadMetadata(admitted["metadata"], report));
    }

    /// <summary>A stored object in this version, as the schema of today has it; the same value where nothing changes.</summary>
    public MapValue Restore(MapValue stored) => (MapValue)ObjectPipeline.Restore(Typed(stored, Kind), Schema);

    /// <summary>Whether an object has to be converted before it can be shown in this version.</summary>
    public bool MustConvert(MapValue stored) => Converter is not null && stored["apiVersion"]?.AsText() != Kind.ApiVersion;

    /// <summary>Objects of any version in this one, as its schema of today has them.</summary>
    public async ValueTask<IReadOnlyList<MapValue>> RestoreAsync(IReadOnlyList<MapValue> stored, CancellationToken cancel)
    {
        var restored = new MapValue[stored.Count];
        var foreign = Enumerable.Range(0, stored.Count).Where(i => MustConvert(stored[i])).ToList();
        var converted = foreign.Count == 0 ? [] : await Converter!.ConvertAsync([.. foreign.Select(i => stored[i])], Kind.ApiVersion, cancel).ConfigureAwait(false);
        for (var i = 0; i < foreign.Count; i++) restored[foreign[i]] = Restore(converted[i]);
        for (var i = 0; i < restored.Length; i++) restored[i] ??= Restore(stored[i]);
        return restored;
    }

    /// <summary>An object of this version as it is stored.</summary>
    public async ValueTask<ApiObject> ToStoredAsync(ApiObject value, CancellationToken cancel)
    {
        if (Converter is null || Kind == Stored) return ToStored(value);
        return new CustomObject((await Converter.ConvertAsync([value.ToValue()], Stored.ApiVersion, cancel).ConfigureAwait(false))[0]);
    }

    /// <summary>An object of this version as it is stored: without a converter all versions have the same fields.</summary>
    public ApiObject ToStored(ApiObject value) => Kind == Stored ? value : new CustomObject(Typed(value.ToValue(), Stored));

    /// <summary>An object in another version, for the ownership of fields.</summary>
    public VersionedObject? Convert(MapValue value, string apiVersion) => Versions.TryGetValue(apiVersion, out var source)
        ? new VersionedObject(value.With("apiVersion", apiVersion), source.Value)
        : null;

    private static MapValue Typed(MapValue value, GroupVersionKind kind) =>
        value["apiVersion"]?.AsText() == kind.ApiVersion && value["kind"]?.AsText() == kind.Kind ? value : value.With("apiVersion", kind.ApiVersion).With("kind", kind.Kind);
}
