using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

/// <summary>Checks where a container sees the pod's volumes, as directories or as devices.</summary>
internal static class MountRules
{
    public static void Mounts(Container container, PodScope scope, FieldErrors errors)
    {
        var points = new HashSet<string>(StringComparer.Ordinal);
        using (errors.In("volumeMounts"))
        {
            for (var i = 0; i < container.VolumeMounts.Count; i++)
            {
                var mount = container.VolumeMounts[i];
                using (errors.At(i)) Mount(mount, container, scope, points, errors);
                // Upstream reports these at the list, not at its element.
                if (mount.SubPath.Length > 0) PathRules.LocalDescending("subPath", mount.SubPath, errors);
                if (mount.SubPathExpr.Length > 0)
                {
                    if (mount.SubPath.Length > 0)
                    {
                        using (errors.At(i)) errors.Invalid("subPathExpr", mount.SubPathExpr, "subPathExpr and subPath are mutually exclusive");
                    }

                    PathRules.LocalDescending("subPathExpr", mount.SubPathExpr, errors);
                }

                Propagation(mount, container, errors);
                RecursiveReadOnly(mount, errors);
            }
        }
    }

    public static void Devices(Container container, PodScope scope, FieldErrors errors)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < container.VolumeDevices.Count; i++)
        {
            using (errors.In("volumeDevices", i)) Device(container.VolumeDevices[i], container, scope, names, paths, errors);
        }
    }

    private static void Mount(VolumeMount mount, Container container, PodScope scope, HashSet<string> points, FieldErrors errors)
    {
        errors.Present("name", mount.Name);
        var isKnown = scope.Volumes.TryGetValue(mount.Name, out var volume);
        if (!isKnown) errors.NotFound("name", mount.Name);
        errors.Present("mountPath", mount.MountPath);
        if (!points.Add(mount.MountPath)) errors.Invalid("mountPath", mount.MountPath, "must be unique");
        if (container.VolumeDevices.FindIndex(device => device.Name == mount.Name) >= 0)
        {
            errors.Invalid("name", mount.Name, "must not already exist in volumeDevices");
        }

        if (container.VolumeDevices.FindIndex(device => device.DevicePath == mount.MountPath) >= 0)
        {
            errors.Invalid("mountPath", mount.MountPath, "must not already exist as a path in volumeDevices");
        }
    }

    private static void Propagation(VolumeMount mount, Container container, FieldErrors errors)
    {
        if (mount.MountPropagation is not { } propagation) return;
        errors.OneOf("mountPropagation", propagation, MountPropagationMode.Bidirectional, MountPropagationMode.HostToContainer, MountPropagationMode.None);
        if (propagation == MountPropagationMode.Bidirectional && container.SecurityContext?.Privileged is not true)
        {
            errors.Forbidden("mountPropagation", "Bidirectional mount propagation is available only to privileged containers");
        }
    }

    private static void RecursiveReadOnly(VolumeMount mount, FieldErrors errors)
    {
        const string Field = "recursiveReadOnly";
        switch (mount.RecursiveReadOnly)
        {
            case null or RecursiveReadOnlyMode.Disabled:
                break;
            case RecursiveReadOnlyMode.Enabled or RecursiveReadOnlyMode.IfPossible:
                if (!mount.ReadOnly) errors.Forbidden(Field, "may only be specified when readOnly is true");
                if (mount.MountPropagation is not (null or MountPropagationMode.None))
                {
                    errors.Forbidden(Field, "may only be specified when mountPropagation is None or not specified");
                }

                break;
            default:
                errors.NotSupported(Field, mount.RecursiveReadOnly, [RecursiveReadOnlyMode.Disabled, RecursiveReadOnlyMode.Enabled, RecursiveReadOnlyMode.IfPossible]);
                break;
        }
    }

    private static void Device(
        VolumeDevice device, Container container, PodScope scope, HashSet<string> names, HashSet<string> paths, FieldErrors errors)
    {
        errors.Present("name", device.Name);
        if (device.Name.Length > 0 && !names.Add(device.Name)) errors.Invalid("name", device.Name, "must be unique");
        if (!scope.Volumes.TryGetValue(device.Name, out var volume)) errors.NotFound("name", device.Name);
        else if (volume.PersistentVolumeClaim is null && volume.Ephemeral is null)
        {
            errors.Invalid("name", device.Name, "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode");
        }

        errors.Present("devicePath", device.DevicePath);
        if (paths.Contains(device.DevicePath)) errors.Invalid("devicePath", device.DevicePath, "must be unique");
        if (PathRules.HasBackstep(device.DevicePath)) errors.Invalid("devicePath", device.DevicePath, "can not contain backsteps ('..')");
        else paths.Add(device.DevicePath);
        if (container.VolumeMounts.FindIndex(mount => mount.Name == device.Name) >= 0)
        {
            errors.Invalid("name", device.Name, "must not already exist in volumeMounts");
        }

        if (container.VolumeMounts.FindIndex(mount => mount.MountPath == device.DevicePath) >= 0)
        {
            errors.Invalid("devicePath", device.DevicePath, "must not already exist as a path in volumeMounts");
        }
    }
}
