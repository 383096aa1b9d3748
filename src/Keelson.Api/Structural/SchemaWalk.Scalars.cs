using Keelson.Api.Schemas;
using Keelson.Api.Structural.Formats;
using Keelson.Api.Structural.Patterns;
using Keelson.Api.Values;

namespace Keelson.Api.Structural;

/// <summary>Text, numbers and enumerations, and the messages of all checks.</summary>
internal sealed partial class SchemaWalk
{
    private string Path => _errors.Place.ToString(_root);

    private static string Show(double number) => GoNumber.FormatGeneral(number);

    private int Text(string text, ValueRules rules)
    {
        if (ReferenceEquals(rules, ValueRules.None)) return 1;
        if (rules.MaxLength is { } most && text.Length > most && Length(text) > most)
        {
            _failures++;
            if (_quiet == 0) _errors.TooLong(null, (int)Math.Clamp(most, 0, int.MaxValue), "maxLength");
        }
        else if (rules.MinLength is { } least && Length(text) < least)
        {
            Fail(text, $"should be at least {least} chars long");
        }
        else if (rules.Pattern is { } expression)
        {
            Matching(text, expression);
        }

        return 1;
    }

    /// <summary>Upstream counts characters, not the units that .NET has them in.</summary>
    private static int Length(string text)
    {
        var count = text.Length;
        for (var i = 1; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text[i - 1], text[i])) count--;
        }

        return count;
    }

    private void Matching(string text, string expression)
    {
        if (!Pattern.TryGet(expression, out var pattern, out var error))
        {
            Fail(text, $"should match '{expression}, but pattern is invalid: {error}'");
            return;
        }

        switch (pattern.Find(text))
        {
            case PatternResult.DoesNotMatch:
                Fail(text, $"should match '{expression}'");
                break;
            case PatternResult.TooCostly:
                _failures++;
                if (_quiet == 0) _errors.Internal(null, $"looking for '{expression}' was given up after {Pattern.MaximumSteps} steps");
                break;
        }
    }

    private int Formatted(string text, Schema schema, ValueRules outer)
    {
        var checks = 0;
        if (schema.Type is SchemaType.String or SchemaType.Any && schema.Format is { } format) checks += Formatted(text, format);
        if (schema.IsQuantity) checks += Formatted(text, "quantity");
        if (schema.Rules.Format is { } inner) checks += Formatted(text, inner);
        if (outer.Format is { } rule) checks += Formatted(text, rule);
        return checks;
    }

    private int Formatted(string text, string format)
    {
        if (!TextFormats.IsKnown(format)) return 0;
        if (!TextFormats.IsValid(format, text)) WrongType(format, text);
        return 1;
    }

    private void Number(Value value, ValueRules rules)
    {
        if (ReferenceEquals(rules, ValueRules.None)) return;
        if (rules.MultipleOf is { } factor && !IsMultiple(value, factor)) Fail(value, $"should be a multiple of {Show(factor)}");
        if (rules.Minimum is { } least)
        {
            var order = Compare(value, least);
            if (order < 0 || (order == 0 && rules.ExclusiveMinimum))
            {
                Fail(value, $"should be greater than {(rules.ExclusiveMinimum ? "" : "or equal to ")}{Bound(value, least)}");
            }
        }

        if (rules.Maximum is { } most)
        {
            var order = Compare(value, most);
            if (order > 0 || (order == 0 && rules.ExclusiveMaximum))
            {
                Fail(value, $"should be less than {(rules.ExclusiveMaximum ? "" : "or equal to ")}{Bound(value, most)}");
            }
        }
    }

    private static bool IsWhole(double number) => number == Math.Truncate(number) && Math.Abs(number) < 9.2e18;

    private static int Compare(Value value, double bound) => value switch
    {
        IntegerValue { Integer: var integer } => IsWhole(bound) ? integer.CompareTo((long)bound) : ((double)integer).CompareTo(bound),
        NumberValue { Number: var number } => number.CompareTo(bound),
        _ => 0,
    };

    /// <summary>A bound beside a whole number is printed as one, without an exponent however large it is.</summary>
    private static string Bound(Value value, double bound) =>
        value is IntegerValue && IsWhole(bound) ? ((long)bound).ToString(System.Globalization.CultureInfo.InvariantCulture) : Show(bound);

    private static bool IsMultiple(Value value, double factor)
    {
        if (factor <= 0) return true;
        if (value is IntegerValue { Integer: var integer } && IsWhole(factor)) return integer % (long)factor == 0;
        var number = value is IntegerValue whole ? whole.Integer : ((NumberValue)value).Number;
        var times = factor < 1 ? 1 / factor * number : number / factor;
        // A quotient that only rounding keeps from being whole counts as whole, as in upstream.
        var nearest = Math.Round(times);
        return Math.Abs(times - nearest) <= 1e-9 * Math.Max(1, Math.Abs(nearest));
    }

    private void Enumerated(Value value, ValueRules rules)
    {
        if (rules.EnumJson.Count == 0) return;
        var allowed = rules.EnumValues;
        for (var i = 0; i < allowed.Count; i++)
        {
            if (allowed[i].SemanticEquals(value)) return;
        }

        _failures++;
        if (_quiet > 0) return;
        var shown = allowed.Select(known => known is TextValue { Text: var text } ? text : ValueWriter.WriteText(known)).ToArray();
        _errors.NotSupported(null, value, shown);
    }

    private void WrongType(string expected, string actual)
    {
        _failures++;
        if (_quiet == 0) _errors.TypeInvalid(null, actual, $"{Path} in body must be of type {expected}: {Values.GoQuote.Quote(actual)}");
    }

    /// <summary>Tells that the value is wrong; the message begins with the path.</summary>
    private void Fail(Value value, string fault)
    {
        _failures++;
        if (_quiet == 0) _errors.Invalid(null, value, $"{Path} in body {fault}");
    }
}
