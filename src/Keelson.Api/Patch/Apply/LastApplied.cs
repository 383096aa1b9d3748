using System.Text;
using Keelson.Api.Values;

namespace Keelson.Api.Patch.Apply;

/// <summary>
/// The annotation in which client-side apply keeps its last configuration, and what it means for an object that goes
/// over to server-side apply. Only the manager kubectl takes part in it.
/// </summary>
internal static class LastApplied
{
    internal const string Annotation = "kubectl.kubernetes.io/last-applied-configuration";

    internal const string Manager = "kubectl";

    /// <summary>The most that annotations may have in all, in bytes; default 256 KiB, as upstream.</summary>
    private const int MaxAnnotationsBytes = 256 * 1024;

    private static readonly JsonFormat Sorted = new() { SortKeys = true };

    /// <summary>
    /// The fields that client-side apply owns: those of its last configuration that the object still has the way it
    /// said. Null where that can't be told.
    /// </summary>
    internal static FieldSet? OwnedBy(MapValue live, FieldManagerOptions options)
    {
        if (Of(live) is not { } text) return null;
        Value configuration;
        try
        {
            configuration = ValueReader.Read(text);
        }
        catch (JsonFormatException)
        {
            return null;
        }

        if (configuration["apiVersion"]?.AsText() != options.Kind.ApiVersion) return null;
        var type = MergeType.Root(options.Schema);
        if (TypeErrors.Find(configuration, type, allowDuplicates: false) is not null) return null;
        var comparison = Comparison.Of(configuration, live, type);
        return FieldSetOf.Value(configuration, type)
            .Difference(comparison.Modified)
            .Difference(comparison.Added)
            .Difference(comparison.Removed);
    }

    /// <summary>The object with the annotation renewed, where it has one.</summary>
    internal static MapValue Renew(MapValue @object, MapValue configuration)
    {
        if (Of(@object) is null) return @object;
        var annotations = ((MapValue)@object["metadata", "annotations"]!).With(Annotation, Write(configuration));
        if (Size(annotations) > MaxAnnotationsBytes) annotations = annotations.Without(Annotation);
        return @object.With(["metadata", "annotations"], annotations);
    }

    private static string? Of(MapValue @object) =>
        (@object["metadata", "annotations"] as MapValue)?[Annotation]?.AsText() is { Length: > 0 } text ? text : null;

    private static string Write(MapValue configuration)
    {
        if (configuration["metadata", "annotations"] is MapValue annotations)
        {
            configuration = configuration.With(["metadata", "annotations"], annotations.Without(Annotation));
        }

        return ValueWriter.WriteText(configuration, Sorted) + "\n";
    }

    private static int Size(MapValue annotations)
    {
        var size = 0;
        foreach (var (key, value) in annotations)
        {
            size += Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(value.AsText() ?? "");
        }

        return size;
    }
}
