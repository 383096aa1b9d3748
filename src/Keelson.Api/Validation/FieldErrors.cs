using System.Collections;
using System.Globalization;
using System.Text;
using Keelson.Api.Meta.V1;
using Keelson.Api.Values;

namespace Keelson.Api.Validation;

/// <summary>
/// Collects what is wrong with an object, and knows the place that its validation has reached. Nothing is allocated as
/// long as nothing is wrong.
/// </summary>
/// <example>
/// <code>
/// using (errors.In("spec"))
/// {
///     if (spec.Replicas &lt; 0) errors.Invalid("replicas", spec.Replicas, "must be greater than or equal to 0");
///     for (var i = 0; i &lt; spec.Ports.Count; i++)
///     {
///         using (errors.In("ports", i)) ValidatePort(spec.Ports[i], errors);
///     }
/// }
/// </code>
/// </example>
public sealed class FieldErrors : IReadOnlyList<FieldError>
{
    /// <summary>How many errors are kept unless another limit is given; the others are counted.</summary>
    public const int DefaultLimit = 1000;

    private readonly int _limit;
    private List<FieldError>? _errors;

    public FieldErrors(int limit = DefaultLimit) => _limit = limit;

    /// <summary>The place that validation has reached.</summary>
    public FieldCursor Place { get; } = new();

    public int Count => _errors?.Count ?? 0;

    public bool IsEmpty => Count == 0;

    /// <summary>Stops validations that take long.</summary>
    public CancellationToken Cancel { get; init; }

    /// <summary>How many errors were beyond the limit.</summary>
    public int Dropped { get; private set; }

    public FieldError this[int index] => (_errors ?? throw new ArgumentOutOfRangeException(nameof(index)))[index];

    /// <inheritdoc cref="FieldCursor.In(string)"/>
    public FieldCursor.Scope In(string field) => Place.In(field);

    /// <inheritdoc cref="FieldCursor.In(string, int)"/>
    public FieldCursor.Scope In(string field, int index) => Place.In(field, index);

    /// <inheritdoc cref="FieldCursor.In(string, string)"/>
    public FieldCursor.Scope In(string field, string key) => Place.In(field, key);

    /// <inheritdoc cref="FieldCursor.In(FieldPath)"/>
    public FieldCursor.Scope In(FieldPath path) => Place.In(path);

    /// <inheritdoc cref="FieldCursor.At"/>
    public FieldCursor.Scope At(int index) => Place.At(index);

    /// <inheritdoc cref="FieldCursor.Key"/>
    public FieldCursor.Scope Key(string key) => Place.Key(key);

    /// <summary>The value is wrong. Here as below, no field means the place itself.</summary>
    public void Invalid(string? field, Value value, string detail, string origin = "") => Add(FieldErrorType.Invalid, field, value, detail, origin);

    /// <summary>The value is wrong, for each of several reasons; none means that it is right.</summary>
    public void Invalid(string? field, string value, ApiList<string> details, string origin = "")
    {
        foreach (var detail in details) Add(FieldErrorType.Invalid, field, value, detail, origin);
    }

    /// <summary>The value's type is wrong.</summary>
    public void TypeInvalid(string? field, Value value, string detail, string origin = "") => Add(FieldErrorType.TypeInvalid, field, value, detail, origin);

    /// <summary>The field must be given.</summary>
    public void Required(string? field, string detail = "", string origin = "") => Add(FieldErrorType.Required, field, "", detail, origin);

    /// <summary>The field must not be given, or not so.</summary>
    public void Forbidden(string? field, string detail, string origin = "") => Add(FieldErrorType.Forbidden, field, "", detail, origin);

    /// <summary>The value is there already.</summary>
    public void Duplicate(string? field, Value value, string origin = "") => Add(FieldErrorType.Duplicate, field, value, "", origin);

    /// <summary>What the value names does not exist.</summary>
    public void NotFound(string? field, Value value, string origin = "") => Add(FieldErrorType.NotFound, field, value, "", origin);

    /// <summary>The value is none of those that are known.</summary>
    public void NotSupported(string? field, Value value, ReadOnlySpan<string> supported, string origin = "")
    {
        var detail = new StringBuilder();
        foreach (var known in supported)
        {
            detail.Append(detail.Length == 0 ? "supported values: " : ", ").Append(Values.GoQuote.Quote(known));
        }

        Add(FieldErrorType.NotSupported, field, value, detail.ToString(), origin);
    }

    /// <summary>The text has more bytes than it may.</summary>
    /// <param name="limit">Negative if it is not to be told.</param>
    public void TooLong(string? field, int limit, string origin = "") =>
        Add(FieldErrorType.TooLong, field, "", limit < 0 ? "value is too long" : $"may not be more than {Counted(limit, "byte")}", origin);

    /// <summary>The text has more characters than it may.</summary>
    public void TooLongCharacters(string? field, int limit, string origin = "") =>
        Add(FieldErrorType.TooLong, field, "", limit < 0 ? "value is too long" : $"may not be more than {Counted(limit, "character")}", origin);

    /// <summary>The text has fewer characters than it must.</summary>
    public void TooShort(string? field, int limit, string origin = "") =>
        Add(FieldErrorType.TooShort, field, "", limit < 0 ? "value is too short" : $"must be at least {Counted(limit, "character")}", origin);

    /// <summary>The list or map has more elements than it may.</summary>
    /// <param name="actual">Negative if it is not to be told, as with <paramref name="limit"/>.</param>
    public void TooMany(string? field, long actual, long limit, string origin = "") => AddCount(
        FieldErrorType.TooMany, field, actual, limit < 0 ? "has too many items" : $"must have at most {Counted(limit, "item")}", origin);

    /// <summary>The list or map has fewer elements than it must.</summary>
    public void TooFew(string? field, long actual, long limit, string origin = "") => AddCount(
        FieldErrorType.TooFew, field, actual, limit < 0 ? "has too few items" : $"must have at least {Counted(limit, "item")}", origin);

    /// <summary>Validation itself failed.</summary>
    public void Internal(string? field, string detail, string origin = "") => Add(FieldErrorType.Internal, field, Value.Null, detail, origin);

    public void Add(FieldErrorType type, string? field, Value value, string detail, string origin = "") => Add(new FieldError
    {
        Type = type,
        Field = PathOf(field),
        BadValue = value,
        Detail = detail,
        Origin = origin,
    });

    /// <summary>Adds an error that has its path.</summary>
    public void Add(FieldError error)
    {
        if (Count >= _limit) Dropped++;
        else (_errors ??= []).Add(error);
    }

    /// <summary>Adds errors that have their paths.</summary>
    public void AddRange(IEnumerable<FieldError> errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        foreach (var error in errors) Add(error);
    }

    /// <summary>The errors as the causes of a Status.</summary>
    public ApiList<StatusCause> ToCauses() => _errors is null ? default : ApiList.Wrap(_errors.ConvertAll(error => error.ToCause()).ToArray());

    /// <summary>All messages in one: a single one as it is, several in brackets, none twice.</summary>
    public string ToMessage()
    {
        if (Count == 0) return "";
        var messages = new HashSet<string>(StringComparer.Ordinal);
        var text = new StringBuilder();
        foreach (var error in _errors!)
        {
            var message = error.ToString();
            if (!messages.Add(message)) continue;
            if (text.Length > 0) text.Append(", ");
            text.Append(message);
        }

        return messages.Count == 1 ? text.ToString() : $"[{text}]";
    }

    public IEnumerator<FieldError> GetEnumerator() => (_errors ?? []).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => ToMessage();

    /// <summary>How many errors there were, kept or not.</summary>
    internal long Total => (long)Count + Dropped;

    /// <summary>Forgets the errors from an index on, and those beyond the limit: they turned out not to matter.</summary>
    internal void Truncate(int count, int dropped)
    {
        if (Count > count) _errors!.RemoveRange(count, Count - count);
        Dropped = dropped;
    }

    /// <summary>Orders the errors from an index on by their text.</summary>
    internal void Sort(int from)
    {
        if (Count - from < 2) return;
        _errors!.Sort(from, Count - from, Comparer<FieldError>.Create(static (left, right) =>
            Values.Utf8Order.Instance.Compare(left.ToString(), right.ToString())));
    }

    /// <summary>Drops the errors from an index on that say what an earlier one of them says.</summary>
    internal void Deduplicate(int from)
    {
        if (Count - from < 2) return;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var kept = from;
        for (var i = from; i < Count; i++)
        {
            if (seen.Add(_errors![i].ToString())) _errors[kept++] = _errors[i];
        }

        Truncate(kept, Dropped);
    }

    private static string Counted(long count, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {unit}{(count == 1 ? "" : "s")}");

    private void AddCount(FieldErrorType type, string? field, long actual, string detail, string origin) => Add(new FieldError
    {
        Type = type,
        Field = PathOf(field),
        BadValue = actual,
        OmitsValue = actual < 0,
        Detail = detail,
        Origin = origin,
    });

    private string PathOf(string? field)
    {
        var path = Place.ToString(0, field is null ? null : FieldStep.OfName(field));
        return path.Length == 0 ? FieldPath.None : path;
    }
}
