using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;
using Keelson.Api.Values;

namespace Keelson.Api.Yaml;

/// <summary>Turns the tree of one document into a value, as a conversion to JSON and back would.</summary>
internal sealed class YamlDecoder(YamlLimits limits, ICollection<string>? duplicateKeys)
{
    /// <summary>Below this many nodes, nearly all of a document may come from aliases, and above the next, a tenth.</summary>
    private const double FewNodes = 400_000;
    private const double ManyNodes = 4_000_000;

    private readonly List<string> _duplicates = [];
    private long _nodes;
    private long _characters;
    private long _aliasedNodes;
    private long _aliasedCharacters;
    private int _aliasDepth;

    internal Value DecodeDocument(YamlNode root)
    {
        Value value;
        try
        {
            value = Decode(root);
        }
        catch (ValueDepthException)
        {
            // Aliases can nest deeper than the document itself does.
            throw new YamlFormatException($"yaml: exceeded max depth of {Value.MaxDepth}");
        }

        if (_duplicates.Count > 0) duplicateKeys?.Add("yaml: unmarshal errors:\n  " + string.Join("\n  ", _duplicates));
        return value;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Value Decode(YamlNode node)
    {
        if (node.Decoded is { } known)
        {
            Count(known.Nodes, known.Characters);
            return known.Value;
        }

        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw new ValueDepthException();
        var (nodesBefore, charactersBefore) = (_nodes, _characters);
        Count(1, node.Text.Length);
        var value = node.Kind switch
        {
            YamlNodeKind.Alias => DecodeAlias(node),
            YamlNodeKind.Sequence => DecodeSequence(node),
            YamlNodeKind.Mapping => DecodeMapping(node),
            _ => DecodeScalar(node),
        };
        if (node.Anchor.Length > 0) node.Decoded = (value, _nodes - nodesBefore, _characters - charactersBefore);
        return value;
    }

    private void Count(long nodes, long characters)
    {
        _nodes += nodes;
        _characters += characters;
        if (_aliasDepth == 0) return;
        _aliasedNodes += nodes;
        _aliasedCharacters += characters;
        var share = _nodes <= FewNodes ? 0.99
            : _nodes >= ManyNodes ? 0.10
            : 0.99 - (0.89 * (_nodes - FewNodes) / (ManyNodes - FewNodes));
        var tooMany = _aliasedNodes > 100 && _nodes > 1000 && _aliasedNodes > share * _nodes;
        if (tooMany || _aliasedCharacters > limits.MaxAliasedCharacters)
        {
            throw new YamlFormatException("yaml: document contains excessive aliasing");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Value DecodeAlias(YamlNode node)
    {
        _aliasDepth++;
        var value = Decode(node.Target!);
        _aliasDepth--;
        return value;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private ListValue DecodeSequence(YamlNode node)
    {
        var list = new ListBuilder(node.Children.Count);
        foreach (var child in node.Children) list.Add(Decode(child));
        return list.Build();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private MapValue DecodeMapping(YamlNode node)
    {
        var map = new MapBuilder(node.Children.Count / 2);
        HashSet<string>? merged = null;
        for (var i = 0; i < node.Children.Count; i += 2)
        {
            var (keyNode, valueNode) = (node.Children[i], node.Children[i + 1]);
            if (IsMerge(keyNode))
            {
                Merge(valueNode, map, merged ??= []);
                continue;
            }

            var key = ReadKey(keyNode, valueNode, map, merged);
            map.Set(key, Decode(valueNode));
        }

        return map.Build();
    }

    private string ReadKey(YamlNode keyNode, YamlNode valueNode, MapBuilder map, HashSet<string>? merged)
    {
        Count(1, keyNode.Text.Length);
        var (key, syntax) = DecodeKey(keyNode, valueNode);
        if (duplicateKeys is not null && map.ContainsKey(key) && merged?.Contains(key) != true && _duplicates.Count < limits.MaxDuplicates)
        {
            _duplicates.Add($"line {valueNode.Line + 1}: key {syntax} already set in map");
        }

        merged?.Remove(key);
        return key;
    }

    private static bool IsMerge(YamlNode key) =>
        key.Kind == YamlNodeKind.Scalar && key.Text == "<<" && (key.IsPlain || key.Tag is YamlScalars.Prefix + "merge");

    private void Merge(YamlNode node, MapBuilder into, HashSet<string> merged)
    {
        if (node.Kind != YamlNodeKind.Sequence)
        {
            MergeOne(node, into, merged);
            return;
        }

        // Earlier maps take precedence over later ones.
        for (var i = node.Children.Count - 1; i >= 0; i--) MergeOne(node.Children[i], into, merged);
    }

    private void MergeOne(YamlNode node, MapBuilder into, HashSet<string> merged)
    {
        if ((node.Target ?? node).Kind != YamlNodeKind.Mapping)
        {
            throw new YamlFormatException("yaml: map merge requires map or sequence of maps as the value");
        }

        foreach (var (key, value) in (MapValue)Decode(node))
        {
            into.Set(key, value);
            merged.Add(key);
        }
    }

    private static (string Key, string Syntax) DecodeKey(YamlNode keyNode, YamlNode valueNode)
    {
        var node = keyNode.Target ?? keyNode;
        if (node.Kind != YamlNodeKind.Scalar) throw new YamlFormatException($"yaml: invalid map key: {YamlGoSyntax.Write(node)}");
        var scalar = YamlScalars.Resolve(node);
        switch (scalar.Kind)
        {
            case YamlScalarKind.Bool:
                return scalar.Bool ? ("true", "true") : ("false", "false");
            case YamlScalarKind.Integer when scalar.Big is null:
                var digits = scalar.Integer.ToString(CultureInfo.InvariantCulture);
                return (digits, digits);
            case YamlScalarKind.Float:
                var number = YamlNumber.FormatKey(scalar.Float);
                return (number, number);
            case YamlScalarKind.Null:
                throw new YamlFormatException($"unsupported map key of type: %!s(<nil>), key: <nil>, value: {YamlGoSyntax.WriteWhole(valueNode)}");
            case YamlScalarKind.Integer:
                var type = scalar.Big > ulong.MaxValue || scalar.Big < 0 ? "*big.Int" : "uint64";
                throw new YamlFormatException($"unsupported map key of type: {type}, key: {scalar.Big}, value: {YamlGoSyntax.WriteWhole(valueNode)}");
            default:
                var text = scalar.Kind == YamlScalarKind.Binary ? DecodeBinary(node.Text) : node.Text;
                return (text, GoQuote.Quote(text));
        }
    }

    private static Value DecodeScalar(YamlNode node)
    {
        var scalar = YamlScalars.Resolve(node);
        return scalar.Kind switch
        {
            YamlScalarKind.Null => Value.Null,
            YamlScalarKind.Bool => scalar.Bool,
            YamlScalarKind.Integer when scalar.Big is { } big => FromBig(big),
            YamlScalarKind.Integer => scalar.Integer,
            YamlScalarKind.Float => YamlNumber.ToValue(scalar.Float),
            YamlScalarKind.Binary => DecodeBinary(node.Text),
            _ => node.Text,
        };
    }

    /// <summary>By way of the digits, because the direct conversion cuts off instead of rounding.</summary>
    private static Value FromBig(BigInteger big) =>
        double.Parse(big.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) is var number && double.IsFinite(number)
            ? number
            : throw new YamlFormatException("json: cannot unmarshal number into Go value of type float64");

    private static string DecodeBinary(string text)
    {
        try
        {
            var compact = text.Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal);
            if (compact.AsSpan().IndexOfAny(" \t") >= 0) throw new FormatException();
            return YamlReader.StrictUtf8.GetString(Convert.FromBase64String(compact));
        }
        catch (DecoderFallbackException)
        {
            throw new YamlFormatException("yaml: !!binary value is not text");
        }
        catch (FormatException)
        {
            throw new YamlFormatException("yaml: !!binary value contains invalid base64 data");
        }
    }
}
