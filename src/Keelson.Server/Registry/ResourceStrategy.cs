using Keelson.Api;
using Keelson.Api.Validation;
using Keelson.Server.Objects;

namespace Keelson.Server.Registry;

/// <summary>What becomes of the status that a client sends when it creates an object.</summary>
public enum StatusOnCreate
{
    /// <summary>It is dropped: only the status subresource writes it.</summary>
    Dropped,

    /// <summary>It is kept, as for nodes that register themselves.</summary>
    Kept,
}

/// <summary>
/// What is special about a kind and is not in its schema. The defaults fit most kinds; a kind that differs has a few settings
/// beside its registration, or a small class of its own.
/// </summary>
public class ResourceStrategy
{
    public static ResourceStrategy Plain { get; } = new();

    /// <summary>Whether metadata.generation counts the changes of what is wanted.</summary>
    public bool CountsGenerations { get; init; }

    public StatusOnCreate StatusOnCreate { get; init; } = StatusOnCreate.Dropped;

    /// <summary>The status of a new object as JSON, where it is not empty.</summary>
    public string? FirstStatus { get; init; }

    /// <summary>Whether who replaces an object has to say which version of it; custom resources always do.</summary>
    public bool NeedsVersion { get; init; }

    /// <summary>Whether a write to an object that does not exist creates it.</summary>
    public bool CreatesOnUpdate { get; init; }

    /// <summary>Whether a deletion answers with the object instead of a status.</summary>
    public bool AnswersDeletedObject { get; init; }

    /// <summary>Seconds that a deletion waits for whoever runs the object, unless the request says otherwise; null where it does not wait.</summary>
    public virtual long? GracePeriod(ApiObject current, long? requested) => null;

    /// <summary>Whether dependents stay when nothing is said about them.</summary>
    public bool OrphansByDefault { get; init; }

    /// <summary>Changes an object that begins to be deleted and stays for now.</summary>
    public virtual ApiObject PrepareForDeletion(ApiObject marked) => marked;

    /// <summary>Whether nothing of the kind's own, beside its finalizers, keeps an object that is deleted.</summary>
    public virtual bool MayGo(ApiObject value) => true;

    /// <summary>Which names are valid: the messages about one that is not.</summary>
    public NameCheck CheckName { get; init; } = NameChecks.Subdomain;

    /// <summary>Fields that selectors may name beside metadata.name and metadata.namespace.</summary>
    public IReadOnlyList<SelectableField> SelectableFields { get; init; } = [];

    /// <summary>Changes a new object before it is checked: what a client may not set, and what the server sets.</summary>
    public virtual ApiObject PrepareForCreate(ApiObject created) => created;

    /// <summary>Writes into a new object what follows from its fields, once admission has changed them.</summary>
    public virtual ApiObject Complete(ApiObject admitted) => admitted;

    /// <summary>Changes an object that replaces another one before it is checked.</summary>
    public virtual ApiObject PrepareForUpdate(ApiObject updated, ApiObject current) => updated;

    /// <summary>Changes an object with a new status before it is checked.</summary>
    public virtual ApiObject PrepareForStatusUpdate(ApiObject updated, ApiObject current) => updated;

    /// <summary>Fills in what the client left open; the same for every request, so it runs on whatever is read from one.</summary>
    public virtual ApiObject Default(ApiObject value)
    {
        if (value.Typed is not IHasDefaults open) return value;
        var filled = open.WithDefaults();
        return ReferenceEquals(filled, open) ? value : new TypedObject(filled);
    }

    /// <summary>Reports everything that is wrong with a new object, beyond its metadata.</summary>
    public virtual void Validate(ApiObject created, FieldErrors errors) => (created.Typed as IHasRules)?.Validate(errors);

    /// <summary>Reports everything that is wrong with an object that replaces another one.</summary>
    public virtual void ValidateUpdate(ApiObject updated, ApiObject current, FieldErrors errors)
    {
        if (updated.Typed is IHasRules rules) rules.ValidateUpdate(current.Typed!, errors);
    }

    /// <summary>What a client is told of an object that is taken all the same.</summary>
    /// <param name="current">What it replaces; null for a new one.</param>
    public virtual IEnumerable<string> Warnings(ApiObject value, ApiObject? current)
    {
        if (value.Typed is not IHasWarnings speaking) return [];
        var warnings = new FieldWarnings();
        speaking.Warn(current?.Typed, warnings);
        return warnings;
    }

    /// <summary>What a write to a subresource other than the status makes of an object: the parts that it may not write stay.</summary>
    public virtual ApiObject TakeSubresource(string subresource, ApiObject updated, ApiObject current, DateTimeOffset now) => updated;

    /// <summary>Reports everything that is wrong with an object that a write to a subresource other than the status made.</summary>
    public virtual void ValidateSubresource(string subresource, ApiObject updated, ApiObject current, FieldErrors errors)
    {
        // A binding was checked as such, and is the one write that may name the node.
        if (subresource != "binding") ValidateUpdate(updated, current, errors);
    }

    /// <summary>Reports everything that is wrong with a status that replaces another one.</summary>
    public virtual void ValidateStatusUpdate(ApiObject updated, ApiObject current, FieldErrors errors)
    {
        if (updated.Typed is IHasRules rules) rules.ValidateStatusUpdate(current.Typed!, errors);
    }
}

/// <summary>A field that selectors may name, and how it is read from an object of the kind.</summary>
public sealed record SelectableField(string Name, Func<ApiObject, string?> Read)
{
    /// <summary>The name under which the field is found in what is stored, where that is another version.</summary>
    public string StoredName { get; init; } = Name;

    /// <summary>Whether many watchers select one value of it each; it is a text, and at most one field of a kind is such.</summary>
    public bool IsIndexed { get; init; }

    /// <summary>The names that lead to the field.</summary>
    internal string[] Steps { get; } = Name.Split('.');

    /// <summary>A field of a declared kind.</summary>
    public static SelectableField Of<T>(string name, Func<T, string?> read)
        where T : class, IResource => new(name, value => value.Typed is T typed ? read(typed) : null);
}
