using Keelson.Api.Core.V1;

namespace Keelson.Server.Admission.PodSecurity;

/// <summary>The checks that the restricted level adds to those of the baseline.</summary>
internal static class RestrictedChecks
{
    public static Finding? Escalation(PodParts pod)
    {
        var names = pod.Where(part => part.Security?.AllowPrivilegeEscalation != false);
        return names.Count == 0 ? null : new Finding("allowPrivilegeEscalation != false", $"{Wording.Containers(names)} must set securityContext.allowPrivilegeEscalation=false");
    }

    public static Finding? Capabilities(PodParts pod)
    {
        var keeping = pod.Where(part => !(part.Security?.Capabilities?.Drop ?? default).Contains("ALL"));
        var added = new SortedSet<string>(StringComparer.Ordinal);
        var adding = pod.Where(part =>
        {
            var bad = (part.Security?.Capabilities?.Add ?? default).Where(name => name != "NET_BIND_SERVICE").ToList();
            added.UnionWith(bad);
            return bad.Count > 0;
        });
        var details = new List<string>();
        if (keeping.Count > 0) details.Add($"{Wording.Containers(keeping)} must set securityContext.capabilities.drop=[\"ALL\"]");
        if (adding.Count > 0) details.Add($"{Wording.Containers(adding)} must not include {Wording.Quoted(added)} in securityContext.capabilities.add");
        return details.Count == 0 ? null : new Finding("unrestricted capabilities", string.Join("; ", details));
    }

    public static Finding? Volumes(PodParts pod)
    {
        var bad = pod.Spec.Volumes.Select(volume => (volume.Name, Type: TypeOf(volume.VolumeSource))).Where(volume => volume.Type.Length > 0).ToList();
        if (bad.Count == 0) return null;
        var types = bad.Select(volume => volume.Type).Distinct().Order(StringComparer.Ordinal).ToList();
        var names = $"{Wording.Many("volume", "volumes", bad.Count)} {Wording.Quoted(bad.Select(volume => volume.Name))}";
        return new Finding("restricted volume types", $"{names} {Wording.Many("uses", "use", bad.Count)} restricted volume {Wording.Many("type", "types", types.Count)} {Wording.Quoted(types)}");
    }

    public static Finding? NonRoot(PodParts pod)
    {
        var inPod = pod.Security?.RunAsNonRoot;
        var explicitly = pod.Where(part => part.Security?.RunAsNonRoot == false);
        if (inPod == false || explicitly.Count > 0)
        {
            return new Finding("runAsNonRoot != true", $"{Wording.Setters(inPod == false, explicitly)} must not set securityContext.runAsNonRoot=false");
        }

        var open = inPod == true ? [] : pod.Where(part => part.Security?.RunAsNonRoot is null);
        return open.Count == 0 ? null : new Finding("runAsNonRoot != true", $"pod or {Wording.Containers(open)} must set securityContext.runAsNonRoot=true");
    }

    public static Finding? User(PodParts pod)
    {
        var inPod = pod.Security?.RunAsUser == 0;
        var names = pod.Where(part => part.Security?.RunAsUser == 0);
        return !inPod && names.Count == 0 ? null : new Finding("runAsUser=0", $"{Wording.Setters(inPod, names)} must not set runAsUser=0");
    }

    public static Finding? Seccomp(PodParts pod)
    {
        if (BaselineChecks.Seccomp(pod) is { } explicitly) return explicitly;
        var open = pod.Security?.SeccompProfile is not null ? [] : pod.Where(part => part.Security?.SeccompProfile is null);
        return open.Count == 0 ? null : new Finding("seccompProfile", $"pod or {Wording.Containers(open)} must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\"");
    }

    // Empty for the types that are allowed.
    private static string TypeOf(VolumeSource source) => source switch
    {
        { ConfigMap: not null } or { Csi: not null } or { DownwardAPI: not null } or { EmptyDir: not null } or { Ephemeral: not null } => "",
        { PersistentVolumeClaim: not null } or { Projected: not null } or { Secret: not null } or { Image: not null } => "",
        { HostPath: not null } => "hostPath",
        { GcePersistentDisk: not null } => "gcePersistentDisk",
        { AwsElasticBlockStore: not null } => "awsElasticBlockStore",
        { GitRepo: not null } => "gitRepo",
        { Nfs: not null } => "nfs",
        { Iscsi: not null } => "iscsi",
        { Glusterfs: not null } => "glusterfs",
        { Rbd: not null } => "rbd",
        { FlexVolume: not null } => "flexVolume",
        { Cinder: not null } => "cinder",
        { Cephfs: not null } => "cephfs",
        { Flocker: not null } => "flocker",
        { Fc: not null } => "fc",
        { AzureFile: not null } => "azureFile",
        { VsphereVolume: not null } => "vsphereVolume",
        { Quobyte: not null } => "quobyte",
        { AzureDisk: not null } => "azureDisk",
        { PortworxVolume: not null } => "portworxVolume",
        { ScaleIO: not null } => "scaleIO",
        { Storageos: not null } => "storageos",
        { PhotonPersistentDisk: not null } => "photonPersistentDisk",
        _ => "unknown",
    };
}
