namespace Keelson.Api.Yaml;

/// <summary>Makes the tree of each document out of the tokens.</summary>
internal sealed class YamlComposer(string text, int maxDepth)
{
    private const string TagPrefix = "tag:yaml.org,2002:";

    private readonly YamlScanner _scanner = new(text, maxDepth);
    private readonly Dictionary<string, YamlNode> _anchors = [];
    private readonly Dictionary<string, string> _tagPrefixes = [];
    private bool _first = true;

    /// <summary>The next document's root, or null after the last one.</summary>
    internal YamlNode? NextDocument()
    {
        _anchors.Clear();
        _tagPrefixes.Clear();
        _tagPrefixes["!"] = "!";
        _tagPrefixes["!!"] = TagPrefix;
        var implicitAllowed = _first;
        while (_scanner.Peek().Kind == YamlTokenKind.DocumentEnd)
        {
            _scanner.Take();
            implicitAllowed = true;
        }

        var token = _scanner.Peek();
        if (token.Kind == YamlTokenKind.StreamEnd) return null;
        if (token.Kind is YamlTokenKind.VersionDirective or YamlTokenKind.TagDirective or YamlTokenKind.DocumentStart)
        {
            ReadDirectives();
        }
        else if (!implicitAllowed)
        {
            throw Unexpected("did not find expected <document start>");
        }

        _first = false;
        return ReadDocumentContent();
    }

    private YamlNode ReadDocumentContent() =>
        _scanner.Peek().Kind is YamlTokenKind.VersionDirective or YamlTokenKind.TagDirective or YamlTokenKind.DocumentStart
            or YamlTokenKind.DocumentEnd or YamlTokenKind.StreamEnd
            ? Empty()
            : ReadNode(block: true, indentless: false, depth: 1);

    private void ReadDirectives()
    {
        var versionSeen = false;
        var handlesSeen = new HashSet<string>();
        while (true)
        {
            var token = _scanner.Peek();
            switch (token.Kind)
            {
                case YamlTokenKind.VersionDirective when versionSeen:
                    throw Unexpected("found duplicate %YAML directive");
                case YamlTokenKind.VersionDirective when token.Text != "1.1":
                    throw Unexpected("found incompatible YAML document");
                case YamlTokenKind.VersionDirective:
                    versionSeen = true;
                    break;
                case YamlTokenKind.TagDirective when !handlesSeen.Add(token.Handle):
                    throw Unexpected("found duplicate %TAG directive");
                case YamlTokenKind.TagDirective:
                    _tagPrefixes[token.Handle] = token.Text;
                    break;
                case YamlTokenKind.DocumentStart:
                    _scanner.Take();
                    return;
                default:
                    throw Unexpected("did not find expected <document start>");
            }

            _scanner.Take();
        }
    }

    /// <param name="indentless">Whether a sequence may start at the indentation of the mapping around it.</param>
    private YamlNode ReadNode(bool block, bool indentless, int depth)
    {
        var start = _scanner.Peek();
        if (start.Kind == YamlTokenKind.Alias) return ReadAlias();
        if (depth > maxDepth) throw Unexpected($"exceeded max depth of {maxDepth}");
        var (anchor, tag) = ReadProperties();
        var token = _scanner.Peek();
        switch (token.Kind)
        {
            case YamlTokenKind.BlockEntry when indentless:
                return Open(YamlNodeKind.Sequence, start.Line, tag, anchor, node => ReadIndentlessSequence(node, depth));
            case YamlTokenKind.PlainScalar or YamlTokenKind.QuotedScalar:
                _scanner.Take();
                return Register(Scalar(start.Line, tag, token.Text, token.Kind == YamlTokenKind.PlainScalar), anchor);
            case YamlTokenKind.FlowSequenceStart:
                return Open(YamlNodeKind.Sequence, start.Line, tag, anchor, node => ReadFlowSequence(node, depth));
            case YamlTokenKind.FlowMappingStart:
                return Open(YamlNodeKind.Mapping, start.Line, tag, anchor, node => ReadFlowMapping(node, depth));
            case YamlTokenKind.BlockSequenceStart when block:
                return Open(YamlNodeKind.Sequence, start.Line, tag, anchor, node => ReadBlockSequence(node, depth));
            case YamlTokenKind.BlockMappingStart when block:
                return Open(YamlNodeKind.Mapping, start.Line, tag, anchor, node => ReadBlockMapping(node, depth));
            default:
                if (anchor.Length == 0 && tag.Length == 0) throw Unexpected("did not find expected node content");
                return Register(tag.Length > 0 ? new YamlNode(YamlNodeKind.Scalar, start.Line, tag) : Empty(), anchor);
        }
    }

    private YamlNode ReadAlias()
    {
        var token = _scanner.Take();
        if (!_anchors.TryGetValue(token.Text, out var target)) throw new YamlFormatException($"yaml: unknown anchor '{token.Text}' referenced");
        if (target.IsOpen) throw new YamlFormatException($"yaml: anchor '{token.Text}' value contains itself");
        return new YamlNode(YamlNodeKind.Alias, token.Line, "") { Target = target };
    }

    private (string Anchor, string Tag) ReadProperties()
    {
        var anchor = "";
        var tag = "";
        while (true)
        {
            var token = _scanner.Peek();
            if (token.Kind == YamlTokenKind.Anchor && anchor.Length == 0) anchor = token.Text;
            else if (token.Kind == YamlTokenKind.Tag && tag.Length == 0) tag = TagOf(token);
            else return (anchor, tag);
            _scanner.Take();
        }
    }

    private string TagOf(YamlToken token)
    {
        if (token.Handle.Length == 0) return token.Text;
        if (_tagPrefixes.TryGetValue(token.Handle, out var prefix)) return prefix + token.Text;
        throw Unexpected("found undefined tag handle");
    }

    private YamlNode Open(YamlNodeKind kind, int line, string tag, string anchor, Action<YamlNode> readChildren)
    {
        var node = Register(new YamlNode(kind, line, tag), anchor);
        node.IsOpen = true;
        readChildren(node);
        node.IsOpen = false;
        return node;
    }

    private YamlNode Register(YamlNode node, string anchor)
    {
        if (anchor.Length == 0) return node;
        node.Anchor = anchor;
        _anchors[anchor] = node;
        return node;
    }

    private static YamlNode Scalar(int line, string tag, string text, bool plain) =>
        new(YamlNodeKind.Scalar, line, tag) { Text = text, IsPlain = tag.Length == 0 && plain };

    private YamlNode Empty() => Scalar(_scanner.Peek().Line, "", "", plain: true);

    private void ReadBlockSequence(YamlNode node, int depth)
    {
        _scanner.Take();
        while (_scanner.Peek().Kind == YamlTokenKind.BlockEntry)
        {
            _scanner.Take();
            var ends = _scanner.Peek().Kind is YamlTokenKind.BlockEntry or YamlTokenKind.BlockEnd;
            node.Children.Add(ends ? Empty() : ReadNode(block: true, indentless: false, depth + 1));
        }

        if (_scanner.Peek().Kind != YamlTokenKind.BlockEnd) throw Unexpected("did not find expected '-' indicator");
        _scanner.Take();
    }

    private void ReadIndentlessSequence(YamlNode node, int depth)
    {
        while (_scanner.Peek().Kind == YamlTokenKind.BlockEntry)
        {
            _scanner.Take();
            var ends = _scanner.Peek().Kind is YamlTokenKind.BlockEntry or YamlTokenKind.Key or YamlTokenKind.Value or YamlTokenKind.BlockEnd;
            node.Children.Add(ends ? Empty() : ReadNode(block: true, indentless: false, depth + 1));
        }
    }

    private void ReadBlockMapping(YamlNode node, int depth)
    {
        _scanner.Take();
        while (_scanner.Peek().Kind == YamlTokenKind.Key)
        {
            _scanner.Take();
            node.Children.Add(EndsBlockPart() ? Empty() : ReadNode(block: true, indentless: true, depth + 1));
            if (_scanner.Peek().Kind == YamlTokenKind.Value)
            {
                _scanner.Take();
                node.Children.Add(EndsBlockPart() ? Empty() : ReadNode(block: true, indentless: true, depth + 1));
            }
            else
            {
                node.Children.Add(Empty());
            }
        }

        if (_scanner.Peek().Kind != YamlTokenKind.BlockEnd) throw Unexpected("did not find expected key");
        _scanner.Take();
    }

    private bool EndsBlockPart() => _scanner.Peek().Kind is YamlTokenKind.Key or YamlTokenKind.Value or YamlTokenKind.BlockEnd;

    private void ReadFlowSequence(YamlNode node, int depth)
    {
        _scanner.Take();
        for (var first = true; _scanner.Peek().Kind != YamlTokenKind.FlowSequenceEnd; first = false)
        {
            if (!first && !TakeFlowEntry(YamlTokenKind.FlowSequenceEnd, "did not find expected ',' or ']'")) break;
            var token = _scanner.Peek();
            if (token.Kind != YamlTokenKind.Key)
            {
                node.Children.Add(ReadNode(block: false, indentless: false, depth + 1));
                continue;
            }

            // A key inside a sequence makes a mapping of one pair.
            _scanner.Take();
            var pair = new YamlNode(YamlNodeKind.Mapping, token.Line, "");
            ReadFlowPair(pair, YamlTokenKind.FlowSequenceEnd, depth + 1);
            node.Children.Add(pair);
        }

        _scanner.Take();
    }

    private void ReadFlowMapping(YamlNode node, int depth)
    {
        _scanner.Take();
        for (var first = true; _scanner.Peek().Kind != YamlTokenKind.FlowMappingEnd; first = false)
        {
            if (!first && !TakeFlowEntry(YamlTokenKind.FlowMappingEnd, "did not find expected ',' or '}'")) break;
            if (_scanner.Peek().Kind == YamlTokenKind.Key)
            {
                _scanner.Take();
                ReadFlowPair(node, YamlTokenKind.FlowMappingEnd, depth);
            }
            else
            {
                node.Children.Add(ReadNode(block: false, indentless: false, depth + 1));
                node.Children.Add(Empty());
            }
        }

        _scanner.Take();
    }

    /// <summary>Takes the comma between two entries; whether another entry follows it.</summary>
    private bool TakeFlowEntry(YamlTokenKind end, string expected)
    {
        if (_scanner.Peek().Kind != YamlTokenKind.FlowEntry) throw Unexpected(expected);
        _scanner.Take();
        return _scanner.Peek().Kind != end;
    }

    private void ReadFlowPair(YamlNode node, YamlTokenKind end, int depth)
    {
        var next = _scanner.Peek().Kind;
        var keyless = next == YamlTokenKind.Value || next == YamlTokenKind.FlowEntry || next == end;
        node.Children.Add(keyless ? Empty() : ReadNode(block: false, indentless: false, depth + 1));
        if (_scanner.Peek().Kind == YamlTokenKind.Value)
        {
            _scanner.Take();
            next = _scanner.Peek().Kind;
            if (next != YamlTokenKind.FlowEntry && next != end)
            {
                node.Children.Add(ReadNode(block: false, indentless: false, depth + 1));
                return;
            }
        }

        node.Children.Add(Empty());
    }

    /// <summary>A token that can't stand where it does. Unlike the scanner, upstream's parser does not add one to the line.</summary>
    private YamlFormatException Unexpected(string problem) => YamlFormatException.At(_scanner.Peek().Line, problem);
}
