namespace Keelson.Server.Aggregation;

/// <summary>Where a group stands among the others in discovery, and a version in its group: the higher, the earlier.</summary>
internal readonly record struct ServicePriority(int Group, int Version);

/// <summary>The places of what this server answers itself.</summary>
internal static class ServicePriorities
{
    private static readonly ServicePriority Custom = new(1000, 100);

    private static readonly Dictionary<string, int> Groups = new(StringComparer.Ordinal)
    {
        [""] = 18000, ["apiregistration.k8s.io"] = 20000, ["apps"] = 17800, ["events.k8s.io"] = 17750, ["authentication.k8s.io"] = 17700, ["authorization.k8s.io"] = 17600,
        ["autoscaling"] = 17500, ["batch"] = 17400, ["certificates.k8s.io"] = 17300, ["networking.k8s.io"] = 17200, ["policy"] = 17100,
        ["rbac.authorization.k8s.io"] = 17000, ["storage.k8s.io"] = 16800, ["admissionregistration.k8s.io"] = 16700, ["apiextensions.k8s.io"] = 16700,
        ["scheduling.k8s.io"] = 16600, ["coordination.k8s.io"] = 16500, ["node.k8s.io"] = 16300, ["discovery.k8s.io"] = 16200,
        ["flowcontrol.apiserver.k8s.io"] = 16100, ["resource.k8s.io"] = 15900, ["storagemigration.k8s.io"] = 15800,
    };

    private static readonly Dictionary<(string Group, string Version), int> Versions = new()
    {
        [("", "v1")] = 1, [("autoscaling", "v2")] = 30, [("flowcontrol.apiserver.k8s.io", "v1")] = 21,
        [("coordination.k8s.io", "v1beta1")] = 13, [("coordination.k8s.io", "v1alpha2")] = 12,
        [("admissionregistration.k8s.io", "v1beta1")] = 12, [("admissionregistration.k8s.io", "v1alpha1")] = 9,
    };

    public static bool IsBuiltIn(string group) => Groups.ContainsKey(group);

    public static ServicePriority Of(string group, string version)
    {
        if (!Groups.TryGetValue(group, out var place)) return Custom;
        if (Versions.TryGetValue((group, version), out var known)) return new ServicePriority(place, known);
        return new ServicePriority(place, version.Contains("alpha", StringComparison.Ordinal) ? 1 : version.Contains("beta", StringComparison.Ordinal) ? 9 : 15);
    }
}
