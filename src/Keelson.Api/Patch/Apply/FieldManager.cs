using Keelson.Api.Values;

namespace Keelson.Api.Patch.Apply;

/// <summary>
/// Keeps track of who owns which fields of a resource's objects, and merges applied configurations into them. It
/// computes and does nothing else: the time is passed in.
/// </summary>
public sealed partial class FieldManager
{
    private const string BeforeFirstApply = "before-first-apply";
    private const string AncientChanges = "ancient-changes";

    /// <summary>Stands for the writer while its fields are computed, so that it shows whether it changes anything.</summary>
    private static readonly FieldOwner Writer = new("current-operation", FieldOperation.Update, "", "");

    /// <summary>Fields that nobody owns: what identifies the object, and what only the server sets.</summary>
    private static readonly FieldSet Unowned = FieldSet.Of(
        FieldPath.Of("apiVersion"),
        FieldPath.Of("kind"),
        FieldPath.Of("metadata"),
        FieldPath.Of("metadata", "name"),
        FieldPath.Of("metadata", "namespace"),
        FieldPath.Of("metadata", "creationTimestamp"),
        FieldPath.Of("metadata", "selfLink"),
        FieldPath.Of("metadata", "uid"),
        FieldPath.Of("metadata", "clusterName"),
        FieldPath.Of("metadata", "generation"),
        FieldPath.Of("metadata", "managedFields"),
        FieldPath.Of("metadata", "resourceVersion"));

    private readonly FieldManagerOptions _options;
    private readonly Ownership _ownership;

    public FieldManager(FieldManagerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _ownership = new Ownership(options);
    }

    /// <summary>The managed fields after a create, update or patch that is complete.</summary>
    /// <param name="live">The object as it is stored; null for a create.</param>
    /// <param name="updated">The object as it is to be stored, in the request's version.</param>
    /// <param name="manager">Who writes.</param>
    /// <returns><paramref name="updated"/> with its managed fields.</returns>
    public MapValue Update(MapValue? live, MapValue updated, string manager, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(updated);
        ArgumentNullException.ThrowIfNull(manager);
        var managed = LiveOrNew(live, updated);
        updated = ManagedFields.Strip(updated);

        // An object that is not tracked since its creation is tracked from the first time it is applied to.
        if (managed.IsEmpty && !string.IsNullOrEmpty(live?["metadata", "uid"]?.AsText())) return updated;
        return Track(live is null ? _options.Empty : ManagedFields.Strip(live), updated, managed, manager, now).ApplyTo(updated);
    }

    /// <summary>Merges a configuration into an object.</summary>
    /// <param name="live">The object as it is stored; null where there is none yet.</param>
    /// <param name="configuration">The object as far as the manager wants to say.</param>
    /// <param name="manager">Who applies.</param>
    /// <param name="force">Whether the manager takes fields that others own.</param>
    public ApplyResult Apply(MapValue? live, MapValue configuration, string manager, bool force, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(manager);
        if (Refuse(configuration) is { } refused) return refused;
        ManagedFields managed;
        try
        {
            managed = live is null ? ManagedFields.Empty : ManagedFields.Of(live);
        }
        catch (FormatException error)
        {
            return ApplyResult.Failed($"failed to decode managed fields: {error.Message}");
        }

        var before = live is null ? Skeleton() : ManagedFields.Strip(live);
        if (CheckTypes(before, configuration) is { } failed) return failed;

        // What the object has from before it is tracked is owned by nobody in particular.
        if (managed.IsEmpty && live is not null) managed = Track(_options.Empty, before, managed, BeforeFirstApply, now);
        var result = Apply(before, configuration, managed, manager, force, now);
        if (manager != LastApplied.Manager || result.Outcome != ApplyOutcome.Conflict) return result;

        var allowed = LastApplied.OwnedBy(before, _options);
        if (allowed is null) return result;
        var others = result.Conflicts.Where(conflict => !allowed.Contains(conflict.Path)).ToList();
        return others.Count > 0 ? ApplyResult.Conflict(others) : Apply(before, configuration, managed, manager, force: true, now);
    }

    private ApplyResult Apply(MapValue before, MapValue configuration, ManagedFields managed, string manager, bool force, DateTimeOffset now)
    {
        var applier = Owner(manager, FieldOperation.Apply);
        var conflicts = force ? null : new List<FieldConflict>();
        var after = _ownership.Apply(before, configuration, managed, applier, out var owners, conflicts);
        if (conflicts is { Count: > 0 }) return ApplyResult.Conflict(conflicts);

        StripUnowned(owners, applier);
        var changes = !ReferenceEquals(after, before);
        if (changes && owners.TryGetValue(applier, out var owned)) owners[applier] = owned with { Time = Seconds(now) };
        if (manager == LastApplied.Manager) after = LastApplied.Renew(after, configuration);
        return ApplyResult.Applied(ManagedFields.From(owners).ApplyTo(after), changes);
    }

    /// <summary>Records a write, unless it changes nothing.</summary>
    private ManagedFields Track(MapValue before, MapValue after, ManagedFields managed, string manager, DateTimeOffset now)
    {
        var owners = _ownership.Update(before, after, managed, Writer);
        StripUnowned(owners, Writer);
        if (owners.Remove(Writer, out var written))
        {
            var owner = Owner(manager, FieldOperation.Update);
            var fields = owners.TryGetValue(owner, out var previous) ? written.Fields.Union(previous.Fields) : written.Fields;
            owners[owner] = new OwnedFields(fields, written.ApiVersion, Seconds(now));
        }

        JoinOldest(owners);
        return ManagedFields.From(owners);
    }

    /// <summary>The managed fields that the client sent, unless it sent none that make sense: then those of the object.</summary>
    private ManagedFields LiveOrNew(MapValue? live, MapValue updated)
    {
        if (_options.Subresource.Length == 0)
        {
            var sent = updated["metadata", "managedFields"];
            if (ManagedFields.IsReset(sent)) return ManagedFields.Empty;
            if (TryRead(sent) is { IsEmpty: false } managed) return managed;
        }

        return TryRead(live?["metadata", "managedFields"]) ?? ManagedFields.Empty;
    }

    private static ManagedFields? TryRead(Value? list)
    {
        try
        {
            return ManagedFields.Read(list);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static void StripUnowned(Dictionary<FieldOwner, OwnedFields> owners, FieldOwner owner)
    {
        if (!owners.TryGetValue(owner, out var owned)) return;
        var fields = owned.Fields.Difference(Unowned);
        if (fields.IsEmpty) owners.Remove(owner);
        else owners[owner] = owned with { Fields = fields };
    }

    private FieldOwner Owner(string manager, FieldOperation operation) => new(
        manager.Length == 0 ? "unknown" : manager,
        operation,
        operation == FieldOperation.Apply ? "" : _options.Kind.ApiVersion,
        _options.Subresource);

    private static DateTimeOffset Seconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());

    /// <summary>What an object has before a configuration creates it.</summary>
    private MapValue Skeleton() => MapValue.Of(("apiVersion", _options.Kind.ApiVersion), ("kind", _options.Kind.Kind));
}
