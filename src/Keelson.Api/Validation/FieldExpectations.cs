using Keelson.Api.Meta.V1;
using Keelson.Api.Names;
using Keelson.Api.Values;

namespace Keelson.Api.Validation;

/// <summary>Checks that many kinds make of their fields, in upstream's words.</summary>
internal static class FieldExpectations
{
    public const string Negative = "must be greater than or equal to 0";
    public const string NotPositive = "must be greater than zero";
    public const string NotInteger = "must be an integer";
    public const string AbsolutePath = "must be an absolute path";

    private const string NotOperator = "not a valid selector operator";

    /// <summary>The text must be one of several; without any it is missing.</summary>
    public static void ExpectOneOf(this FieldErrors errors, string? field, string value, params ReadOnlySpan<string> known)
    {
        if (value.Length == 0) errors.Required(field);
        else errors.ExpectKnown(field, value, known);
    }

    /// <summary>The text must be one of several, and a missing one is none of them.</summary>
    public static void ExpectKnown(this FieldErrors errors, string? field, string value, params ReadOnlySpan<string> known)
    {
        if (!known.Contains(value)) errors.NotSupported(field, value, known);
    }

    public static void ExpectGiven(this FieldErrors errors, string? field, string value, string detail = "")
    {
        if (value.Length == 0) errors.Required(field, detail);
    }

    /// <summary>The value must be what it was.</summary>
    public static void ExpectSame<T>(this FieldErrors errors, string? field, T value, T old, Value shown, string detail = ObjectMetaValidation.ImmutableMessage)
    {
        if (!EqualityComparer<T>.Default.Equals(value, old)) errors.Invalid(field, shown, detail, "immutable");
    }

    public static void ExpectSame(this FieldErrors errors, string? field, string value, string old) => errors.ExpectSame(field, value, old, value);

    public static void ExpectSameObject<T>(this FieldErrors errors, string? field, T? value, T? old)
        where T : class, IApiType<T>
    {
        if (!EqualityComparer<T?>.Default.Equals(value, old)) errors.Invalid(field, Shown.Object(value), ObjectMetaValidation.ImmutableMessage, "immutable");
    }

    public static void ExpectNotNegative(this FieldErrors errors, string? field, long value)
    {
        if (value < 0) errors.Invalid(field, value, Negative, "minimum");
    }

    public static void ExpectPortNumber(this FieldErrors errors, string? field, long value)
    {
        foreach (var detail in FieldName.CheckPortNumber(value)) errors.Invalid(field, value, detail);
    }

    /// <summary>A port by its number or by its name.</summary>
    public static void ExpectPort(this FieldErrors errors, string? field, IntOrString port)
    {
        if (port.IsInt) errors.ExpectPortNumber(field, port.IntValue);
        else errors.Invalid(field, port.StringValue, FieldName.CheckPort(port.StringValue));
    }

    /// <summary>The bounds of a number, both within.</summary>
    public static void ExpectBetween(this FieldErrors errors, string? field, long value, long minimum, long maximum)
    {
        if (value < minimum || value > maximum) errors.Invalid(field, value, NameMessage.OutOfRange(minimum, maximum));
    }

    public static void ExpectLabelKey(this FieldErrors errors, string? field, string value) =>
        errors.Invalid(field, value, LabelName.CheckKey(value), "format=k8s-label-key");

    /// <summary>A name that can be part of a path; that it is there is checked too.</summary>
    public static void ExpectPathSegment(this FieldErrors errors, string? field, string value, string detail = "")
    {
        if (value.Length == 0) errors.Required(field, detail);
        else errors.Invalid(field, value, FieldName.CheckPathSegment(value));
    }

    public static void ExpectLabelSelector(this FieldErrors errors, string? field, LabelSelector? selector, bool anyValues = false)
    {
        if (selector is null) return;
        using var scope = field is null ? default : errors.In(field);
        ObjectMetaValidation.ValidateLabels("matchLabels", selector.MatchLabels, errors);
        for (var i = 0; i < selector.MatchExpressions.Count; i++)
        {
            using (errors.In("matchExpressions", i)) Expect(selector.MatchExpressions[i], anyValues, errors);
        }
    }

    /// <summary>Whether a selector that is stored is right; what was wrong before may stay so.</summary>
    public static bool IsValidSelector(LabelSelector? selector)
    {
        var errors = new FieldErrors(1);
        errors.ExpectLabelSelector("selector", selector);
        return errors.IsEmpty;
    }

    private static void Expect(LabelSelectorRequirement requirement, bool anyValues, FieldErrors errors)
    {
        switch (requirement.Operator)
        {
            case LabelSelectorOperator.In or LabelSelectorOperator.NotIn:
                if (requirement.Values.IsEmpty) errors.Required("values", "must be specified when `operator` is 'In' or 'NotIn'");
                break;
            case LabelSelectorOperator.Exists or LabelSelectorOperator.DoesNotExist:
                if (!requirement.Values.IsEmpty) errors.Forbidden("values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                break;
            default:
                errors.Invalid("operator", requirement.Operator, NotOperator);
                break;
        }

        errors.ExpectLabelKey("key", requirement.Key);
        for (var i = 0; i < requirement.Values.Count && !anyValues; i++)
        {
            using (errors.In("values", i)) errors.Invalid(null, requirement.Values[i], LabelName.CheckValue(requirement.Values[i]));
        }
    }
}
