using Keelson.Api;
using Keelson.Api.ApiExtensions.V1;
using Keelson.Api.Validation;

namespace Keelson.Server.CustomResources;

/// <summary>Decides what a definition's status says: which names it may use, and whether it is served. Pure.</summary>
internal static class DefinitionStatus
{
    private const string Approval = "api-approved.kubernetes.io";

    public static bool Is(CustomResourceDefinitionStatus status, string type) =>
        status.Conditions.Any(condition => condition.Type == type && condition.Status == ConditionStatus.True);

    /// <summary>The status that a definition is to have.</summary>
    /// <param name="others">The names that the other definitions of its group have been given.</param>
    public static CustomResourceDefinitionStatus Plan(CustomResourceDefinition definition, IReadOnlyCollection<CustomResourceDefinitionNames> others, Time now)
    {
        var status = definition.Status;
        var (names, accepted) = Names(definition.Spec.Names, status.AcceptedNames, others);
        status = With(status with { AcceptedNames = names }, accepted, now);
        if (!Is(status, CustomResourceDefinitionConditionType.Established))
        {
            status = With(status, Establishing(definition, accepted.Status == ConditionStatus.True), now);
        }

        return ApprovalOf(definition) is { } approval ? With(status, approval, now) : status;
    }

    // Nobody could convert objects of a webhook's whose certificate can't be checked; it is served once that can be.
    private static CustomResourceDefinitionCondition Establishing(CustomResourceDefinition definition, bool isAccepted)
    {
        var bundle = definition.Spec.Conversion?.Webhook?.ClientConfig?.CaBundle ?? default;
        var (reason, message) = !isAccepted ? ("NotAccepted", "not all names are accepted")
            : !bundle.IsEmpty && PemAuthorities.Check(bundle) is not null ? ("InvalidCABundle", "The conversion webhook CABundle is invalid")
            : ("InitialNamesAccepted", "the initial names have been accepted");
        return new CustomResourceDefinitionCondition
        {
            Type = CustomResourceDefinitionConditionType.Established,
            Status = reason == "InitialNamesAccepted" ? ConditionStatus.True : ConditionStatus.False,
            Reason = reason,
            Message = message,
        };
    }

    /// <summary>The status of a definition whose schema can't be served after all; what is refused at creation today may be stored.</summary>
    public static CustomResourceDefinitionStatus WithBrokenSchema(CustomResourceDefinitionStatus status, string why, Time now) => With(
        status,
        new CustomResourceDefinitionCondition
        {
            Type = CustomResourceDefinitionConditionType.NonStructuralSchema, Status = ConditionStatus.True, Reason = "Violations", Message = why,
        },
        now);

    /// <summary>The status with a condition; the time of its last change stays where nothing but words changes.</summary>
    public static CustomResourceDefinitionStatus With(CustomResourceDefinitionStatus status, CustomResourceDefinitionCondition condition, Time now)
    {
        var place = status.Conditions.FindIndex(known => known.Type == condition.Type);
        if (place < 0) return status with { Conditions = status.Conditions.Add(condition with { LastTransitionTime = now }) };
        var before = status.Conditions[place];
        var after = condition with { LastTransitionTime = before.Status == condition.Status ? before.LastTransitionTime : now };
        return status with { Conditions = status.Conditions.With(place, after) };
    }

    private static (CustomResourceDefinitionNames Names, CustomResourceDefinitionCondition Condition) Names(
        CustomResourceDefinitionNames wanted, CustomResourceDefinitionNames accepted, IReadOnlyCollection<CustomResourceDefinitionNames> others)
    {
        var resources = others.SelectMany(other => new[] { other.Plural, other.Singular }.Concat(other.ShortNames)).ToHashSet(StringComparer.Ordinal);
        var kinds = others.SelectMany(other => new[] { other.Kind, other.ListKind }).ToHashSet(StringComparer.Ordinal);
        var condition = new CustomResourceDefinitionCondition
        {
            Type = CustomResourceDefinitionConditionType.NamesAccepted,
            Status = ConditionStatus.True,
            Reason = "NoConflicts",
            Message = "no conflicts found",
        };

        bool Take(string name, string known, HashSet<string> used, string reason)
        {
            if (name == known || !used.Contains(name)) return true;
            condition = Refused(condition, reason, $"{Quote(name)} is already in use");
            return false;
        }

        if (Take(wanted.Plural, accepted.Plural, resources, "PluralConflict")) accepted = accepted with { Plural = wanted.Plural };
        if (Take(wanted.Singular, accepted.Singular, resources, "SingularConflict")) accepted = accepted with { Singular = wanted.Singular };
        var taken = wanted.ShortNames.Where(name => !accepted.ShortNames.Contains(name) && resources.Contains(name)).Select(name => $"{Quote(name)} is already in use").ToList();
        if (taken.Count == 0) accepted = accepted with { ShortNames = wanted.ShortNames };
        else condition = Refused(condition, "ShortNamesConflict", taken.Count == 1 ? taken[0] : $"[{string.Join(", ", taken)}]");
        if (Take(wanted.Kind, accepted.Kind, kinds, "KindConflict")) accepted = accepted with { Kind = wanted.Kind };
        if (Take(wanted.ListKind, accepted.ListKind, kinds, "ListKindConflict")) accepted = accepted with { ListKind = wanted.ListKind };
        return (accepted with { Categories = wanted.Categories }, condition);
    }

    private static string Quote(string text) => $"\"{text}\"";

    private static CustomResourceDefinitionCondition Refused(CustomResourceDefinitionCondition condition, string reason, string message) =>
        condition with { Status = ConditionStatus.False, Reason = reason, Message = message };

    // Groups of the community's own are not for everybody: whoever defines something in one says who agreed.
    private static CustomResourceDefinitionCondition? ApprovalOf(CustomResourceDefinition definition)
    {
        var group = definition.Spec.Group;
        var isProtected = group is "k8s.io" or "kubernetes.io" || group.EndsWith(".k8s.io", StringComparison.Ordinal) || group.EndsWith(".kubernetes.io", StringComparison.Ordinal);
        if (!isProtected) return null;
        var text = definition.Metadata.Annotations.GetValueOrDefault(Approval, "");
        const string Ask = $"protected groups must have approval annotation \"{Approval}\"";
        const string Page = "see https://github.com/kubernetes/enhancements/pull/1111";
        var (status, reason, message) = text switch
        {
            "" => (ConditionStatus.False, "MissingAnnotation", $"{Ask}, {Page}"),
            _ when text.StartsWith("unapproved", StringComparison.Ordinal) => (ConditionStatus.False, "UnapprovedAnnotation", $"not approved: {Quote(text)}"),
            _ when Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Host.Length > 0 => (ConditionStatus.True, "ApprovedAnnotation", $"approved in {text}"),
            _ => (ConditionStatus.False, "InvalidAnnotation", $"{Ask} with either a URL or a reason starting with \"unapproved\", {Page}"),
        };
        return new CustomResourceDefinitionCondition
        {
            Type = CustomResourceDefinitionConditionType.KubernetesAPIApprovalPolicyConformant, Status = status, Reason = reason, Message = message,
        };
    }
}
