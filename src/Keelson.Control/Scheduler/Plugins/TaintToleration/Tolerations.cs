using Keelson.Api;
using Keelson.Api.Core.V1;

namespace Keelson.Control.Scheduler.Plugins.TaintToleration;

/// <summary>Whether tolerations let a pod live with a taint.</summary>
internal static class Tolerations
{
    public static bool Tolerate(ApiList<Toleration> tolerations, string key, string value, string effect)
    {
        foreach (var toleration in tolerations)
        {
            if (Tolerates(toleration, key, value, effect)) return true;
        }

        return false;
    }

    public static bool Tolerate(ApiList<Toleration> tolerations, IReadOnlyList<Taint> taints)
    {
        for (var i = 0; i < taints.Count; i++)
        {
            if (!Tolerate(tolerations, taints[i].Key, taints[i].Value, taints[i].Effect)) return false;
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
            // Comparing numbers is behind a gate upstream, off by default.
            _ => false,
        };
    }
}
