using System.Text;
using System.Text.Json;

namespace Keelson.Api.Json;

/// <summary>Reads declared types from JSON with Go's rules; what the generated readers stand on.</summary>
/// <remarks>
/// Names are case-sensitive, null is the zero value, the last of two equal fields wins. Unknown and
/// duplicate fields go to the report; a value of the wrong type ends the reading.
/// </remarks>
public ref struct JsonReader
{
    /// <summary>How deep objects and lists may nest.</summary>
    public const int MaxDepth = 512;

    private readonly ReadOnlySpan<byte> _document;
    private readonly DecodeReport _report;
    private Utf8JsonReader _json;
    private FieldNames? _type;
    private long _fieldStart;

    public JsonReader(ReadOnlySpan<byte> document, DecodeReport report)
    {
        _document = document;
        _report = report;
        _json = new Utf8JsonReader(document, new JsonReaderOptions { MaxDepth = MaxDepth });
    }

    internal readonly JsonTokenType Token => _json.TokenType;

    internal readonly bool IsNull => _json.TokenType == JsonTokenType.Null;

    /// <summary>Goes to the document's first token.</summary>
    internal void Start() => _json.Read();

    /// <summary>Makes sure that nothing but white space follows.</summary>
    internal void Finish()
    {
        if (_json.Read()) throw Wrong("a second value after the document");
    }

    /// <summary>Enters the object that stands here, or throws.</summary>
    public readonly void BeginObject(FieldNames type)
    {
        if (_json.TokenType != JsonTokenType.StartObject) throw TypeError(type.TypeName);
    }

    /// <summary>Goes to the value of the next known field; false at the object's end.</summary>
    /// <param name="seen">One bit for each field that was met.</param>
    /// <param name="field">The field met before (-1 at first), from which the next one is guessed; then the one found.</param>
    public bool NextField(FieldNames type, ref ulong seen, ref int field)
    {
        var guess = field + 1;
        while (_json.Read() && _json.TokenType != JsonTokenType.EndObject)
        {
            var found = FindField(type, guess);
            if (found < 0)
            {
                Report("unknown");
                _json.Skip();
                continue;
            }

            field = found;
            var bit = 1UL << field;
            if ((seen & bit) != 0) Report("duplicate");
            seen |= bit;
            _fieldStart = _json.TokenStartIndex;
            _json.Read();
            _type = type;
            return true;
        }

        return false;
    }

    /// <summary>The string that stands here.</summary>
    internal readonly string String()
    {
        if (_json.TokenType != JsonTokenType.String) throw TypeError("string");
        return Text();
    }

    /// <summary>The property name that stands here.</summary>
    internal readonly string PropertyName() => Text();

    internal readonly bool Boolean() => _json.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw TypeError("bool"),
    };

    internal readonly int Int32() =>
        _json.TokenType == JsonTokenType.Number && _json.TryGetInt32(out var value) ? value : throw TypeError("int32");

    internal readonly long Int64() =>
        _json.TokenType == JsonTokenType.Number && _json.TryGetInt64(out var value) ? value : throw TypeError("int64");

    internal readonly double Double() =>
        _json.TokenType == JsonTokenType.Number && _json.TryGetDouble(out var value) && double.IsFinite(value)
            ? value
            : throw TypeError("float64");

    /// <summary>The number that stands here as it is written.</summary>
    internal readonly string NumberText() => Encoding.UTF8.GetString(_json.ValueSpan);

    internal bool Read() => _json.Read();

    /// <summary>The bytes of the value that stands here, which is passed over.</summary>
    internal ReadOnlySpan<byte> Raw()
    {
        var start = (int)_json.TokenStartIndex;
        _json.Skip();
        return _document[start..(int)_json.BytesConsumed];
    }

    /// <summary>The error for a value that is not of its field's type, in the words of Go's decoder.</summary>
    internal readonly ApiFormatException TypeError(string goType)
    {
        var found = _json.TokenType switch
        {
            JsonTokenType.String => "string",
            JsonTokenType.Number => "number" + (goType is "string" or "bool" || goType.Contains('.', StringComparison.Ordinal) ? "" : " " + NumberText()),
            JsonTokenType.True or JsonTokenType.False => "bool",
            JsonTokenType.StartArray => "array",
            JsonTokenType.StartObject => "object",
            _ => "null",
        };
        var path = _type is null ? "" : JsonPath.At(_document, _fieldStart, withIndexes: false);
        return new ApiFormatException(path.Length == 0
            ? $"json: cannot unmarshal {found} into Go value of type {goType}"
            : $"json: cannot unmarshal {found} into Go struct field {ShortName(_type)}.{path} of type {goType}")
        {
            ConversionMessage = ConversionError(goType),
        };
    }

    private readonly string? ConversionError(string goType)
    {
        var found = _json.TokenType switch
        {
            JsonTokenType.String => "string",
            JsonTokenType.Number => _json.TryGetInt64(out _) ? "int64" : "float64",
            JsonTokenType.True or JsonTokenType.False => "bool",
            JsonTokenType.StartArray => "slice",
            _ => "map",
        };
        return goType switch
        {
            "resource.Quantity" or "intstr.IntOrString" => null,
            _ when goType.StartsWith("map[", StringComparison.Ordinal) => $"cannot restore map from {found}",
            _ when goType.StartsWith("[]", StringComparison.Ordinal) => $"cannot restore slice from {found}",
            _ when goType.Contains('.', StringComparison.Ordinal) => $"cannot restore struct from: {found}",
            _ => $"unrecognized type: {goType}",
        };
    }

    /// <summary>An error with the path of the value that stands here.</summary>
    internal readonly ApiFormatException Wrong(string what)
    {
        var path = JsonPath.At(_document, _json.TokenStartIndex, withIndexes: true);
        return new ApiFormatException(path.Length == 0 ? what : $"{path}: {what}");
    }

    private static string ShortName(FieldNames? type) => type is null ? "" : type.TypeName[(type.TypeName.LastIndexOf('.') + 1)..];

    private readonly int FindField(FieldNames type, int guess)
    {
        if (!_json.ValueIsEscaped) return type.Find(_json.ValueSpan, guess);
        return type.Find(Encoding.UTF8.GetBytes(Text()), guess);
    }

    private readonly void Report(string what)
    {
        if (_report.IsFull) return;
        var path = JsonPath.At(_document, _json.TokenStartIndex, withIndexes: true);
        _report.Add($"{what} field \"{path}\"");
    }

    private readonly string Text()
    {
        try
        {
            return _json.GetString()!;
        }
        catch (InvalidOperationException invalid)
        {
            throw new ApiFormatException("invalid UTF-8 in a string", invalid);
        }
    }
}
