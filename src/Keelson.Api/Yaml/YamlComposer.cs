using System.Runtime.CompilerServices;

namespace Keelson.Api.Yaml;

/// <summary>Makes the tree of each document out of the tokens.</summary>
internal sealed class YamlComposer(string text, int maxDepth)
{
    private const string TagPrefix = "tag:yaml.org,2002:";

    private readonly YamlScanner _scanner = new(text, maxDepth);
    private readonly Dictionary<string, YamlNode> _anchors = [];
    private readonly Dictionary<string, string> _tagPrefixes = [];
    private bool _first = true;

    private YamlTokenKind Next => _scanner.Peek().Kind;

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

    /// <summary>
    /// Reads a node and all below it. What this method and those that read children need is kept small, because their
    /// frames lie on the stack once for every level; optimized at once, they are a fraction of the size.
    /// </summary>
    /// <param name="indentless">Whether a sequence may start at the indentation of the mapping around it.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private YamlNode ReadNode(bool block, bool indentless, int depth)
    {
        if (Next == YamlTokenKind.Alias) return ReadAlias();
        var node = ReadStart(block, indentless);
        if (node.Kind == YamlNodeKind.Scalar) return node;
        if (depth > maxDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw TooDeep();
        node.IsOpen = true;
        switch (Next)
        {
            case YamlTokenKind.BlockEntry:
                ReadIndentlessSequence(node, depth);
                break;
            case YamlTokenKind.FlowSequenceStart:
                ReadFlowSequence(node, depth);
                break;
            case YamlTokenKind.FlowMappingStart:
                ReadFlowMapping(node, depth);
                break;
            case YamlTokenKind.BlockSequenceStart:
                ReadBlockSequence(node, depth);
                break;
            default:
                ReadBlockMapping(node, depth);
                break;
        }

        node.IsOpen = false;
        return node;
    }

    /// <summary>Reads the anchor and tag of a node, and the whole node when it is a scalar.</summary>
    private YamlNode ReadStart(bool block, bool indentless)
    {
        var line = _scanner.Peek().Line;
        var (anchor, tag) = ReadProperties();
        var token = _scanner.Peek();
        switch (token.Kind)
        {
            case YamlTokenKind.BlockEntry when indentless:
            case YamlTokenKind.FlowSequenceStart:
            case YamlTokenKind.BlockSequenceStart when block:
                return Register(new YamlNode(YamlNodeKind.Sequence, line, tag), anchor);
            case YamlTokenKind.FlowMappingStart:
            case YamlTokenKind.BlockMappingStart when block:
                return Register(new YamlNode(YamlNodeKind.Mapping, line, tag), anchor);
            case YamlTokenKind.PlainScalar or YamlTokenKind.QuotedScalar:
                _scanner.Take();
                return Register(Scalar(line, tag, token.Text, token.Kind == YamlTokenKind.PlainScalar), anchor);
            default:
                if (anchor.Length == 0 && tag.Length == 0) throw Unexpected("did not find expected node content");
                return Register(tag.Length > 0 ? new YamlNode(YamlNodeKind.Scalar, line, tag) : Empty(), anchor);
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadBlockSequence(YamlNode node, int depth)
    {
        _scanner.Take();
        while (Next == YamlTokenKind.BlockEntry)
        {
            _scanner.Take();
            var ends = Next is YamlTokenKind.BlockEntry or YamlTokenKind.BlockEnd;
            node.Children.Add(ends ? Empty() : ReadNode(block: true, indentless: false, depth + 1));
        }

        if (Next != YamlTokenKind.BlockEnd) throw Unexpected("did not find expected '-' indicator");
        _scanner.Take();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadIndentlessSequence(YamlNode node, int depth)
    {
        while (Next == YamlTokenKind.BlockEntry)
        {
            _scanner.Take();
            var ends = Next is YamlTokenKind.BlockEntry or YamlTokenKind.Key or YamlTokenKind.Value or YamlTokenKind.BlockEnd;
            node.Children.Add(ends ? Empty() : ReadNode(block: true, indentless: false, depth + 1));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadBlockMapping(YamlNode node, int depth)
    {
        _scanner.Take();
        while (Next == YamlTokenKind.Key)
        {
            _scanner.Take();
            node.Children.Add(EndsBlockPart() ? Empty() : ReadNode(block: true, indentless: true, depth + 1));
            if (Next == YamlTokenKind.Value)
            {
                _scanner.Take();
                node.Children.Add(EndsBlockPart() ? Empty() : ReadNode(block: true, indentless: true, depth + 1));
            }
            else
            {
                node.Children.Add(Empty());
            }
        }

        if (Next != YamlTokenKind.BlockEnd) throw Unexpected("did not find expected key");
        _scanner.Take();
    }

    private bool EndsBlockPart() => Next is YamlTokenKind.Key or YamlTokenKind.Value or YamlTokenKind.BlockEnd;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadFlowSequence(YamlNode node, int depth)
    {
        _scanner.Take();
        for (var first = true; Next != YamlTokenKind.FlowSequenceEnd; first = false)
        {
            if (!first && !TakeFlowEntry(YamlTokenKind.FlowSequenceEnd, "did not find expected ',' or ']'")) break;
            if (Next != YamlTokenKind.Key)
            {
                node.Children.Add(ReadNode(block: false, indentless: false, depth + 1));
                continue;
            }

            // A key inside a sequence makes a mapping of one pair.
            var pair = new YamlNode(YamlNodeKind.Mapping, _scanner.Peek().Line, "");
            _scanner.Take();
            ReadFlowPair(pair, YamlTokenKind.FlowSequenceEnd, depth + 1);
            node.Children.Add(pair);
        }

        _scanner.Take();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadFlowMapping(YamlNode node, int depth)
    {
        _scanner.Take();
        for (var first = true; Next != YamlTokenKind.FlowMappingEnd; first = false)
        {
            if (!first && !TakeFlowEntry(YamlTokenKind.FlowMappingEnd, "did not find expected ',' or '}'")) break;
            if (Next == YamlTokenKind.Key)
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
        if (Next != YamlTokenKind.FlowEntry) throw Unexpected(expected);
        _scanner.Take();
        return Next != end;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadFlowPair(YamlNode node, YamlTokenKind end, int depth)
    {
        var next = Next;
        var keyless = next == YamlTokenKind.Value || next == YamlTokenKind.FlowEntry || next == end;
        node.Children.Add(keyless ? Empty() : ReadNode(block: false, indentless: false, depth + 1));
        if (Next == YamlTokenKind.Value)
        {
            _scanner.Take();
            next = Next;
            if (next != YamlTokenKind.FlowEntry && next != end)
            {
                node.Children.Add(ReadNode(block: false, indentless: false, depth + 1));
                return;
            }
        }

        node.Children.Add(Empty());
    }

    private YamlFormatException TooDeep() => Unexpected($"exceeded max depth of {maxDepth}");

    /// <summary>A token that can't stand where it does. Unlike the scanner, upstream's parser does not add one to the line.</summary>
    private YamlFormatException Unexpected(string problem) => YamlFormatException.At(_scanner.Peek().Line, problem);
}
