using System.Text;

namespace Keelson.Node.Kubelet.Variables;

/// <summary>Replaces $(NAME) by the variable's value; what is not known stays, and $$ is a dollar sign.</summary>
internal static class Expansion
{
    public static string Expand(string text, IReadOnlyDictionary<string, string> variables)
    {
        if (!text.Contains('$', StringComparison.Ordinal)) return text;
        var result = new StringBuilder(text.Length);
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] != '$' || index + 1 == text.Length)
            {
                result.Append(text[index]);
                continue;
            }

            index++;
            var end = text[index] == '(' ? text.IndexOf(')', index) : -1;
            if (text[index] == '$')
            {
                result.Append('$');
            }
            else if (end < 0)
            {
                result.Append('$').Append(text[index]);
            }
            else
            {
                var name = text[(index + 1)..end];
                if (variables.TryGetValue(name, out var value)) result.Append(value);
                else result.Append("$(").Append(name).Append(')');
                index = end;
            }
        }

        return result.ToString();
    }
}
