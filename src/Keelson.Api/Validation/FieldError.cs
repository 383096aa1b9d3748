using Keelson.Api.Meta.V1;
using Keelson.Api.Values;

namespace Keelson.Api.Validation;

/// <summary>One field that is wrong, with upstream's words for it, which tools match on.</summary>
public sealed record FieldError
{
    private static readonly JsonFormat GoMarshal = new() { SortKeys = true };

    public required FieldErrorType Type { get; init; }

    /// <summary>The field's path; <see cref="FieldPath.None"/> for the object as a whole.</summary>
    public required string Field { get; init; }

    /// <summary>The value that is wrong.</summary>
    public Value BadValue { get; init; } = Value.Null;

    /// <summary>The message does not show the value, which is not known or too large.</summary>
    public bool OmitsValue { get; init; }

    public string Detail { get; init; } = "";

    /// <summary>Which rule found the error, such as maximum or format=k8s-label-value; for tests, never shown.</summary>
    public string Origin { get; init; } = "";

    /// <summary>The message without the field: Invalid value: -1: must be greater than or equal to 0.</summary>
    public string Body
    {
        get
        {
            var title = Type.Title();
            var shown = OmitsValue || !Type.ShowsValue() ? title : $"{title}: {Show(BadValue)}";
            return Detail.Length == 0 ? shown : $"{shown}: {Detail}";
        }
    }

    /// <summary>The error as a cause of a Status.</summary>
    public StatusCause ToCause() => new() { Reason = Type.Reason(), Message = Body, Field = Field };

    public override string ToString() => $"{Field}: {Body}";

    /// <summary>A value as messages print it: text as Go quotes it, numbers plain, the rest as JSON with sorted keys.</summary>
    internal static string Show(Value value) => value switch
    {
        TextValue text => Values.GoQuote.Quote(text.Text),
        // Upstream puts the word, not the value, into the message, and then quotes it.
        NullValue => "\"null\"",
        NumberValue number => GoNumber.FormatGeneral(number.Number),
        _ => ValueWriter.WriteText(value, GoMarshal),
    };
}
