using Keelson.Api.Values;

namespace Keelson.Api.Patch.Apply;

/// <summary>
/// Turns what a client owns by client-side apply into what it owns by server-side apply, so that it can give fields up
/// by no longer saying them.
/// </summary>
public static class ClientSideUpgrade
{
    /// <summary>The object with the fields of client-side managers given to a server-side one.</summary>
    /// <param name="clientSide">The managers that wrote with update: kubectl-client-side-apply, before-first-apply.</param>
    /// <param name="serverSide">The manager that will apply: kubectl.</param>
    /// <returns>The same object when there is nothing to do.</returns>
    /// <exception cref="FormatException">The object's managed fields are malformed.</exception>
    public static MapValue Upgrade(MapValue @object, IEnumerable<string> clientSide, string serverSide)
    {
        ArgumentNullException.ThrowIfNull(@object);
        ArgumentNullException.ThrowIfNull(clientSide);
        var owners = ManagedFields.Of(@object).ToDictionary();
        var changed = false;
        foreach (var name in clientSide) changed |= Upgrade(owners, name, serverSide);
        return changed ? ManagedFields.From(owners).ApplyTo(@object) : @object;
    }

    private static bool Upgrade(Dictionary<FieldOwner, OwnedFields> owners, string clientSide, string serverSide)
    {
        var applier = new FieldOwner(serverSide, FieldOperation.Apply, "", "");
        var writers = ManagedFields.From(owners).Entries
            .Where(entry => entry.Key is { Operation: FieldOperation.Update, Subresource: "" } && entry.Key.Name == clientSide)
            .ToList();
        if (writers.Count == 0) return false;

        // Without an applier yet, the first writer becomes it; of the others only that of its version can join it.
        var target = owners.GetValueOrDefault(applier) ?? writers[0].Value;
        foreach (var (writer, owned) in writers)
        {
            owners.Remove(writer);
            if (owned.ApiVersion == target.ApiVersion) target = target with { Fields = target.Fields.Union(owned.Fields) };
        }

        owners[applier] = target;
        return true;
    }
}
