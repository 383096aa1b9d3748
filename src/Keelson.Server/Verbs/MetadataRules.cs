using System.Globalization;
using Keelson.Api.Meta.V1;
using Keelson.Api.Names;
using Keelson.Server.Registry;

namespace Keelson.Server.Verbs;

/// <summary>What metadata has to look like, in upstream's words.</summary>
internal static class MetadataRules
{
    /// <summary>All annotations of an object together; 256 KiB, as upstream.</summary>
    public const int MaxAnnotationBytes = 256 * 1024;

    private const string Immutable = "field is immutable";

    private static readonly string[] OwnFinalizers = ["orphan", "foregroundDeletion", "kubernetes"];

    /// <summary>What is wrong with an object's metadata.</summary>
    public static IEnumerable<StatusCause> Check(RegisteredResource resource, ObjectMeta metadata)
    {
        if (metadata.Name.Length == 0)
        {
            yield return Required("metadata.name", "name or generateName is required");
        }
        else
        {
            foreach (var message in resource.Strategy.CheckName(metadata.Name).AsSpan().ToArray()) yield return Invalid("metadata.name", metadata.Name, message);
        }

        if (metadata.GenerateName.Length > 0)
        {
            // The dash that most prefixes end in is followed by what the server draws.
            foreach (var message in resource.Strategy.CheckName(metadata.GenerateName.TrimEnd('-') + "x").AsSpan().ToArray()) yield return Invalid("metadata.generateName", metadata.GenerateName, message);
        }

        if (metadata.Generation < 0) yield return Invalid("metadata.generation", metadata.Generation, "must be greater than or equal to 0");
        foreach (var cause in CheckTexts(metadata)) yield return cause;
        foreach (var cause in CheckOwners(metadata)) yield return cause;
    }

    /// <summary>What is wrong with a change of metadata.</summary>
    public static IEnumerable<StatusCause> CheckUpdate(ObjectMeta updated, ObjectMeta current)
    {
        if (updated.Name != current.Name) yield return Invalid("metadata.name", updated.Name, Immutable);
        if (updated.Namespace != current.Namespace) yield return Invalid("metadata.namespace", updated.Namespace, Immutable);
        if (updated.Uid != current.Uid) yield return Invalid("metadata.uid", updated.Uid, Immutable);
        if (current.DeletionTimestamp is null) yield break;
        var added = updated.Finalizers.AsSpan().ToArray().Except(current.Finalizers.AsSpan().ToArray()).ToList();
        if (added.Count > 0)
        {
            var list = string.Join(", ", added.Select(name => $"\"{name}\""));
            yield return new StatusCause
            {
                Reason = CauseType.FieldValueForbidden,
                Field = "metadata.finalizers",
                Message = $"Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{{{list}}}",
            };
        }
    }

    public static StatusCause Required(string field, string detail) =>
        new() { Reason = CauseType.FieldValueRequired, Field = field, Message = detail.Length == 0 ? "Required value" : $"Required value: {detail}" };

    public static StatusCause Invalid(string field, object value, string detail)
    {
        var shown = value is string text ? $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"" : Convert.ToString(value, CultureInfo.InvariantCulture);
        return new StatusCause { Reason = CauseType.FieldValueInvalid, Field = field, Message = $"Invalid value: {shown}: {detail}" };
    }

    private static IEnumerable<StatusCause> CheckTexts(ObjectMeta metadata)
    {
        foreach (var (key, value) in (IEnumerable<KeyValuePair<string, string>>)metadata.Labels)
        {
            foreach (var message in LabelName.CheckKey(key).AsSpan().ToArray()) yield return Invalid("metadata.labels", key, message);
            foreach (var message in LabelName.CheckValue(value).AsSpan().ToArray()) yield return Invalid("metadata.labels", value, message);
        }

        long bytes = 0;
        foreach (var (key, value) in (IEnumerable<KeyValuePair<string, string>>)metadata.Annotations)
        {
            bytes += System.Text.Encoding.UTF8.GetByteCount(key) + System.Text.Encoding.UTF8.GetByteCount(value);
            foreach (var message in LabelName.CheckKey(key.ToLowerInvariant()).AsSpan().ToArray()) yield return Invalid("metadata.annotations", key, message);
        }

        if (bytes > MaxAnnotationBytes)
        {
            yield return new StatusCause { Reason = CauseType.FieldValueTooLong, Field = "metadata.annotations", Message = $"Too long: may not be more than {MaxAnnotationBytes} bytes" };
        }

        foreach (var finalizer in metadata.Finalizers.AsSpan().ToArray())
        {
            foreach (var message in LabelName.CheckKey(finalizer).AsSpan().ToArray()) yield return Invalid("metadata.finalizers", finalizer, message);
            if (!finalizer.Contains('/', StringComparison.Ordinal) && !OwnFinalizers.Contains(finalizer))
            {
                yield return Invalid("metadata.finalizers", finalizer, "name is neither a standard finalizer name nor is it fully qualified");
            }
        }
    }

    private static IEnumerable<StatusCause> CheckOwners(ObjectMeta metadata)
    {
        var controllers = 0;
        for (var i = 0; i < metadata.OwnerReferences.Count; i++)
        {
            var owner = metadata.OwnerReferences[i];
            var path = $"metadata.ownerReferences[{i}]";
            if (owner.ApiVersion.Length == 0) yield return Invalid(path + ".apiVersion", "", "version must not be empty");
            if (owner.Kind.Length == 0) yield return Invalid(path + ".kind", "", "must not be empty");
            if (owner.Name.Length == 0) yield return Invalid(path + ".name", "", "must not be empty");
            if (owner.Uid.Length == 0) yield return Invalid(path + ".uid", "", "must not be empty");
            if (owner.Controller == true) controllers++;
        }

        if (controllers > 1)
        {
            yield return new StatusCause
            {
                Reason = CauseType.FieldValueInvalid,
                Field = "metadata.ownerReferences",
                Message = "Invalid value: Only one reference can have Controller set to true",
            };
        }
    }
}
