using Keelson.Api.Meta.V1;
using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

/// <summary>The rules for keys of labels whose values the server takes from the pod and writes into a selector.</summary>
internal static class LabelKeyRules
{
    /// <summary>Reports keys that a selector names itself.</summary>
    public static void ValidateOverlap(LabelSelector? selector, ApiList<string> keys, FieldErrors errors)
    {
        if (selector is null || keys.IsEmpty) return;

        // One expression for each key is the server's own, made of the key; a second one is the user's.
        var seen = new HashSet<string>(selector.MatchLabels.Keys, StringComparer.Ordinal);
        foreach (var expression in selector.MatchExpressions)
        {
            var index = keys.IndexOf(expression.Key);
            if (seen.Add(expression.Key) || index < 0) continue;
            using (errors.At(index)) errors.Invalid(null, expression.Key, "exists in both matchLabelKeys and labelSelector");
        }
    }
}
