using System.Runtime.InteropServices;

namespace Keelson.Api.Patch.Apply;

/// <summary>
/// Adapts an owner's set to a schema that has changed since: where what was owned one by one is now owned as a whole,
/// who owned a part owns the whole.
/// </summary>
internal sealed class SchemaChanges
{
    private readonly FieldSetBuilder _atomic = new();
    private readonly List<PathElement> _path = [];

    private SchemaChanges()
    {
    }

    internal static FieldSet Adapt(FieldSet owned, MergeType type)
    {
        var walker = new SchemaChanges();
        walker.Visit(owned, isLeaf: false, type);
        var atomic = walker._atomic.Build();
        return atomic.IsEmpty ? owned : owned.RecursiveDifference(atomic).Union(atomic);
    }

    private void Visit(FieldSet owned, bool isLeaf, MergeType type)
    {
        var forms = type.Forms;
        if (forms.HasFlag(Forms.Map))
        {
            // Of open types it is not known what is owned as a whole.
            if (type.IsOpenMap) return;
            if (!isLeaf && type.MapIsAtomic)
            {
                if (!owned.IsEmpty) _atomic.Add(CollectionsMarshal.AsSpan(_path));
                return;
            }

            foreach (var entry in owned.Entries)
            {
                var field = entry.Element.FieldName is { } name ? type.Field(name) : MergeType.Undeclared;
                if (!field.IsUndeclared) VisitEntry(entry, field);
            }
        }
        else if (forms == Forms.List)
        {
            if (!isLeaf && type.ListIsAtomic)
            {
                _atomic.Add(CollectionsMarshal.AsSpan(_path));
                return;
            }

            foreach (var entry in owned.Entries) VisitEntry(entry, type.Items);
        }
    }

    private void VisitEntry(FieldSet.Entry entry, MergeType type)
    {
        _path.Add(entry.Element);
        Visit(entry.Below ?? FieldSet.Empty, isLeaf: entry.IsMember && entry.Below is null, type);
        _path.RemoveAt(_path.Count - 1);
    }
}
