using Keelson.Api.Validation;

namespace Keelson.Api.Resources.V1;

/// <summary>How much of a capacity one may ask for; the place is the policy.</summary>
internal static class RequestPolicyRules
{
    private const int MaximumOptions = 10;
    private const string OnePolicy = "exactly one policy can be specified, cannot specify \"validValues\" and \"validRange\" at the same time";

    public static void Validate(CapacityRequestPolicy policy, Quantity most, FieldErrors errors)
    {
        if (!policy.ValidValues.IsEmpty && policy.ValidRange is not null) errors.Forbidden(null, OnePolicy);
        else if (!policy.ValidValues.IsEmpty)
        {
            if (policy.Default is not { } first) errors.Required("default", "required when validValues is defined");
            else ValidateOptions(policy.ValidValues, first, most, errors);
        }
        else if (policy.ValidRange is { } range)
        {
            if (policy.Default is not { } first) errors.Required("default", "required when validRange is defined");
            else using (errors.In("validRange")) ValidateRange(range, first, most, errors);
        }
    }

    private static void ValidateOptions(ApiList<Quantity> options, Quantity first, Quantity most, FieldErrors errors)
    {
        for (var i = 1; i < options.Count; i++)
        {
            if (options[i - 1] <= options[i]) continue;
            using (errors.In("validValues", i)) errors.Invalid(null, options[i].ToString(), "values must be sorted in ascending order");
        }

        if (options.Count > MaximumOptions)
        {
            errors.TooMany("validValues", options.Count, MaximumOptions, "maxItems");
        }
        else
        {
            for (var i = 0; i < options.Count; i++)
            {
                using var scope = errors.In("validValues", i);
                if (options[i] > most) errors.Invalid(null, options[i].ToString(), $"option is larger than capacity value: {most}");
                if (options.FindIndex(other => other.CompareTo(options[i]) == 0) < i) errors.Duplicate(null, options[i].Value().ToString(System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        if (options.FindIndex(option => option.CompareTo(first) == 0) < 0) errors.Invalid("validValues", first.ToString(), "default value is not valid according to the requestPolicy");
    }

    private static void ValidateRange(CapacityRequestPolicyRange range, Quantity first, Quantity most, FieldErrors errors)
    {
        if (range.Min is not { } least)
        {
            errors.Required("min", "required when validRange is defined");
            return;
        }

        if (least > most) errors.Invalid("min", least.ToString(), $"min is larger than capacity value: {most}");
        if (first < least) errors.Invalid("default", first.ToString(), $"default is less than min: {least}");
        if (range.Max is { } upper)
        {
            if (least > upper) errors.Invalid("max", least.ToString(), $"min is larger than max: {upper}");
            if (upper > most) errors.Invalid("max", upper.ToString(), $"max is larger than capacity value: {most}");
            if (first > upper) errors.Invalid("default", first.ToString(), $"default is more than max: {upper}");
        }

        if (range.Step is not { } step) return;
        if (step.Sign <= 0)
        {
            errors.Invalid("step", step.ToString(), FieldExpectations.NotPositive);
            return;
        }

        if (least + step > most) errors.Invalid("step", step.ToString(), $"one step {least + step} is larger than capacity value: {most}");
        ExpectStep(first, least, step, errors);
        if (range.Max is { } last) ExpectStep(last, least, step, errors);
    }

    private static void ExpectStep(Quantity value, Quantity least, Quantity step, FieldErrors errors)
    {
        // What does not fit a number is refused as such, and never divided by.
        if (!value.TryGetLong(out var whole) || !least.TryGetLong(out var from) || !step.TryGetLong(out var by) || by <= 0 || ((Int128)whole - from) % by != 0)
        {
            errors.Invalid("step", value.ToString(), $"value is not a multiple of a given step ({step}) from ({least})");
        }
    }
}
