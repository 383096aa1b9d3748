using System.Globalization;
using System.Text;
using Keelson.Api.Meta.V1;
using Keelson.Api.Names;
using Keelson.Api.Values;

namespace Keelson.Api.Validation;

/// <summary>Tells what is wrong with a name, or with the prefix of one; nothing means valid.</summary>
public delegate ApiList<string> NameCheck(string name, bool isPrefix);

/// <summary>Checks the metadata that objects of every kind have. The place of the errors is the metadata itself.</summary>
public static class ObjectMetaValidation
{
    /// <summary>How many bytes the keys and values of all annotations may have together.</summary>
    public const int MaximumAnnotationBytes = 256 * 1024;

    public const int MaximumManagerBytes = 128;

    public const int MaximumSubresourceBytes = 256;

    public const string ImmutableMessage = "field is immutable";

    private const string Orphan = "orphan";
    private const string Foreground = "foregroundDeletion";

    /// <summary>Checks the metadata of a new object, whose name has been generated if it had to be.</summary>
    public static void Validate(ObjectMeta meta, bool isNamespaced, NameCheck checkName, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(meta);
        if (meta.GenerateName.Length > 0) errors.Invalid("generateName", meta.GenerateName, checkName(meta.GenerateName, true));
        if (meta.Name.Length == 0) errors.Required("name", "name or generateName is required");
        else errors.Invalid("name", meta.Name, checkName(meta.Name, false));
        if (!isNamespaced)
        {
            if (meta.Namespace.Length > 0) errors.Forbidden("namespace", "not allowed on this type");
        }
        else if (meta.Namespace.Length == 0)
        {
            errors.Required("namespace");
        }
        else
        {
            errors.Invalid("namespace", meta.Namespace, DnsName.CheckLabel(meta.Namespace));
        }

        if (meta.Generation < 0) errors.Invalid("generation", meta.Generation, "must be greater than or equal to 0", "minimum");
        ValidateMaps(meta, errors);
        ValidateFinalizers(meta.Finalizers, errors);
        ValidateManagedFields(meta.ManagedFields, errors);
    }

    /// <summary>Checks the metadata of an object that is being changed.</summary>
    public static void ValidateUpdate(ObjectMeta meta, ObjectMeta old, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(meta);
        ArgumentNullException.ThrowIfNull(old);
        if (old.DeletionTimestamp is not null) ValidateNoNewFinalizers(meta.Finalizers, old.Finalizers, errors);
        if (meta.ResourceVersion.Length == 0) errors.Invalid("resourceVersion", meta.ResourceVersion, "must be specified for an update");
        if (meta.Generation < old.Generation) errors.Invalid("generation", meta.Generation, "must not be decremented");
        Immutable("name", meta.Name, old.Name, errors);
        Immutable("namespace", meta.Namespace, old.Namespace, errors);
        Immutable("uid", meta.Uid, old.Uid, errors);
        if (meta.CreationTimestamp != old.CreationTimestamp) Changed("creationTimestamp", Shown(meta.CreationTimestamp), errors);
        if (meta.DeletionTimestamp != old.DeletionTimestamp) Changed("deletionTimestamp", Shown(meta.DeletionTimestamp), errors);
        if (meta.DeletionGracePeriodSeconds != old.DeletionGracePeriodSeconds)
        {
            Changed("deletionGracePeriodSeconds", Shown(meta.DeletionGracePeriodSeconds), errors);
        }

        ValidateMaps(meta, errors);
        ValidateManagedFields(meta.ManagedFields, errors);
    }

    /// <summary>Checks that the finalizers are those that the system knows, or say whose they are.</summary>
    public static void ValidateFinalizerNames(ObjectMeta meta, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(meta);
        for (var i = 0; i < meta.Finalizers.Count; i++)
        {
            if (HasOwner(meta.Finalizers[i])) continue;
            using (errors.In("finalizers", i)) errors.Invalid(null, meta.Finalizers[i], "name is neither a standard finalizer name nor is it fully qualified");
        }
    }

    /// <summary>What is said of new finalizers of a custom resource, which may be called anything.</summary>
    public static IEnumerable<string> FinalizerWarnings(ObjectMeta meta, ObjectMeta? old)
    {
        ArgumentNullException.ThrowIfNull(meta);
        return meta.Finalizers.Except(old?.Finalizers ?? default, StringComparer.Ordinal)
            .Where(finalizer => !HasOwner(finalizer))
            .Order(StringComparer.Ordinal)
            .Select(finalizer => $"metadata.finalizers: {Values.GoQuote.Quote(finalizer)}: prefer a domain-qualified finalizer name including a path (/) "
                + "to avoid accidental conflicts with other finalizer writers");
    }

    /// <summary>Whether a finalizer says whose it is: with a domain and a slash, or by being one of the system's.</summary>
    public static bool HasOwner(string finalizer)
    {
        ArgumentNullException.ThrowIfNull(finalizer);
        return finalizer is Orphan or Foreground or "kubernetes" || finalizer.Contains('/', StringComparison.Ordinal);
    }

    public static void ValidateLabels(string field, ApiMap<string> labels, FieldErrors errors)
    {
        for (var i = 0; i < labels.Count; i++)
        {
            var (key, value) = (labels.Keys[i], labels.Values[i]);
            errors.Invalid(field, key, LabelName.CheckKey(key), "format=k8s-label-key");
            errors.Invalid(field, value, LabelName.CheckValue(value), "format=k8s-label-value");
        }
    }

    public static void ValidateAnnotations(string field, ApiMap<string> annotations, FieldErrors errors)
    {
        var bytes = 0L;
        for (var i = 0; i < annotations.Count; i++)
        {
            var (key, value) = (annotations.Keys[i], annotations.Values[i]);
            // Keys may have capital letters in their prefix, which the keys of labels may not.
            if (!LabelName.IsKey(key)) errors.Invalid(field, key, LabelName.CheckKey(key.ToLowerInvariant()));
            bytes += Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(value);
        }

        if (bytes > MaximumAnnotationBytes) errors.TooLong(field, MaximumAnnotationBytes);
    }

    private static void ValidateMaps(ObjectMeta meta, FieldErrors errors)
    {
        ValidateLabels("labels", meta.Labels, errors);
        ValidateAnnotations("annotations", meta.Annotations, errors);
        ValidateOwners(meta.OwnerReferences, errors);
    }

    private static void ValidateOwners(ApiList<OwnerReference> owners, FieldErrors errors)
    {
        string? controller = null;
        foreach (var owner in owners)
        {
            ValidateOwner(owner, errors);
            if (owner.Controller is not true) continue;
            var named = $"{owner.Kind}/{owner.Name}";
            if (controller is null)
            {
                controller = named;
                continue;
            }

            errors.Invalid("ownerReferences", ListValue.From(owners.Select(Shown)),
                $"Only one reference can have Controller set to true. Found \"true\" in references for {controller} and {named}");
        }
    }

    private static void ValidateOwner(OwnerReference owner, FieldErrors errors)
    {
        // Upstream names the list, not the reference in it.
        using (errors.In("ownerReferences"))
        {
            var kind = GroupVersionKind.Parse(owner.ApiVersion, owner.Kind);
            if (kind is not { Version.Length: > 0 }) errors.Invalid("apiVersion", owner.ApiVersion, "version must not be empty");
            if (owner.Kind.Length == 0) errors.Invalid("kind", owner.Kind, "kind must not be empty");
            if (owner.Name.Length == 0) errors.Invalid("name", owner.Name, "name must not be empty");
            if (owner.Uid.Length == 0) errors.Invalid("uid", owner.Uid, "uid must not be empty");
            if (kind is { Group: "", Version: "v1", Kind: "Event" })
            {
                errors.Invalid(null, Shown(owner), $"{kind.Value} is disallowed from being an owner");
            }
        }
    }

    private static void ValidateFinalizers(ApiList<string> finalizers, FieldErrors errors)
    {
        foreach (var finalizer in finalizers) errors.Invalid("finalizers", finalizer, LabelName.CheckKey(finalizer));
        if (finalizers.Contains(Orphan) && finalizers.Contains(Foreground))
        {
            errors.Invalid("finalizers", Shown(finalizers), $"finalizer {Orphan} and {Foreground} cannot be both set");
        }
    }

    private static void ValidateNoNewFinalizers(ApiList<string> finalizers, ApiList<string> old, FieldErrors errors)
    {
        List<string>? added = null;
        foreach (var finalizer in finalizers)
        {
            if (!old.Contains(finalizer)) (added ??= []).Add(finalizer);
        }

        if (added is null) return;
        added.Sort(Values.Utf8Order.Instance);
        var listed = string.Join(", ", added.Distinct().Select(Values.GoQuote.Quote));
        errors.Forbidden("finalizers", $"no new finalizers can be added if the object is being deleted, found new finalizers []string{{{listed}}}");
    }

    private static void ValidateManagedFields(ApiList<ManagedFieldsEntry> entries, FieldErrors errors)
    {
        for (var i = 0; i < entries.Count; i++)
        {
            var entry = entries[i];
            using (errors.In("managedFields", i))
            {
                if (entry.Operation is not (ManagedFieldsOperationType.Apply or ManagedFieldsOperationType.Update))
                {
                    errors.Invalid("operation", entry.Operation, "must be `Apply` or `Update`");
                }

                if (entry.FieldsType.Length > 0 && entry.FieldsType != "FieldsV1") errors.Invalid("fieldsType", entry.FieldsType, "must be `FieldsV1`");
                ValidateManager("manager", entry.Manager, errors);
                if (NameMessage.IsLonger(entry.Subresource, MaximumSubresourceBytes)) errors.TooLong("subresource", MaximumSubresourceBytes);
            }
        }
    }

    /// <summary>Checks the name that a writer of fields goes by: not too long, and to be printed.</summary>
    public static void ValidateManager(string field, string manager, FieldErrors errors)
    {
        if (NameMessage.IsLonger(manager, MaximumManagerBytes)) errors.TooLong(field, MaximumManagerBytes);
        var position = 0;
        foreach (var rune in manager.EnumerateRunes())
        {
            if (!IsPrintable(rune)) errors.Invalid(field, manager, $"invalid character U+{rune.Value:X4} (at position {position})");
            position += rune.Utf8SequenceLength;
        }
    }

    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator);

    private static void Immutable(string field, string value, string old, FieldErrors errors)
    {
        if (value != old) Changed(field, value, errors);
    }

    private static void Changed(string field, Value value, FieldErrors errors) =>
        errors.Invalid(field, value, ImmutableMessage, "immutable");

    private static Value Shown(Time? time) => time is { IsZero: false } moment ? moment.ToString() : Value.Null;

    private static Value Shown(long? number) => number is { } given ? given : Value.Null;

    private static ListValue Shown(ApiList<string> texts) => ListValue.From(texts.Select(text => (Value)text));

    private static Value Shown(OwnerReference owner)
    {
        using var writer = new Json.JsonWriter();
        owner.WriteJson(writer);
        return ValueReader.Read(writer.Written);
    }
}
