using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

/// <summary>Checks the annotations by which pods once said, and sometimes still say, what has no field.</summary>
internal static class PodAnnotationRules
{
    public const string Mirror = "kubernetes.io/config.mirror";

    private const string DeletionCost = "controller.kubernetes.io/pod-deletion-cost";
    private const string Tolerations = "scheduler.alpha.kubernetes.io/tolerations";
    private const string SeccompPod = "seccomp.security.alpha.kubernetes.io/pod";
    private const string SeccompContainer = "container.seccomp.security.alpha.kubernetes.io/";
    private const string AppArmorContainer = "container.apparmor.security.beta.kubernetes.io/";
    private const string Localhost = "localhost/";
    private const string RuntimeDefault = "runtime/default";
    private const string DockerDefault = "docker/default";
    private const string Unconfined = "unconfined";

    /// <summary>Reports what is wrong with the annotations of a pod or of a template; the place is the metadata.</summary>
    public static void Validate(ApiMap<string> annotations, PodSpec spec, FieldErrors errors)
    {
        if (annotations.IsEmpty) return;
        if (annotations.TryGetValue(Mirror, out var mirror) && spec.NodeName.Length == 0)
        {
            Invalid(Mirror, mirror, "must set spec.nodeName if mirror pod annotation is set", errors);
        }

        if (annotations.TryGetValue(Tolerations, out var tolerations) && tolerations.Length > 0) ValidateTolerations(tolerations, errors);
        if (annotations.TryGetValue(DeletionCost, out var cost) && !IsCost(cost)) Invalid(DeletionCost, cost, "must be a 32bit integer", errors);
        foreach (var (key, profile) in annotations)
        {
            if (key == SeccompPod || key.StartsWith(SeccompContainer, StringComparison.Ordinal)) ValidateSeccomp(key, profile, errors);
        }

        foreach (var (key, profile) in annotations)
        {
            if (!key.StartsWith(AppArmorContainer, StringComparison.Ordinal)) continue;
            var container = key[AppArmorContainer.Length..];
            if (!HasContainer(spec, container)) Invalid(key, container, "container not found", errors);
            if (profile is "" or RuntimeDefault or Unconfined || profile.StartsWith(Localhost, StringComparison.Ordinal)) continue;
            Invalid(key, profile, $"invalid AppArmor profile name: {GoQuote.Quote(profile)}", errors);
        }
    }

    /// <summary>Reports changes of annotations that were settled when the pod was made.</summary>
    public static void ValidateUpdate(ApiMap<string> annotations, ApiMap<string> old, FieldErrors errors)
    {
        foreach (var (key, value) in old)
        {
            if (annotations.TryGetValue(key, out var now) && now == value) continue;
            if (key.StartsWith(AppArmorContainer, StringComparison.Ordinal)) Forbidden(key, "may not remove or update AppArmor annotations", errors);
            if (key == Mirror) Forbidden(key, "may not remove or update mirror pod annotation", errors);
        }

        foreach (var (key, _) in annotations)
        {
            if (old.ContainsKey(key)) continue;
            if (key.StartsWith(AppArmorContainer, StringComparison.Ordinal)) Forbidden(key, "may not add AppArmor annotations", errors);
            if (key == Mirror) Forbidden(key, "may not add mirror pod annotation", errors);
        }
    }

    /// <summary>Where both an annotation and a field say how system calls are filtered, they must say the same.</summary>
    public static void SeccompMatches(ApiMap<string> annotations, PodSpec spec, FieldErrors errors)
    {
        if (annotations.IsEmpty) return;
        if (spec.SecurityContext?.SeccompProfile is { } profile && annotations.TryGetValue(SeccompPod, out var ofPod))
        {
            using (errors.In("securityContext"))
            using (errors.In("seccompProfile"))
            {
                Matches(profile.Type, profile.LocalhostProfile, ofPod, "seccomp", errors);
            }
        }

        PodScope.ForEachContainer(spec, errors, container =>
        {
            if (container.SecurityContext?.SeccompProfile is not { } own || !annotations.TryGetValue(SeccompContainer + container.Name, out var annotation)) return;
            using (errors.In("securityContext"))
            using (errors.In("seccompProfile"))
            {
                Matches(own.Type, own.LocalhostProfile, annotation, "seccomp", errors);
            }
        });
    }

    public static void AppArmorMatches(ApiMap<string> annotations, PodSpec spec, FieldErrors errors)
    {
        if (annotations.IsEmpty || spec.Os?.Name == OSName.Windows) return;
        PodScope.ForEachContainer(spec, errors, container =>
        {
            var profile = container.SecurityContext?.AppArmorProfile ?? spec.SecurityContext?.AppArmorProfile;
            if (profile is null || !annotations.TryGetValue(AppArmorContainer + container.Name, out var annotation)) return;
            using (errors.In("securityContext"))
            using (errors.In("appArmorProfile"))
            {
                Matches(profile.Type, profile.LocalhostProfile, annotation, "apparmor", errors);
            }
        });
    }

    private static void Matches(string type, string? localhost, string annotation, string word, FieldErrors errors)
    {
        var matches = type switch
        {
            SeccompProfileType.Unconfined => annotation == Unconfined,
            SeccompProfileType.RuntimeDefault => annotation == RuntimeDefault || (annotation == DockerDefault && word == "seccomp"),
            SeccompProfileType.Localhost => annotation.StartsWith(Localhost, StringComparison.Ordinal),
            _ => true,
        };
        if (!matches) errors.Forbidden("type", $"{word} type in annotation and field must match");
        else if (type == SeccompProfileType.Localhost && annotation[Localhost.Length..] != localhost)
        {
            errors.Forbidden("localhostProfile", $"{word} profile in annotation and field must match");
        }
    }

    private static void ValidateTolerations(string json, FieldErrors errors)
    {
        using (errors.In("annotations"))
        {
            ApiList<Toleration> tolerations;
            try
            {
                var wrapped = System.Text.Encoding.UTF8.GetBytes($$"""{"tolerations":{{json}}}""");
                var reader = new Json.JsonReader(wrapped, new Json.DecodeReport());
                tolerations = PodSpec.ReadJson(ref reader).Tolerations;
            }
            catch (ApiFormatException exception)
            {
                errors.Invalid(null, Tolerations, exception.Message);
                return;
            }

            Toleration.Validate(Tolerations, tolerations, errors);
        }
    }

    private static void ValidateSeccomp(string key, string profile, FieldErrors errors)
    {
        if (profile is RuntimeDefault or DockerDefault or Unconfined) return;
        using (errors.In("annotations"))
        {
            if (profile.StartsWith(Localhost, StringComparison.Ordinal)) PathRules.LocalDescending(key, profile[Localhost.Length..], errors);
            else errors.Invalid(key, profile, "must be a valid seccomp profile");
        }
    }

    /// <summary>A number of 32 bits without a plus sign or zeros in front.</summary>
    private static bool IsCost(string text) =>
        (text.StartsWith('-') ? text.Length > 1 : text == "0" || !text.StartsWith('0'))
        && !text.StartsWith('+') && text.Length > 0 && text.Length <= 11
        && !text.AsSpan(text.StartsWith('-') ? 1 : 0).ContainsAnyExceptInRange('0', '9')
        && long.Parse(text, System.Globalization.CultureInfo.InvariantCulture) is >= int.MinValue and <= int.MaxValue;

    private static bool HasContainer(PodSpec spec, string name) =>
        spec.Containers.FindIndex(each => each.Name == name) >= 0
        || spec.InitContainers.FindIndex(each => each.Name == name) >= 0
        || spec.EphemeralContainers.FindIndex(each => each.EphemeralContainerCommon.Name == name) >= 0;

    private static void Invalid(string key, string value, string detail, FieldErrors errors)
    {
        using (errors.In("annotations", key)) errors.Invalid(null, value, detail);
    }

    private static void Forbidden(string key, string detail, FieldErrors errors)
    {
        using (errors.In("annotations", key)) errors.Forbidden(null, detail);
    }
}
