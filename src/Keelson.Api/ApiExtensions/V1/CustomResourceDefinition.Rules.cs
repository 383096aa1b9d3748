using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.ApiExtensions.V1;

public sealed partial record CustomResourceDefinition : IHasRules
{
    private const string Approval = "api-approved.kubernetes.io";
    private const string ApprovalPage = "https://github.com/kubernetes/enhancements/pull/1111";

    public void Validate(FieldErrors errors)
    {
        var required = $"{Spec.Names.Plural}.{Spec.Group}";
        if (Metadata.Name.Length > 0 && Metadata.Name != required)
        {
            errors.Invalid("metadata.name", Metadata.Name, "must be spec.names.plural+\".\"+spec.group");
        }

        Validate(null, errors);
    }

    public void ValidateUpdate(IResource old, FieldErrors errors) => Validate((CustomResourceDefinition)old, errors);

    public void ValidateStatusUpdate(IResource old, FieldErrors errors) => ValidateStatus(errors);

    private void Validate(CustomResourceDefinition? old, FieldErrors errors)
    {
        using (errors.In("spec"))
        {
            ValidateGroup(errors);
            errors.ExpectOneOf("scope", Spec.Scope, ResourceScope.Cluster, ResourceScope.Namespaced);
            CustomResourceVersionRules.Validate(Spec, old?.Spec, errors);
            ValidateNames(errors);
            CustomResourceVersionRules.ValidateHoisted(Spec, old?.Spec, errors);
            ValidateConversion(old, errors);
            if (old is not null) ValidateChange(old, errors);
        }

        ValidateStatus(errors);
        ValidateStoredVersions(errors);
        ValidateApproval(old, errors);
        if (Spec.PreserveUnknownFields && old?.Spec.PreserveUnknownFields is not true)
        {
            errors.Invalid("spec.preserveUnknownFields", true,
                "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead");
        }
    }

    private void ValidateGroup(FieldErrors errors)
    {
        var wrong = DnsName.CheckSubdomain(Spec.Group);
        if (Spec.Group.Length == 0) errors.Required("group");
        else if (!wrong.IsEmpty) errors.Invalid("group", Spec.Group, string.Join(",", wrong));
        else if (!Spec.Group.Contains('.', StringComparison.Ordinal)) errors.Invalid("group", Spec.Group, "should be a domain with at least one dot");
    }

    private void ValidateNames(FieldErrors errors)
    {
        using var scope = errors.In("names");
        errors.ExpectGiven("plural", Spec.Names.Plural);
        errors.ExpectGiven("singular", Spec.Names.Singular);
        errors.ExpectGiven("kind", Spec.Names.Kind);
        errors.ExpectGiven("listKind", Spec.Names.ListKind);
        ExpectNames(Spec.Names, errors);
    }

    private static void ExpectNames(CustomResourceDefinitionNames names, FieldErrors errors)
    {
        const string MixedCase = "may have mixed case, but should otherwise match: ";
        ExpectLabel("plural", names.Plural, names.Plural, "", errors);
        ExpectLabel("singular", names.Singular, names.Singular, "", errors);
        ExpectLabel("kind", names.Kind, names.Kind.ToLowerInvariant(), MixedCase, errors);
        ExpectLabel("listKind", names.ListKind, names.ListKind.ToLowerInvariant(), MixedCase, errors);
        for (var i = 0; i < names.ShortNames.Count; i++)
        {
            using (errors.In("shortNames", i)) ExpectEntry(names.ShortNames[i], errors);
        }

        if (names.Kind.Length > 0 && names.Kind == names.ListKind) errors.Invalid("listKind", names.ListKind, "kind and listKind may not be the same");
        for (var i = 0; i < names.Categories.Count; i++)
        {
            using (errors.In("categories", i)) ExpectEntry(names.Categories[i], errors);
        }
    }

    private static void ExpectLabel(string field, string name, string label, string head, FieldErrors errors)
    {
        var wrong = name.Length == 0 ? default : DnsName.CheckLabel1035(label);
        if (!wrong.IsEmpty) errors.Invalid(field, name, head + string.Join(",", wrong));
    }

    private static void ExpectEntry(string name, FieldErrors errors)
    {
        var wrong = DnsName.CheckLabel1035(name);
        if (!wrong.IsEmpty) errors.Invalid(null, name, string.Join(",", wrong));
    }

    private void ValidateConversion(CustomResourceDefinition? old, FieldErrors errors)
    {
        if (Spec.Conversion is not { } conversion) return;
        using var scope = errors.In("conversion");
        var isWebhook = conversion.Strategy == ConversionStrategyType.Webhook;
        if (Spec.PreserveUnknownFields && conversion.Strategy != ConversionStrategyType.None)
        {
            errors.Invalid("strategy", conversion.Strategy, "must be None if spec.preserveUnknownFields is true");
        }

        errors.ExpectOneOf("strategy", conversion.Strategy, ConversionStrategyType.None, ConversionStrategyType.Webhook);
        // The fields go by the names that they had in the first version.
        var (client, versions) = (conversion.Webhook?.ClientConfig, conversion.Webhook?.ConversionReviewVersions ?? default);
        if (!isWebhook)
        {
            const string NotUsed = "should not be set when strategy is not set to Webhook";
            if (client is not null) errors.Forbidden("webhookClientConfig", NotUsed);
            if (!versions.IsEmpty) errors.Forbidden("conversionReviewVersions", NotUsed);
            return;
        }

        if (client is null) errors.Required("webhookClientConfig", "required when strategy is set to Webhook");
        else if (client.Url is null == client.Service is null) errors.Required("webhookClientConfig", "exactly one of url or service is required");
        else
        {
            using var inner = errors.In("webhookClientConfig");
            if (client.Url is not null) errors.ExpectWebhookUrl("url", client.Url);
            else if (client.Service is { } service) errors.ExpectWebhookService("service", service.Namespace, service.Name, service.Path, service.Port ?? 0);
        }

        if (client?.CaBundle is { Length: > 0 } bundle && !MayHaveAnyBundle(old) && PemAuthorities.Check(bundle) is { } wrong)
        {
            using (errors.In("webhookClientConfig")) errors.Invalid("caBundle", bundle.ToBase64(), wrong);
        }

        var before = old?.Spec.Conversion?.Webhook?.ConversionReviewVersions ?? default;
        ValidateReviewVersions(versions, before.IsEmpty || before.Contains("v1") || before.Contains("v1beta1"), errors);
    }

    /// <summary>A wrong bundle hurts no one before the definition is established, and what was wrong then may stay.</summary>
    private static bool MayHaveAnyBundle(CustomResourceDefinition? old)
    {
        if (old?.Status.Conditions.Any(condition => condition is { Type: "Established", Status: "True" }) is not true) return true;
        return old.Spec.Conversion?.Webhook?.ClientConfig?.CaBundle is { Length: > 0 } before && PemAuthorities.Check(before) is not null;
    }

    private static void ValidateReviewVersions(ApiList<string> versions, bool needsKnown, FieldErrors errors)
    {
        if (versions.IsEmpty)
        {
            errors.Required("conversionReviewVersions");
            return;
        }

        for (var i = 0; i < versions.Count; i++)
        {
            using var scope = errors.In("conversionReviewVersions", i);
            if (versions.IndexOf(versions[i]) < i) errors.Invalid(null, versions[i], "duplicate version");
            else errors.Invalid(null, versions[i], DnsName.CheckLabel1035(versions[i]));
        }

        if (needsKnown && !versions.Contains("v1") && !versions.Contains("v1beta1"))
        {
            errors.Invalid("conversionReviewVersions", Shown.Texts(versions), "must include at least one of v1, v1beta1");
        }
    }

    private void ValidateChange(CustomResourceDefinition old, FieldErrors errors)
    {
        if (old.Status.Conditions.Any(condition => condition is { Type: "Established", Status: "True" }))
        {
            errors.ExpectSame("scope", Spec.Scope, old.Spec.Scope);
            errors.ExpectSame("names.kind", Spec.Names.Kind, old.Spec.Names.Kind);
        }

        errors.ExpectSame("group", Spec.Group, old.Spec.Group);
        errors.ExpectSame("names.plural", Spec.Names.Plural, old.Spec.Names.Plural);
    }

    private void ValidateStatus(FieldErrors errors)
    {
        using (errors.In(FieldPath.Of("status", "acceptedNames"))) ExpectNames(Status.AcceptedNames, errors);
    }

    private void ValidateStoredVersions(FieldErrors errors)
    {
        var stored = Status.StoredVersions;
        using var scope = errors.In("status");
        if (stored.IsEmpty)
        {
            errors.Invalid("storedVersions", Shown.Texts(stored), "must have at least one stored version");
            return;
        }

        foreach (var version in Spec.Versions)
        {
            if (version.Storage && !stored.Contains(version.Name)) errors.Invalid("storedVersions", Shown.Texts(stored), $"must have the storage version {version.Name}");
        }

        for (var i = 0; i < stored.Count; i++)
        {
            var name = stored[i];
            if (Spec.Versions.Any(version => version.Name == name)) continue;
            using (errors.In("storedVersions", i))
            {
                errors.Invalid(null, name,
                    $"missing from spec.versions; {name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in {name} and removes {name} from status.storedVersions");
            }
        }
    }

    private void ValidateApproval(CustomResourceDefinition? old, FieldErrors errors)
    {
        if (!IsCommunity(Spec.Group)) return;
        var (isGiven, isFine) = ReadApproval(this);
        // What had none before may go without.
        if (isFine || (old is not null && ReadApproval(old) == (isGiven, false))) return;
        using var scope = errors.In("metadata");
        using var inner = errors.In("annotations", Approval);
        if (!isGiven) errors.Required(null, $"protected groups must have approval annotation \"{Approval}\", see {ApprovalPage}");
        else
        {
            errors.Invalid(null, Metadata.Annotations[Approval],
                $"protected groups must have approval annotation \"{Approval}\" with either a URL or a reason starting with \"unapproved\", see {ApprovalPage}");
        }
    }

    private static (bool IsGiven, bool IsFine) ReadApproval(CustomResourceDefinition definition)
    {
        var text = definition.Metadata.Annotations.GetValueOrDefault(Approval, "");
        var isUrl = Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Host.Length > 0;
        return (text.Length > 0, isUrl || text.StartsWith("unapproved", StringComparison.Ordinal));
    }

    private static bool IsCommunity(string group) => group is "k8s.io" or "kubernetes.io"
        || group.EndsWith(".k8s.io", StringComparison.Ordinal) || group.EndsWith(".kubernetes.io", StringComparison.Ordinal);
}
