using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Values;

namespace Keelson.Node.Kubelet.Pods;

/// <summary>The smallest patch that makes one status of another.</summary>
internal static class StatusPatch
{
    /// <summary>A strategic merge patch for the status, or null where nothing changed.</summary>
    public static MapValue? Compute(Pod pod, PodStatus wanted)
    {
        var before = Status(pod);
        var after = Status(pod with { Status = wanted });
        var changes = new List<KeyValuePair<string, Value>>();
        foreach (var (key, value) in after)
        {
            if (before[key] is { } old && old == value) continue;
            changes.Add(new(key, key switch
            {
                "conditions" => Conditions(before[key] as ListValue, (ListValue)value),
                // Lists that merge would keep addresses that the pod has no more.
                "podIPs" or "hostIPs" => ListValue.From(new Value[] { MapValue.Of(("$patch", "replace")) }.Concat((ListValue)value)),
                _ => value,
            }));
        }

        foreach (var (key, _) in before)
        {
            if (after[key] is null) changes.Add(new(key, Value.Null));
        }

        if (changes.Count == 0) return null;
        return MapValue.Of(("metadata", MapValue.Of(("uid", pod.Metadata.Uid))), ("status", MapValue.From(changes)));
    }

    private static ListValue Conditions(ListValue? before, ListValue after)
    {
        var changed = after.Where(condition => before is null || !before.Any(old => old == condition));
        var gone = (before ?? ListValue.Empty).Where(old => !after.Any(condition => condition["type"] == old["type"]));
        return ListValue.From(changed.Concat(gone.Select(old => (Value)MapValue.Of(("$patch", "delete"), ("type", old["type"]!)))));
    }

    private static MapValue Status(Pod pod) =>
        (MapValue)ValueReader.Read(ApiJson.Encode(new Pod { Status = pod.Status })) is var map && map["status"] is MapValue status ? status : MapValue.Empty;
}
