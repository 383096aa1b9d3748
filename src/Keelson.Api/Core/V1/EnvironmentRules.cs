using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

/// <summary>Checks the environment of containers, and what else refers to fields and resources of the pod.</summary>
internal static class EnvironmentRules
{
    private static readonly string[] Fields =
    [
        "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName",
        "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs",
    ];

    private static readonly string[] VolumeFields =
        ["metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"];

    private static readonly string[] Resources =
    [
        "limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage", "requests.memory",
    ];

    private static readonly HashSet<string> ByteDivisors = new(StringComparer.Ordinal)
    {
        "1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei",
    };

    public static void Variables(ApiList<EnvVar> variables, PodScope scope, FieldErrors errors)
    {
        for (var i = 0; i < variables.Count; i++)
        {
            var variable = variables[i];
            using (errors.In("env", i))
            {
                if (errors.Present("name", variable.Name)) errors.Invalid("name", variable.Name, FieldName.CheckRelaxedVariable(variable.Name));
                if (variable.ValueFrom is not { } source) continue;
                using (errors.In("valueFrom")) Source(source, variable.Value, scope, errors);
            }
        }
    }

    public static void Sources(ApiList<EnvFromSource> sources, FieldErrors errors)
    {
        using (errors.In("envFrom"))
        {
            for (var i = 0; i < sources.Count; i++) Sources(i, sources[i], errors);
        }
    }

    /// <summary>A reference to a field of the pod, from the environment or from a file in a volume.</summary>
    public static void Field(ObjectFieldSelector selector, bool inVolume, FieldErrors errors)
    {
        if (!errors.Present("apiVersion", selector.ApiVersion) || !errors.Present("fieldPath", selector.FieldPath)) return;
        var (path, subscript) = Split(selector.FieldPath);
        if (selector.ApiVersion != "v1" || !CanConvert(path, subscript))
        {
            var cause = selector.ApiVersion != "v1"
                ? $"unsupported pod version: {selector.ApiVersion}" : $"field label not supported: {selector.FieldPath}";
            errors.Invalid("fieldPath", selector.FieldPath, $"error converting fieldPath: {cause}");
            return;
        }

        // A pod's host was once a field of its own.
        if (path == "spec.host") path = "spec.nodeName";
        if (subscript is null)
        {
            errors.OneOf("fieldPath", path, inVolume ? VolumeFields : Fields);
            return;
        }

        errors.QualifiedName(null, path == "metadata.annotations" ? subscript.ToLowerInvariant() : subscript);
    }

    /// <summary>A reference to a container's resources.</summary>
    public static void Resource(ResourceFieldSelector selector, bool inVolume, FieldErrors errors)
    {
        if (inVolume && selector.ContainerName.Length == 0) errors.Required("containerName");
        else if (selector.Resource.Length == 0) errors.Required("resource");
        else if (!IsHugePages(selector.Resource)) errors.OneOf("resource", selector.Resource, Resources);
        Divisor(selector.Resource, selector.Divisor, errors);
    }

    private static void Source(EnvVarSource source, string value, PodScope scope, FieldErrors errors)
    {
        var count = 0;
        if (source.FieldRef is { } field)
        {
            count++;
            using (errors.In("fieldRef")) Field(field, inVolume: false, errors);
        }

        if (source.ResourceFieldRef is { } resource)
        {
            count++;
            using (errors.In("resourceFieldRef")) Resource(resource, inVolume: false, errors);
        }

        if (source.ConfigMapKeyRef is { } config)
        {
            count++;
            using (errors.In("configMapKeyRef")) Key(config.LocalObjectReference.Name, config.Key, errors);
        }

        if (source.SecretKeyRef is { } secret)
        {
            count++;
            using (errors.In("secretKeyRef")) Key(secret.LocalObjectReference.Name, secret.Key, errors);
        }

        if (source.FileKeyRef is { } file)
        {
            count++;
            using (errors.In("fileKeyRef")) FileKey(file, scope, errors);
        }

        if (count == 0) errors.Invalid(null, "", "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`");
        else if (value.Length > 0) errors.Invalid(null, "", "may not be specified when `value` is not empty");
        else if (count > 1) errors.Invalid(null, "", "may not have more than one field specified at a time");
    }

    private static void Sources(int index, EnvFromSource source, FieldErrors errors)
    {
        var count = 0;
        using (errors.At(index))
        {
            if (source.Prefix.Length > 0) errors.Invalid("prefix", source.Prefix, FieldName.CheckRelaxedVariable(source.Prefix));
            if (source.ConfigMapRef is { } config)
            {
                count++;
                using (errors.In("configMapRef")) Name(config.LocalObjectReference.Name, errors);
            }

            if (source.SecretRef is { } secret)
            {
                count++;
                using (errors.In("secretRef")) Name(secret.LocalObjectReference.Name, errors);
            }
        }

        // Upstream names the list here, not the element.
        if (count == 0) errors.Invalid(null, "", "must specify one of: `configMapRef` or `secretRef`");
        else if (count > 1) errors.Invalid(null, "", "may not have more than one field specified at a time");
    }

    private static void Name(string name, FieldErrors errors)
    {
        // Upstream takes the name for the beginning of one, where a hyphen may stand at the end.
        if (errors.Present("name", name)) errors.Invalid("name", name, DnsName.CheckSubdomain(name.EndsWith('-') ? $"{name[..^1]}a" : name));
    }

    private static void Key(string name, string key, FieldErrors errors)
    {
        errors.Subdomain("name", name);
        if (errors.Present("key", key)) errors.Invalid("key", key, FieldName.CheckConfigKey(key));
    }

    private static void FileKey(FileKeySelector selector, PodScope scope, FieldErrors errors)
    {
        if (errors.Present("volumeName", selector.VolumeName))
        {
            if (!scope.Volumes.TryGetValue(selector.VolumeName, out var volume)) errors.NotFound("volumeName", selector.VolumeName);
            else if (volume.EmptyDir is null) errors.Invalid("volumeName", selector.VolumeName, "must be an emptyDir volume");
        }

        if (errors.Present("path", selector.Path)) PathRules.LocalNonReserved("path", selector.Path, errors);
        if (errors.Present("key", selector.Key)) errors.Invalid("key", selector.Key, FieldName.CheckRelaxedVariable(selector.Key));
    }

    private static void Divisor(string resource, Quantity divisor, FieldErrors errors)
    {
        if (divisor.IsZero) return;
        var text = divisor.ToString();
        const string Bytes = "only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the";
        switch (resource)
        {
            case "limits.cpu" or "requests.cpu" when text is not ("1m" or "1"):
                errors.Invalid("divisor", resource, "only divisor's values 1m and 1 are supported with the cpu resource");
                break;
            case "limits.memory" or "requests.memory" when !ByteDivisors.Contains(text):
                errors.Invalid("divisor", resource, $"{Bytes} memory resource");
                break;
            case "limits.ephemeral-storage" or "requests.ephemeral-storage" when !ByteDivisors.Contains(text):
                errors.Invalid("divisor", resource, $"{Bytes} local ephemeral storage resource");
                break;
            default:
                if (IsHugePages(resource) && !ByteDivisors.Contains(text)) errors.Invalid("divisor", resource, $"{Bytes} hugepages resource");
                break;
        }
    }

    private static bool IsHugePages(string resource) =>
        resource.StartsWith("requests.hugepages-", StringComparison.Ordinal) || resource.StartsWith("limits.hugepages-", StringComparison.Ordinal);

    /// <summary>Takes a path such as metadata.labels['app'] apart.</summary>
    private static (string Path, string? Subscript) Split(string path)
    {
        if (!path.EndsWith("']", StringComparison.Ordinal)) return (path, null);
        var open = path.IndexOf("['", StringComparison.Ordinal);
        return open <= 0 || open + 2 > path.Length - 2 ? (path, null) : (path[..open], path[(open + 2)..^2]);
    }

    private static bool CanConvert(string path, string? subscript) => subscript is not null
        ? path is "metadata.annotations" or "metadata.labels"
        : path is "metadata.annotations" or "metadata.labels" or "metadata.name" or "metadata.namespace" or "metadata.uid"
            or "spec.nodeName" or "spec.restartPolicy" or "spec.serviceAccountName" or "spec.schedulerName" or "spec.host"
            or "status.phase" or "status.hostIP" or "status.hostIPs" or "status.podIP" or "status.podIPs";
}

/// <summary>Checks paths in files systems; the errors name the field given.</summary>
internal static class PathRules
{
    /// <summary>A path below some directory, without steps upward.</summary>
    public static void LocalDescending(string? field, string path, FieldErrors errors)
    {
        if (path.StartsWith('/')) errors.Invalid(field, path, "must be a relative path");
        NoBacksteps(field, path, errors);
    }

    /// <summary>The same, and not a name that volumes keep to themselves.</summary>
    public static void LocalNonReserved(string? field, string path, FieldErrors errors)
    {
        LocalDescending(field, path, errors);
        if (path.StartsWith("..", StringComparison.Ordinal) && !path.StartsWith("../", StringComparison.Ordinal))
        {
            errors.Invalid(field, path, "must not start with '..'");
        }
    }

    public static void NoBacksteps(string? field, string path, FieldErrors errors)
    {
        if (HasBackstep(path)) errors.Invalid(field, path, "must not contain '..'");
    }

    public static bool HasBackstep(string path)
    {
        foreach (var part in path.AsSpan().Split('/'))
        {
            if (path.AsSpan(part) is "..") return true;
        }

        return false;
    }

    public static void Mode(string field, int? mode, FieldErrors errors)
    {
        if (mode is < 0 or > FileModes.Maximum) errors.Invalid(field, mode.Value, "must be a number between 0 and 0777 (octal), both inclusive");
    }
}
