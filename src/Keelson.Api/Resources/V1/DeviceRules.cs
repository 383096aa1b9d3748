using Keelson.Api.Core.V1;
using Keelson.Api.Names;
using Keelson.Api.Validation;
using Keelson.Api.Values;

namespace Keelson.Api.Resources.V1;

/// <summary>What claims, templates of claims and classes of devices have in common, short of compiling their expressions.</summary>
internal static class DeviceRules
{
    private const int MaximumItems = 32;
    private const int MaximumAlternatives = 8;
    private const int MaximumBindingConditions = 4;
    private const int MaximumExpressionBytes = 10 * 1024;
    private const int MaximumParameterBytes = 10 * 1024;
    private const string All = "All";
    private const string ExactCount = "ExactCount";
    private const string NotRequest = "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";
    private const string OneAttribute = "exactly one of \"matchAttribute\" or \"distinctAttribute\" is required, but multiple fields are set";

    public static ResourceClaimSpec WithDefaults(ResourceClaimSpec spec)
    {
        var requests = spec.Devices.Requests;
        for (var i = 0; i < requests.Count; i++)
        {
            var request = requests[i];
            var alternatives = request.FirstAvailable;
            for (var a = 0; a < alternatives.Count; a++)
            {
                var (mode, count) = Counted(alternatives[a].AllocationMode, alternatives[a].Count);
                alternatives = alternatives.With(a, alternatives[a] with { AllocationMode = mode, Count = count, Tolerations = WithDefaults(alternatives[a].Tolerations) });
            }

            var exactly = request.Exactly;
            if (exactly is not null)
            {
                var (mode, count) = Counted(exactly.AllocationMode, exactly.Count);
                exactly = exactly with { AllocationMode = mode, Count = count, Tolerations = WithDefaults(exactly.Tolerations) };
            }

            requests = requests.With(i, request with { Exactly = exactly, FirstAvailable = alternatives });
        }

        return spec with { Devices = spec.Devices with { Requests = requests } };
    }

    /// <summary>The place of the errors is the spec.</summary>
    public static void Validate(ResourceClaimSpec spec, FieldErrors errors)
    {
        using var scope = errors.In("devices");
        var devices = spec.Devices;
        var known = NamesOf(spec);
        ExpectAtMost("requests", devices.Requests.Count, MaximumItems, errors);
        ValidateNames("requests", devices.Requests.Select(request => request.Name).ToApiList(), errors);
        for (var i = 0; i < devices.Requests.Count; i++)
        {
            using (errors.In("requests", i)) Validate(devices.Requests[i], errors);
        }

        ExpectAtMost("constraints", devices.Constraints.Count, MaximumItems, errors);
        for (var i = 0; i < devices.Constraints.Count; i++)
        {
            var constraint = devices.Constraints[i];
            using var inner = errors.In("constraints", i);
            ValidateReferences(constraint.Requests, known, errors);
            if (constraint.MatchAttribute is { } match) ExpectQualified("matchAttribute", match, errors);
            else if (constraint.DistinctAttribute is { } distinct) ExpectQualified("distinctAttribute", distinct, errors);
            else errors.Required(null, OneAttribute);
        }

        ExpectAtMost("config", devices.Config.Count, MaximumItems, errors);
        for (var i = 0; i < devices.Config.Count; i++)
        {
            using var inner = errors.In("config", i);
            ValidateReferences(devices.Config[i].Requests, known, errors);
            Validate(devices.Config[i].DeviceConfiguration, errors);
        }
    }

    public static void Validate(ApiList<DeviceSelector> selectors, FieldErrors errors)
    {
        ExpectAtMost("selectors", selectors.Count, MaximumItems, errors);
        for (var i = 0; i < selectors.Count; i++)
        {
            using var scope = errors.In("selectors", i);
            if (selectors[i].Cel is not { } cel) errors.Required("cel");
            else if (NameMessage.IsLonger(cel.Expression, MaximumExpressionBytes)) errors.TooLong("cel.expression", MaximumExpressionBytes);
            else errors.ExpectGiven("cel.expression", cel.Expression);
        }
    }

    public static void Validate(DeviceConfiguration configuration, FieldErrors errors)
    {
        if (configuration.Opaque is not { } opaque)
        {
            errors.Required("opaque");
            return;
        }

        using var scope = errors.In("opaque");
        PersistentVolumeSource.ExpectDriver("driver", opaque.Driver, errors);
        if (opaque.Parameters.Length == 0) errors.Required("parameters");
        else if (opaque.Parameters.Length > MaximumParameterBytes) errors.TooLong("parameters", MaximumParameterBytes);
        else if (opaque.Parameters.Span.TrimStart(" \t\r\n"u8) is not [(byte)'{', ..]) errors.Invalid("parameters", "<value omitted>", "must be a valid JSON object");
    }

    public static void ExpectAtMost(string field, int count, int limit, FieldErrors errors)
    {
        if (count > limit) errors.TooMany(field, count, limit, "maxItems");
    }

    /// <summary>Names in a list are labels, each another one.</summary>
    public static void ValidateNames(string field, ApiList<string> names, FieldErrors errors)
    {
        for (var i = 0; i < names.Count; i++)
        {
            using var scope = errors.In(field, i);
            if (names[i].Length == 0) errors.Required("name");
            else errors.Invalid("name", names[i], DnsName.CheckLabel(names[i]));
            if (names.IndexOf(names[i]) < i) errors.Duplicate(null, names[i]);
        }
    }

    /// <summary>The name of a pool: subdomains with slashes between.</summary>
    public static void ExpectPoolName(string field, string name, FieldErrors errors)
    {
        if (name.Length == 0)
        {
            errors.Required(field);
            return;
        }

        if (NameMessage.IsLonger(name, DnsName.MaximumSubdomainLength)) errors.TooLong(field, DnsName.MaximumSubdomainLength);
        foreach (var part in name.Split('/')) errors.Invalid(field, part, DnsName.CheckSubdomain(part));
    }

    /// <summary>A taint; the effect that it had before may stay, whatever it is.</summary>
    public static void ValidateTaint(string key, string value, string effect, string? oldEffect, FieldErrors errors)
    {
        errors.ExpectLabelKey("key", key);
        if (value.Length > 0) errors.Invalid("value", value, LabelName.CheckValue(value));
        if (effect != oldEffect) errors.ExpectOneOf("effect", effect, DeviceTaintEffect.NoExecute, DeviceTaintEffect.NoSchedule, DeviceTaintEffect.None);
    }

    /// <summary>What is true or false of a device before and after it is bound; the place is what has both lists.</summary>
    public static void ValidateBinding(ApiList<string> conditions, ApiList<string> failures, FieldErrors errors)
    {
        foreach (var (field, names) in ((string, ApiList<string>)[])[("bindingConditions", conditions), ("bindingFailureConditions", failures)])
        {
            ExpectAtMost(field, names.Count, MaximumBindingConditions, errors);
            for (var i = 0; i < names.Count && names.Count <= MaximumBindingConditions; i++)
            {
                using var scope = errors.In(field, i);
                errors.ExpectLabelKey(null, names[i]);
                if (names.IndexOf(names[i]) < i) errors.Duplicate(null, names[i]);
                if (field != "bindingConditions" && conditions.Contains(names[i])) errors.Invalid(null, names[i], "bindingFailureConditions must not overlap with bindingConditions");
            }
        }

        if (conditions.IsEmpty && !failures.IsEmpty) errors.Invalid("bindingConditions", Shown.Texts(conditions), "bindingConditions are required to use bindingFailureConditions");
        if (failures.IsEmpty && !conditions.IsEmpty) errors.Invalid("bindingFailureConditions", Shown.Texts(failures), "bindingFailureConditions are required to use bindingConditions");
    }

    public static void Validate(ApiList<DeviceToleration> tolerations, FieldErrors errors)
    {
        for (var i = 0; i < tolerations.Count; i++)
        {
            using (errors.In("tolerations", i)) Validate(tolerations[i], errors);
        }
    }

    /// <summary>The names by which requests, and the alternatives in them, can be called.</summary>
    public static HashSet<string> NamesOf(ResourceClaimSpec spec) =>
        spec.Devices.Requests.SelectMany(request => request.FirstAvailable.Select(sub => $"{request.Name}/{sub.Name}").Prepend(request.Name)).ToHashSet(StringComparer.Ordinal);

    private static (string Mode, long Count) Counted(string mode, long count)
    {
        mode = mode.Length == 0 ? ExactCount : mode;
        return (mode, mode == ExactCount && count == 0 ? 1 : count);
    }

    private static ApiList<DeviceToleration> WithDefaults(ApiList<DeviceToleration> tolerations)
    {
        for (var i = 0; i < tolerations.Count; i++)
        {
            if (tolerations[i].Operator.Length == 0) tolerations = tolerations.With(i, tolerations[i] with { Operator = DeviceTolerationOperator.Equal });
        }

        return tolerations;
    }

    private static void Validate(DeviceRequest request, FieldErrors errors)
    {
        const string One = "exactly one of `exactly` or `firstAvailable` is required";
        if (request.Exactly is null && request.FirstAvailable.IsEmpty) errors.Required(null, One);
        else if (request.Exactly is not null && !request.FirstAvailable.IsEmpty) errors.Invalid(null, Value.Null, $"{One}, but multiple fields are set");
        else if (request.Exactly is { } exactly)
        {
            using var scope = errors.In("exactly");
            Validate(exactly.DeviceClassName, exactly.Selectors, exactly.AllocationMode, exactly.Count, exactly.Tolerations, errors);
        }
        else
        {
            ExpectAtMost("firstAvailable", request.FirstAvailable.Count, MaximumAlternatives, errors);
            ValidateNames("firstAvailable", request.FirstAvailable.Select(sub => sub.Name).ToApiList(), errors);
            for (var i = 0; i < request.FirstAvailable.Count; i++)
            {
                var sub = request.FirstAvailable[i];
                using (errors.In("firstAvailable", i)) Validate(sub.DeviceClassName, sub.Selectors, sub.AllocationMode, sub.Count, sub.Tolerations, errors);
            }
        }
    }

    private static void Validate(string className, ApiList<DeviceSelector> selectors, string mode, long count, ApiList<DeviceToleration> tolerations, FieldErrors errors)
    {
        if (className.Length == 0) errors.Required("deviceClassName");
        else errors.Invalid("deviceClassName", className, DnsName.CheckSubdomain(className));
        Validate(selectors, errors);
        if (mode == All && count != 0) errors.Invalid("count", count, "must not be specified when allocationMode is 'All'");
        else if (mode == ExactCount && count <= 0) errors.Invalid("count", count, FieldExpectations.NotPositive);
        else errors.ExpectKnown("allocationMode", mode, All, ExactCount);
        Validate(tolerations, errors);
    }

    private static void Validate(DeviceToleration toleration, FieldErrors errors)
    {
        if (toleration.Key.Length > 0) errors.ExpectLabelKey("key", toleration.Key);
        switch (toleration.Operator)
        {
            case DeviceTolerationOperator.Exists:
                if (toleration.Value.Length > 0) errors.Invalid("value", toleration.Value, "must be empty for operator `Exists`");
                break;
            case DeviceTolerationOperator.Equal:
                errors.Invalid("value", toleration.Value, LabelName.CheckValue(toleration.Value));
                break;
            default:
                errors.ExpectOneOf("operator", toleration.Operator, DeviceTolerationOperator.Equal, DeviceTolerationOperator.Exists);
                break;
        }

        if (toleration.Effect.Length > 0)
        {
            errors.ExpectKnown("effect", toleration.Effect, DeviceTaintEffect.NoExecute, DeviceTaintEffect.NoSchedule, DeviceTaintEffect.None);
        }
    }

    public static void ValidateReferences(ApiList<string> names, HashSet<string> known, FieldErrors errors)
    {
        ExpectAtMost("requests", names.Count, MaximumItems, errors);
        for (var i = 0; i < names.Count; i++)
        {
            using var scope = errors.In("requests", i);
            ExpectRequest(null, names[i], known, errors);
            if (names.IndexOf(names[i]) < i) errors.Duplicate(null, names[i]);
        }
    }

    public static void ExpectRequest(string? field, string name, HashSet<string> known, FieldErrors errors)
    {
        var parts = name.Split('/');
        for (var p = 0; p < parts.Length && parts.Length <= 2; p++) errors.Invalid(field, parts[p], DnsName.CheckLabel(parts[p]));
        if (!known.Contains(name)) errors.Invalid(field, name, NotRequest);
    }

    private static void ExpectQualified(string field, string name, FieldErrors errors)
    {
        DeviceContentRules.ExpectQualifiedName(field, name, errors);
        if (!name.Contains('/', StringComparison.Ordinal)) errors.Invalid(field, name, "a fully qualified name must be a domain and a name separated by a slash");
    }
}
