namespace Keelson.Api.Yaml;

/// <summary>
/// Splits text into tokens. Whether a scalar is a key shows only at the colon behind it, so the scanner remembers where
/// a key may have started, at most one line and 1,024 characters back, and inserts the key's token there.
/// </summary>
internal sealed partial class YamlScanner(string text, int maxDepth)
{
    private const int LongestSimpleKey = 1024;

    private readonly List<YamlToken> _tokens = [];

    /// <summary>The columns of the blocks around the current one.</summary>
    private readonly Stack<int> _indents = new();

    /// <summary>What may be a key, one for the block context and one a flow level.</summary>
    private readonly List<PossibleKey> _keys = [default];

    /// <summary>The level in <see cref="_keys"/> by the number of the token that may be the key.</summary>
    private readonly Dictionary<int, int> _keyLevels = [];

    private int _at;
    private int _line;
    private int _column;
    private int _indent = -1;
    private int _head;
    private int _taken;
    private bool _keyAllowed = true;
    private bool _ended;

    private readonly record struct PossibleKey(bool Possible, bool Required, int TokenNumber, int At, int Line, int Column);

    private int FlowLevel => _keys.Count - 1;

    internal YamlToken Peek()
    {
        while (NeedsMore()) FetchNext();
        return _tokens[_head];
    }

    internal YamlToken Take()
    {
        var token = Peek();
        _taken++;
        _head++;
        if (_head == _tokens.Count)
        {
            _tokens.Clear();
            _head = 0;
        }

        return token;
    }

    private bool NeedsMore()
    {
        if (_head == _tokens.Count) return !_ended;

        // The token at the head can't be given out while it may still turn out to be a key.
        return _keyLevels.TryGetValue(_taken, out var level) && IsStillPossible(level);
    }

    private bool IsStillPossible(int level)
    {
        var key = _keys[level];
        if (!key.Possible) return false;
        if (key.Line == _line && _at - key.At <= LongestSimpleKey) return true;
        if (key.Required) throw Error("could not find expected ':'");
        Forget(level);
        return false;
    }

    private void Forget(int level)
    {
        _keyLevels.Remove(_keys[level].TokenNumber);
        _keys[level] = default;
    }

    private void FetchNext()
    {
        SkipToNextToken();
        Unroll(_column);
        var current = Current();
        if (_at >= text.Length)
        {
            FetchStreamEnd();
        }
        else if (_column == 0 && current == '%')
        {
            Unroll(-1);
            DropKey();
            _keyAllowed = false;
            _tokens.Add(ScanDirective());
        }
        else if (AtDocumentIndicator())
        {
            FetchDocumentIndicator(current == '-' ? YamlTokenKind.DocumentStart : YamlTokenKind.DocumentEnd);
        }
        else if (!FetchIndicator(current) && !FetchContent(current))
        {
            throw Error("found character that cannot start any token");
        }
    }

    private bool FetchIndicator(char current)
    {
        var inFlow = FlowLevel > 0;
        switch (current)
        {
            case '[':
                FetchFlowStart(YamlTokenKind.FlowSequenceStart);
                return true;
            case '{':
                FetchFlowStart(YamlTokenKind.FlowMappingStart);
                return true;
            case ']':
                FetchFlowEnd(YamlTokenKind.FlowSequenceEnd);
                return true;
            case '}':
                FetchFlowEnd(YamlTokenKind.FlowMappingEnd);
                return true;
            case ',':
                DropKey();
                _keyAllowed = true;
                AddIndicator(YamlTokenKind.FlowEntry);
                return true;
            case '-' when IsBlankOrEnd(1):
                FetchBlockIndicator(YamlTokenKind.BlockEntry, YamlTokenKind.BlockSequenceStart, "block sequence entries");
                return true;
            case '?' when inFlow || IsBlankOrEnd(1):
                FetchBlockIndicator(YamlTokenKind.Key, YamlTokenKind.BlockMappingStart, "mapping keys");
                return true;
            case ':' when inFlow || IsBlankOrEnd(1):
                FetchValue();
                return true;
            default:
                return false;
        }
    }

    private bool FetchContent(char current)
    {
        switch (current)
        {
            case '*' or '&':
                SaveKey();
                _keyAllowed = false;
                _tokens.Add(ScanAnchor(current == '*' ? YamlTokenKind.Alias : YamlTokenKind.Anchor));
                return true;
            case '!':
                SaveKey();
                _keyAllowed = false;
                _tokens.Add(ScanTag());
                return true;
            case '|' or '>' when FlowLevel == 0:
                DropKey();
                _keyAllowed = true;
                _tokens.Add(ScanBlockScalar(folded: current == '>'));
                return true;
            case '\'' or '"':
                SaveKey();
                _keyAllowed = false;
                _tokens.Add(ScanQuoted(current));
                return true;
        }

        var startsPlain = (!IsBlankOrEnd(0) && !"-?:,[]{}#&*!|>'\"%@`".Contains(current))
            || (current == '-' && !IsBlank(1))
            || (current is '?' or ':' && FlowLevel == 0 && !IsBlankOrEnd(1));
        if (!startsPlain) return false;
        SaveKey();
        _keyAllowed = false;
        _tokens.Add(ScanPlain());
        return true;
    }

    private void FetchStreamEnd()
    {
        if (_column != 0)
        {
            _column = 0;
            _line++;
        }

        Unroll(-1);
        DropKey();
        _keyAllowed = false;
        _ended = true;
        _tokens.Add(new YamlToken(YamlTokenKind.StreamEnd, _line));
    }

    private void FetchDocumentIndicator(YamlTokenKind kind)
    {
        Unroll(-1);
        DropKey();
        _keyAllowed = false;
        _tokens.Add(new YamlToken(kind, _line));
        Skip(3);
    }

    private void FetchFlowStart(YamlTokenKind kind)
    {
        SaveKey();
        if (_keys.Count > maxDepth) throw TooDeep();
        _keys.Add(default);
        _keyAllowed = true;
        AddIndicator(kind);
    }

    private void FetchFlowEnd(YamlTokenKind kind)
    {
        DropKey();
        if (FlowLevel > 0) _keys.RemoveAt(_keys.Count - 1);
        _keyAllowed = false;
        AddIndicator(kind);
    }

    private void FetchBlockIndicator(YamlTokenKind kind, YamlTokenKind block, string what)
    {
        var inFlow = FlowLevel > 0;
        if (!inFlow)
        {
            if (!_keyAllowed) throw Error($"{what} are not allowed in this context");
            Roll(_column, _tokens.Count, block, _line);
        }

        DropKey();
        _keyAllowed = !inFlow || kind == YamlTokenKind.BlockEntry;
        AddIndicator(kind);
    }

    private void FetchValue()
    {
        var level = FlowLevel;
        if (IsStillPossible(level))
        {
            var key = _keys[level];
            var index = _head + key.TokenNumber - _taken;
            _tokens.Insert(index, new YamlToken(YamlTokenKind.Key, key.Line));
            Roll(key.Column, index, YamlTokenKind.BlockMappingStart, key.Line);
            Forget(level);
            _keyAllowed = false;
        }
        else
        {
            if (level == 0)
            {
                if (!_keyAllowed) throw Error("mapping values are not allowed in this context");
                Roll(_column, _tokens.Count, YamlTokenKind.BlockMappingStart, _line);
            }

            _keyAllowed = level == 0;
        }

        AddIndicator(YamlTokenKind.Value);
    }

    private void AddIndicator(YamlTokenKind kind)
    {
        _tokens.Add(new YamlToken(kind, _line));
        Skip(1);
    }

    private void SaveKey()
    {
        if (!_keyAllowed) return;
        DropKey();
        var number = _taken + _tokens.Count - _head;
        var required = FlowLevel == 0 && _indent == _column;
        _keys[^1] = new PossibleKey(true, required, number, _at, _line, _column);
        _keyLevels[number] = FlowLevel;
    }

    private void DropKey()
    {
        var key = _keys[^1];
        if (!key.Possible) return;
        if (key.Required) throw Error("could not find expected ':'");
        Forget(FlowLevel);
    }

    /// <summary>Opens a block when the column is deeper than the current one's.</summary>
    private void Roll(int column, int index, YamlTokenKind kind, int line)
    {
        if (FlowLevel > 0 || _indent >= column) return;
        if (_indents.Count >= maxDepth) throw TooDeep();
        _indents.Push(_indent);
        _indent = column;
        _tokens.Insert(index, new YamlToken(kind, line));
    }

    /// <summary>Closes the blocks that are deeper than the column.</summary>
    private void Unroll(int column)
    {
        if (FlowLevel > 0) return;
        while (_indent > column)
        {
            _tokens.Add(new YamlToken(YamlTokenKind.BlockEnd, _line));
            _indent = _indents.Pop();
        }
    }

    private void SkipToNextToken()
    {
        while (true)
        {
            while (Current() == ' ' || (Current() == '\t' && (FlowLevel > 0 || !_keyAllowed))) Skip(1);
            if (Current() == '#') SkipToBreak();
            if (!IsBreak(Current())) return;
            SkipBreak();
            if (FlowLevel == 0) _keyAllowed = true;
        }
    }

    private YamlFormatException TooDeep() => Error($"exceeded max depth of {maxDepth}");

    /// <summary>A mistake at the current position. Upstream counts from 0, adds one for the scanner, and leaves out line 0.</summary>
    private YamlFormatException Error(string problem) => YamlFormatException.At(_line == 0 ? 0 : _line + 1, problem);
}
