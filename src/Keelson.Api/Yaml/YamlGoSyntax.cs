using System.Globalization;
using System.Text;
using Keelson.Api.Values;

namespace Keelson.Api.Yaml;

/// <summary>Prints a node as Go's %#v does, which upstream's messages about map keys contain. At most 500 characters.</summary>
internal static class YamlGoSyntax
{
    private const int Longest = 500;

    internal static string Write(YamlNode node)
    {
        var text = new StringBuilder();
        Write(node, text);
        return text.Length <= Longest ? text.ToString() : text.ToString(0, Longest) + "...";
    }

    /// <summary>The same for a value that stands alone, where Go prints null shorter.</summary>
    internal static string WriteWhole(YamlNode node) => Write(node) is var text && text == "interface {}(nil)" ? "<nil>" : text;

    private static void Write(YamlNode node, StringBuilder text)
    {
        if (text.Length > Longest) return;
        node = node.Target ?? node;
        switch (node.Kind)
        {
            case YamlNodeKind.Sequence:
                text.Append("[]interface {}{");
                for (var i = 0; i < node.Children.Count && text.Length <= Longest; i++)
                {
                    if (i > 0) text.Append(", ");
                    Write(node.Children[i], text);
                }

                text.Append('}');
                break;
            case YamlNodeKind.Mapping:
                WriteMap(node, text);
                break;
            default:
                WriteScalar(node, text);
                break;
        }
    }

    /// <summary>Go prints maps in the order of their keys.</summary>
    private static void WriteMap(YamlNode node, StringBuilder text)
    {
        text.Append("map[interface {}]interface {}{");
        var order = Enumerable.Range(0, node.Children.Count / 2).OrderBy(pair => node.Children[pair * 2].Text, Utf8Order.Instance);
        var first = true;
        foreach (var pair in order)
        {
            if (text.Length > Longest) break;
            if (!first) text.Append(", ");
            first = false;
            Write(node.Children[pair * 2], text);
            text.Append(':');
            Write(node.Children[(pair * 2) + 1], text);
        }

        text.Append('}');
    }

    private static void WriteScalar(YamlNode node, StringBuilder text)
    {
        var scalar = YamlScalars.Resolve(node);
        _ = scalar.Kind switch
        {
            YamlScalarKind.Null => text.Append("interface {}(nil)"),
            YamlScalarKind.Bool => text.Append(scalar.Bool ? "true" : "false"),
            YamlScalarKind.Integer => text.Append(CultureInfo.InvariantCulture, $"{scalar.Big ?? scalar.Integer}"),
            YamlScalarKind.Float when double.IsFinite(scalar.Float) => text.Append(GoNumber.FormatGeneral(scalar.Float)),
            YamlScalarKind.Float => text.Append(double.IsNaN(scalar.Float) ? "NaN" : scalar.Float > 0 ? "+Inf" : "-Inf"),
            _ => text.Append(GoQuote.Quote(node.Text)),
        };
    }
}
