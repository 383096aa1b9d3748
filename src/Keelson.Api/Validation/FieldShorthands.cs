using Keelson.Api.Json;
using Keelson.Api.Names;
using Keelson.Api.Values;

namespace Keelson.Api.Validation;

/// <summary>The checks that the rules of many kinds begin with, under upstream's words.</summary>
internal static class FieldShorthands
{
    public const string NegativeMessage = "must be greater than or equal to 0";
    public const string NotPositiveMessage = "must be greater than zero";

    public static void NonNegative(this FieldErrors errors, string field, long? value)
    {
        if (value < 0) errors.Invalid(field, value.Value, NegativeMessage, "minimum");
    }

    /// <summary>The text must be there.</summary>
    public static bool Present(this FieldErrors errors, string field, string text, string detail = "")
    {
        if (text.Length > 0) return true;
        errors.Required(field, detail);
        return false;
    }

    /// <summary>The text must be there and a label of DNS.</summary>
    public static void PresentLabel(this FieldErrors errors, string field, string text)
    {
        if (errors.Present(field, text)) errors.Label(field, text);
    }

    public static void Label(this FieldErrors errors, string? field, string text) =>
        errors.Invalid(field, text, DnsName.CheckLabel(text), "format=k8s-short-name");

    public static void Subdomain(this FieldErrors errors, string? field, string text) =>
        errors.Invalid(field, text, DnsName.CheckSubdomain(text));

    public static void QualifiedName(this FieldErrors errors, string? field, string text) =>
        errors.Invalid(field, text, LabelName.CheckKey(text), "format=k8s-label-key");

    /// <summary>The field must hold one of the values that are known, listed in the order that messages list them.</summary>
    public static bool OneOf(this FieldErrors errors, string? field, string value, params ReadOnlySpan<string> known)
    {
        if (known.Contains(value)) return true;
        errors.NotSupported(field, value, known);
        return false;
    }

    /// <summary>The field must be given, and hold one of the values that are known.</summary>
    public static bool PresentOneOf(this FieldErrors errors, string? field, string value, params ReadOnlySpan<string> known)
    {
        if (value.Length > 0) return errors.OneOf(field, value, known);
        errors.Required(field);
        return false;
    }

    /// <summary>The field may not change once the object is there.</summary>
    public static void Immutable<T>(this FieldErrors errors, string? field, T value, T old, Func<T, Value> show)
    {
        if (!EqualityComparer<T>.Default.Equals(value, old)) errors.Invalid(field, show(value), ObjectMetaValidation.ImmutableMessage, "immutable");
    }

    public static void Port(this FieldErrors errors, string? field, IntOrString port)
    {
        if (port.IsInt)
        {
            foreach (var message in FieldName.CheckPortNumber(port.IntValue)) errors.Invalid(field, port.IntValue, message);
        }
        else
        {
            errors.Invalid(field, port.StringValue, FieldName.CheckPort(port.StringValue));
        }
    }

    /// <summary>A count or a percentage that is not negative.</summary>
    public static void CountOrPercent(this FieldErrors errors, string field, IntOrString value)
    {
        if (value.IsString) errors.Invalid(field, value.StringValue, FieldName.CheckPercent(value.StringValue));
        else errors.NonNegative(field, value.IntValue);
    }

    public static void AtMostAll(this FieldErrors errors, string field, IntOrString value)
    {
        if (value.PercentOrNull() > 100) errors.Invalid(field, value.StringValue, "must not be greater than 100%");
    }

    /// <summary>The number before the percent sign, when the value is a valid percentage.</summary>
    public static long? PercentOrNull(this IntOrString value)
    {
        if (value.IsInt || !FieldName.CheckPercent(value.StringValue).IsEmpty) return null;
        return long.TryParse(value.StringValue.AsSpan(0, value.StringValue.Length - 1), out var percent) ? percent : long.MaxValue;
    }

    /// <summary>The number, of either form; zero for what is neither.</summary>
    public static long CountOrPercentValue(this IntOrString value) => value.IsInt ? value.IntValue : value.PercentOrNull() ?? 0;

    public static Value AsValue(this IntOrString value) => value.IsInt ? value.IntValue : value.StringValue;

    public static Value AsValue(this string? text) => text is null ? Value.Null : text;

    public static Value AsValue(this int? number) => number is { } given ? given : Value.Null;

    public static Value AsValue(this long? number) => number is { } given ? given : Value.Null;

    public static Value AsValue(this ApiList<string> texts) => ListValue.From(texts.Select(text => (Value)text));

    public static Value AsValue(this ApiMap<string> map) =>
        MapValue.From(map.Select(entry => new KeyValuePair<string, Value>(entry.Key, entry.Value)));

    /// <summary>An object as messages show it.</summary>
    public static Value AsValue<T>(this T? value)
        where T : class, IApiType<T>
    {
        if (value is null) return Value.Null;
        using var writer = new JsonWriter();
        value.WriteJson(writer);
        return ValueReader.Read(writer.Written);
    }
}
