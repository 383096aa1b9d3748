using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Keelson.Api.Values;

/// <summary>
/// One pass over a document. Entries are collected on two stacks that the whole document shares, so that every list
/// and map is allocated once, at its final size.
/// </summary>
internal ref struct JsonParser
{
    private readonly ReadOnlySpan<byte> _json;
    private readonly JsonLimits _limits;
    private readonly DuplicateFields? _duplicates;
    private JsonText _text;
    private int _at;
    private int _depth;
    private Value[] _values = [];
    private int _valueCount;
    private string[] _keys = [];
    private int _keyCount;

    internal JsonParser(ReadOnlySpan<byte> json, JsonLimits limits, ICollection<string>? duplicateFields)
    {
        _json = json;
        _limits = limits;
        _duplicates = duplicateFields is null ? null : new DuplicateFields(duplicateFields, limits.MaxDuplicates);
        _text = new JsonText(json);
    }

    internal Value ReadDocument()
    {
        var value = ReadValue();
        SkipSpace();
        if (_at < _json.Length) throw Unexpected("after top-level value");
        return value;
    }

    internal Value ReadFirst(out int length)
    {
        var value = ReadValue();
        length = _at;
        return value;
    }

    internal readonly void Dispose()
    {
        if (_values.Length > 0) ArrayPool<Value>.Shared.Return(_values, clearArray: true);
        if (_keys.Length > 0) ArrayPool<string>.Shared.Return(_keys, clearArray: true);
    }

    private Value ReadValue()
    {
        SkipSpace();
        switch (Peek())
        {
            case (byte)'{':
                return ReadMap();
            case (byte)'[':
                return ReadList();
            case (byte)'"':
                _at++;
                return TextValue.Of(_text.ReadText(ref _at));
            case (byte)'t':
                ReadLiteral("true"u8, "true");
                return BoolValue.True;
            case (byte)'f':
                ReadLiteral("false"u8, "false");
                return BoolValue.False;
            case (byte)'n':
                ReadLiteral("null"u8, "null");
                return Value.Null;
            case (byte)'-' or (>= (byte)'0' and <= (byte)'9'):
                return ReadNumber();
            default:
                throw Unexpected("looking for beginning of value");
        }
    }

    private MapValue ReadMap()
    {
        Enter();
        SkipSpace();
        if (Peek() == '}')
        {
            Leave();
            return MapValue.Empty;
        }

        var firstKey = _keyCount;
        var firstValue = _valueCount;
        KeyTable? table = null;
        while (true)
        {
            SkipSpace();
            if (Peek() != '"') throw Unexpected("looking for beginning of object key string");
            _at++;
            var key = _text.ReadKey(ref _at);
            SkipSpace();
            if (Peek() != ':') throw Unexpected("after object key");
            _at++;
            ReadEntry(key, firstKey, firstValue, ref table);
            SkipSpace();
            var next = Peek();
            if (next == '}') break;
            if (next != ',') throw Unexpected("after object key:value pair");
            _at++;
        }

        Leave();
        var map = new MapValue(
            _keys.AsSpan(firstKey, _keyCount - firstKey).ToArray(),
            _values.AsSpan(firstValue, _valueCount - firstValue).ToArray(),
            table);
        _keyCount = firstKey;
        _valueCount = firstValue;
        return map;
    }

    private void ReadEntry(string key, int firstKey, int firstValue, ref KeyTable? table)
    {
        var keys = _keys.AsSpan(firstKey, _keyCount - firstKey);
        var known = table is null ? KeyTable.FindLinear(keys, key) : table.Find(keys, key);
        if (known < 0)
        {
            Push(ref _keys, ref _keyCount, key);
            keys = _keys.AsSpan(firstKey, _keyCount - firstKey);
            if (table is not null) table.AddLast(keys);
            else if (keys.Length > KeyTable.LinearLimit) table = KeyTable.Over(keys, keys.Length * 2);
        }
        else
        {
            _duplicates?.Report(key);
        }

        _duplicates?.Enter(key);
        var value = ReadValue();
        _duplicates?.Leave();
        if (known < 0) Push(ref _values, ref _valueCount, value);
        else _values[firstValue + known] = value;
    }

    private ListValue ReadList()
    {
        Enter();
        SkipSpace();
        if (Peek() == ']')
        {
            Leave();
            return ListValue.Empty;
        }

        var first = _valueCount;
        while (true)
        {
            _duplicates?.Enter(_valueCount - first);
            var value = ReadValue();
            _duplicates?.Leave();
            Push(ref _values, ref _valueCount, value);
            SkipSpace();
            var next = Peek();
            if (next == ']') break;
            if (next != ',') throw Unexpected("after array element");
            _at++;
        }

        Leave();
        var list = ListValue.Own(_values.AsSpan(first, _valueCount - first).ToArray());
        _valueCount = first;
        return list;
    }

    private void Enter()
    {
        if (++_depth > _limits.MaxDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw new JsonFormatException("exceeded max depth", _at);
        _at++;
    }

    private void Leave()
    {
        _depth--;
        _at++;
    }

    private Value ReadNumber()
    {
        var start = _at;
        if (_json[_at] == '-') _at++;
        if (Peek() == '0') _at++;
        else ReadDigits("in numeric literal");
        var whole = true;
        if (_at < _json.Length && _json[_at] == '.')
        {
            whole = false;
            _at++;
            ReadDigits("after decimal point in numeric literal");
        }

        if (_at < _json.Length && (_json[_at] | 0x20) == 'e')
        {
            whole = false;
            _at++;
            if (Peek() is (byte)'+' or (byte)'-') _at++;
            ReadDigits("in exponent of numeric literal");
        }

        var digits = _json[start.._at];
        if (whole && Utf8Parser.TryParse(digits, out long integer, out var used) && used == digits.Length) return IntegerValue.Of(integer);
        var number = double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture);
        var source = System.Text.Encoding.ASCII.GetString(digits);
        return double.IsFinite(number)
            ? new NumberValue(number, source)
            : throw new JsonFormatException($"json: cannot unmarshal number {Shorten(source)} into Go value of type float64", start);
    }

    private void ReadDigits(string where)
    {
        if (Peek() is < (byte)'0' or > (byte)'9') throw Unexpected(where);
        do _at++;
        while (_at < _json.Length && _json[_at] is >= (byte)'0' and <= (byte)'9');
    }

    private void ReadLiteral(ReadOnlySpan<byte> literal, string name)
    {
        for (var i = 0; i < literal.Length; i++, _at++)
        {
            if (Peek() != literal[i]) throw Unexpected($"in literal {name} (expecting '{(char)literal[i]}')");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void SkipSpace()
    {
        while (_at < _json.Length && _json[_at] is (byte)' ' or (byte)'\n' or (byte)'\t' or (byte)'\r') _at++;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly byte Peek() => _at < _json.Length ? _json[_at] : throw JsonText.UnexpectedEnd(_at);

    private readonly JsonFormatException Unexpected(string where) =>
        _at < _json.Length ? JsonText.InvalidCharacter(_json[_at], where, _at) : JsonText.UnexpectedEnd(_at);

    private static string Shorten(string source) => source.Length <= 64 ? source : source[..64] + "...";

    private static void Push<T>(ref T[] stack, ref int count, T item)
    {
        if (count == stack.Length)
        {
            var larger = ArrayPool<T>.Shared.Rent(Math.Max(32, count * 2));
            stack.AsSpan(0, count).CopyTo(larger);
            if (stack.Length > 0) ArrayPool<T>.Shared.Return(stack, clearArray: true);
            stack = larger;
        }

        stack[count++] = item;
    }
}
