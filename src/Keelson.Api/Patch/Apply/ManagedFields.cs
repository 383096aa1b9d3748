using System.Globalization;
using Keelson.Api.Values;

namespace Keelson.Api.Patch.Apply;

/// <summary>Who owns which fields of an object: the content of metadata.managedFields. Immutable.</summary>
public sealed class ManagedFields
{
    /// <summary>The most entries that are read from an object; default 4,096. No upstream limit: there the request's size bounds it.</summary>
    private const int MaxEntries = 4096;

    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    private readonly Dictionary<FieldOwner, OwnedFields> _owners;

    private ManagedFields(Dictionary<FieldOwner, OwnedFields> owners) => _owners = owners;

    public static ManagedFields Empty { get; } = new([]);

    public int Count => _owners.Count;

    public bool IsEmpty => _owners.Count == 0;

    /// <summary>The owners in the order in which objects list them.</summary>
    public IEnumerable<KeyValuePair<FieldOwner, OwnedFields>> Entries => _owners
        .OrderBy(entry => entry.Key.Operation)
        .ThenBy(entry => entry.Value.Time?.ToUnixTimeSeconds() ?? 0)
        .ThenBy(entry => entry.Key.Name, Utf8Order.Instance)
        .ThenBy(entry => entry.Value.ApiVersion, Utf8Order.Instance)
        .ThenBy(entry => entry.Key.Subresource, Utf8Order.Instance);

    /// <summary>What the owner owns, or null.</summary>
    public OwnedFields? this[FieldOwner owner] => _owners.GetValueOrDefault(owner);

    /// <summary>Reads metadata.managedFields.</summary>
    /// <param name="list">Null where the object has none.</param>
    /// <exception cref="FormatException">An entry is malformed.</exception>
    public static ManagedFields Read(Value? list)
    {
        if (list is null or NullValue) return Empty;
        if (list is not ListValue entries) throw new FormatException("managedFields must be a list");
        if (entries.Count > MaxEntries) throw new FormatException($"managedFields has {entries.Count} entries, limit is {MaxEntries}");
        var owners = new Dictionary<FieldOwner, OwnedFields>(entries.Count);
        for (var i = 0; i < entries.Count; i++)
        {
            if (entries[i] is not MapValue entry) throw new FormatException($"managed fields entry {i} is not an object");
            ReadEntry(owners, entry, i);
        }

        return new ManagedFields(owners);
    }

    /// <summary>Reads the managed fields of an object.</summary>
    /// <exception cref="FormatException">An entry is malformed.</exception>
    public static ManagedFields Of(MapValue @object)
    {
        ArgumentNullException.ThrowIfNull(@object);
        return Read(@object["metadata", "managedFields"]);
    }

    /// <summary>The list as an object has it; null where nobody owns anything.</summary>
    public ListValue? Write() => IsEmpty ? null : ListValue.From(Entries.Select(entry => (Value)WriteEntry(entry.Key, entry.Value)));

    /// <summary>The object with these managed fields instead of its own.</summary>
    public MapValue ApplyTo(MapValue @object)
    {
        ArgumentNullException.ThrowIfNull(@object);
        return Write() is { } list ? @object.With(["metadata", "managedFields"], list) : Strip(@object);
    }

    /// <summary>The object without managed fields.</summary>
    public static MapValue Strip(MapValue @object)
    {
        ArgumentNullException.ThrowIfNull(@object);
        return @object["metadata"] is MapValue metadata && metadata.ContainsKey("managedFields")
            ? @object.With("metadata", metadata.Without("managedFields"))
            : @object;
    }

    /// <summary>Whether what a client sent asks to forget all owners: an empty list, or one entry without content.</summary>
    internal static bool IsReset(Value? list) => list switch
    {
        ListValue { Count: 0 } => true,
        ListValue { Count: 1 } one => one[0] is MapValue entry && entry.All(field => field.Value is NullValue or TextValue { Text: "" }),
        _ => false,
    };

    internal Dictionary<FieldOwner, OwnedFields> ToDictionary() => new(_owners);

    internal static ManagedFields From(Dictionary<FieldOwner, OwnedFields> owners) => owners.Count == 0 ? Empty : new(owners);

    private static void ReadEntry(Dictionary<FieldOwner, OwnedFields> owners, MapValue entry, int index)
    {
        var operation = Text(entry, "operation") switch
        {
            "Apply" => FieldOperation.Apply,
            "Update" => FieldOperation.Update,
            _ => throw new FormatException("operation must be `Apply` or `Update`"),
        };
        var apiVersion = Text(entry, "apiVersion");
        if (apiVersion.Length == 0) throw new FormatException("apiVersion must not be empty");
        var type = Text(entry, "fieldsType");
        if (type.Length == 0) throw new FormatException($"missing fieldsType in managed fields entry {index}");
        if (type != "FieldsV1")
        {
            throw new FormatException($"invalid fieldsType {GoQuote.Quote(type)} in managed fields entry {index}");
        }

        var owner = new FieldOwner(
            Text(entry, "manager"), operation, operation == FieldOperation.Apply ? "" : apiVersion, Text(entry, "subresource"));
        var fields = entry["fieldsV1"] is { } value ? FieldsV1.Read(value) : FieldSet.Empty;
        owners[owner] = new OwnedFields(fields, apiVersion, Time(entry));
    }

    private static DateTimeOffset? Time(MapValue entry)
    {
        var time = Text(entry, "time");
        if (time.Length == 0) return null;
        return DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed)
            ? parsed
            : throw new FormatException($"invalid time {GoQuote.Quote(time)} in managed fields");
    }

    private static string Text(MapValue entry, string field) => entry[field] switch
    {
        null or NullValue => "",
        TextValue text => text.Text,
        _ => throw new FormatException($"{field} in managed fields must be a string"),
    };

    private static MapValue WriteEntry(FieldOwner owner, OwnedFields owned)
    {
        var entry = new MapBuilder(7);
        if (owner.Name.Length > 0) entry.Set("manager", owner.Name);
        entry.Set("operation", owner.Operation.ToString());
        entry.Set("apiVersion", owned.ApiVersion);
        if (owned.Time is { } time) entry.Set("time", time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture));
        entry.Set("fieldsType", "FieldsV1");
        entry.Set("fieldsV1", FieldsV1.Write(owned.Fields));
        if (owner.Subresource.Length > 0) entry.Set("subresource", owner.Subresource);
        return entry.Build();
    }
}
