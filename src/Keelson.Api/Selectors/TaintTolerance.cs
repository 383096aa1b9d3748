using Keelson.Api.Core.V1;

namespace Keelson.Api.Selectors;

/// <summary>Says whether tolerations let a pod live with a node's taints.</summary>
/// <remarks>The operators that compare numbers stand behind a gate upstream that is off by default, so here they tolerate nothing.</remarks>
public static class TaintTolerance
{
    /// <summary>Whether the toleration is one for the taint.</summary>
    public static bool Tolerates(Toleration toleration, Taint taint) => Tolerates(toleration, taint.Key, taint.Value, taint.Effect);

    /// <summary>Whether any of the tolerations is one for the taint.</summary>
    public static bool Tolerates(ApiList<Toleration> tolerations, string key, string value, string effect)
    {
        foreach (var toleration in tolerations)
        {
            if (Tolerates(toleration, key, value, effect)) return true;
        }

        return false;
    }

    /// <summary>Whether there is a toleration for each of the taints that has one of the effects; without effects, for each at all.</summary>
    public static bool ToleratesAll<TTaints>(ApiList<Toleration> tolerations, TTaints taints, params ReadOnlySpan<string> effects)
        where TTaints : IReadOnlyList<Taint>
    {
        for (var i = 0; i < taints.Count; i++)
        {
            var taint = taints[i];
            if ((effects.IsEmpty || effects.Contains(taint.Effect)) && !Tolerates(tolerations, taint.Key, taint.Value, taint.Effect)) return false;
        }

        return true;
    }

    private static bool Tolerates(Toleration toleration, string key, string value, string effect)
    {
        if (toleration.Effect.Length > 0 && toleration.Effect != effect) return false;
        if (toleration.Key.Length > 0 && toleration.Key != key) return false;
        return toleration.Operator switch
        {
            TolerationOperator.Exists => true,
            "" or TolerationOperator.Equal => toleration.Key.Length > 0 && toleration.Value == value,
            _ => false,
        };
    }
}
