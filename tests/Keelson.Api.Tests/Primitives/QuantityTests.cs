using System.Globalization;
using System.Numerics;

namespace Keelson.Api.Tests.Primitives;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("0", "0", QuantityFormat.DecimalSI)]
    [InlineData("0n", "0", QuantityFormat.DecimalSI)]
    [InlineData("0Ki", "0", QuantityFormat.BinarySI)]
    [InlineData("0T", "0", QuantityFormat.DecimalSI)]
    [InlineData("1", "1", QuantityFormat.DecimalSI)]
    [InlineData("8Ki", "8Ki", QuantityFormat.BinarySI)]
    [InlineData("3Ei", "3Ei", QuantityFormat.BinarySI)]
    [InlineData("100Ti", "100Ti", QuantityFormat.BinarySI)]
    [InlineData("5n", "5n", QuantityFormat.DecimalSI)]
    [InlineData("4u", "4u", QuantityFormat.DecimalSI)]
    [InlineData("1000m", "1", QuantityFormat.DecimalSI)]
    [InlineData("1000M", "1G", QuantityFormat.DecimalSI)]
    [InlineData("0.001T", "1G", QuantityFormat.DecimalSI)]
    [InlineData("1.01E", "1010P", QuantityFormat.DecimalSI)]
    [InlineData("0.5", "500m", QuantityFormat.DecimalSI)]
    [InlineData("0.0005k", "500m", QuantityFormat.DecimalSI)]
    [InlineData("0.50000", "500m", QuantityFormat.DecimalSI)]
    [InlineData("1.08", "1080m", QuantityFormat.DecimalSI)]
    [InlineData("1080000000n", "1080m", QuantityFormat.DecimalSI)]
    [InlineData("100.035k", "100035", QuantityFormat.DecimalSI)]
    [InlineData("10.035M", "10035k", QuantityFormat.DecimalSI)]
    [InlineData("1.2345", "1234500u", QuantityFormat.DecimalSI)]
    [InlineData("1024Mi", "1Gi", QuantityFormat.BinarySI)]
    [InlineData("1.5Gi", "1536Mi", QuantityFormat.BinarySI)]
    [InlineData("307200Ki", "300Mi", QuantityFormat.BinarySI)]
    [InlineData("0.5Mi", "512Ki", QuantityFormat.BinarySI)]
    [InlineData("0.05Gi", "53687091200m", QuantityFormat.BinarySI)]
    [InlineData("100.035Ki", "102435840m", QuantityFormat.BinarySI)]
    [InlineData("0.1Ki", "102400m", QuantityFormat.BinarySI)]
    [InlineData(".001Ki", "1024m", QuantityFormat.BinarySI)]
    [InlineData(".000001Ki", "1024u", QuantityFormat.DecimalSI)]
    [InlineData(".000000000001Ki", "2n", QuantityFormat.DecimalSI)]
    [InlineData("1e3", "1e3", QuantityFormat.DecimalExponent)]
    [InlineData("1E6", "1e6", QuantityFormat.DecimalExponent)]
    [InlineData("1e14", "100e12", QuantityFormat.DecimalExponent)]
    [InlineData("1.3E+6", "1300e3", QuantityFormat.DecimalExponent)]
    [InlineData("0.5e-1", "50e-3", QuantityFormat.DecimalExponent)]
    [InlineData(".001e12", "1e9", QuantityFormat.DecimalExponent)]
    [InlineData("1000e-12", "1e-9", QuantityFormat.DecimalExponent)]
    [InlineData("00", "0", QuantityFormat.DecimalSI)]
    [InlineData("3.001n", "4n", QuantityFormat.DecimalSI)]
    [InlineData("1.1E-9", "2e-9", QuantityFormat.DecimalExponent)]
    [InlineData("0.0000000005", "1n", QuantityFormat.DecimalSI)]
    [InlineData("0.00000012345", "124n", QuantityFormat.DecimalSI)]
    [InlineData(".484785E-7466", "1e-9", QuantityFormat.DecimalExponent)]
    [InlineData("1e-2147483647", "1e-9", QuantityFormat.DecimalExponent)]
    [InlineData("9Ei", "9223372036854775807", QuantityFormat.BinarySI)]
    [InlineData("9223372036854775807Ki", "9223372036854775807", QuantityFormat.BinarySI)]
    [InlineData("12E", "12E", QuantityFormat.DecimalSI)]
    [InlineData("1000E", "1e21", QuantityFormat.DecimalSI)]
    [InlineData("18446744073709551616", "18446744073709551616", QuantityFormat.DecimalSI)]
    [InlineData("999999999999999999.1", "999999999999999999100m", QuantityFormat.DecimalSI)]
    [InlineData("9999999999999999999", "9999999999999999999", QuantityFormat.DecimalSI)]
    [InlineData("1.0000000000000000001E", "1000000000000000000100m", QuantityFormat.DecimalSI)]
    [InlineData("10000000000000000000000m", "10E", QuantityFormat.DecimalSI)]
    [InlineData("9223372036854775807000m", "9223372036854775807", QuantityFormat.DecimalSI)]
    [InlineData(".", "0", QuantityFormat.DecimalSI)]
    [InlineData("1.", "1", QuantityFormat.DecimalSI)]
    [InlineData("1.G", "1G", QuantityFormat.DecimalSI)]
    [InlineData(".0001k", "100m", QuantityFormat.DecimalSI)]
    public void A_quantity_has_its_canonical_form_with_either_sign(string text, string canonical, QuantityFormat format)
    {
        foreach (var (sign, expectedSign) in new[] { ("", ""), ("+", ""), ("-", canonical == "0" ? "" : "-") })
        {
            var quantity = Quantity.Parse(sign + text);
            Assert.Equal(expectedSign + canonical, quantity.ToCanonicalString());
            Assert.Equal(format, quantity.Format);
            Assert.Equal(sign + text, quantity.Text);
        }
    }

    [Theory]
    [InlineData("100.035k")]
    [InlineData("1.500")]
    [InlineData("0100")]
    [InlineData("1E3")]
    [InlineData("+9Ki")]
    [InlineData("1025Mi")]
    [InlineData("80m")]
    public void Text_that_looks_canonical_to_upstream_is_written_as_it_was(string text) =>
        Assert.Equal(text, Quantity.Parse(text).ToString());

    [Theory]
    [InlineData("1.0E", "1E")]
    [InlineData("1024Mi", "1Gi")]
    [InlineData("+8Ki", "8Ki")]
    [InlineData("1000", "1k")]
    [InlineData("999999999999999999.0", "999999999999999999")]
    public void Other_text_is_written_in_canonical_form(string text, string written) =>
        Assert.Equal(written, Quantity.Parse(text).ToString());

    [Theory]
    [InlineData("", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")]
    [InlineData("1.1.M", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")]
    [InlineData("1+1.0M", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")]
    [InlineData("aoeu", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")]
    [InlineData(" 1", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")]
    [InlineData("1 ", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")]
    [InlineData("0.1am", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")]
    [InlineData("0.1mi", "unable to parse quantity's suffix")]
    [InlineData(".5i", "unable to parse quantity's suffix")]
    [InlineData("-3.01i", "unable to parse quantity's suffix")]
    [InlineData("-3.01e-", "unable to parse quantity's suffix")]
    [InlineData("1e4294967297", "unable to parse quantity's suffix")]
    [InlineData("1e1001", "unable to parse quantity's suffix")]
    [InlineData("1k5", "unable to parse quantity's suffix")]
    [InlineData(".Ei", "unable to parse numeric part of quantity")]
    [InlineData(".e-20", "unable to parse numeric part of quantity")]
    public void Text_that_is_not_a_quantity_is_refused_in_upstream_words(string text, string message)
    {
        Assert.False(Quantity.TryParse(text, out var value, out var error));
        Assert.Equal(message, error);
        Assert.Equal(default, value);
        Assert.Throws<FormatException>(() => Quantity.Parse(text));
    }

    [Fact]
    public void Text_beyond_the_limit_is_refused()
    {
        Assert.True(Quantity.TryParse(new string('9', Quantity.MaximumLength), out _, out _));
        Assert.False(Quantity.TryParse(new string('9', Quantity.MaximumLength + 1), out _, out _));
    }

    [Theory]
    [InlineData("-.484785E-7466", -1, -1)]
    [InlineData(".484785E-1", 1, 49)]
    [InlineData("-0.0005", -1, -1)]
    [InlineData("-1500m", -2, -1500)]
    [InlineData("1500m", 2, 1500)]
    [InlineData("-9.5000000001Gi", -10200547329, -10200547328108)]
    [InlineData("9.5000000001Gi", 10200547329, 10200547328108)]
    [InlineData("0", 0, 0)]
    [InlineData("1e30", long.MaxValue, long.MaxValue)]
    [InlineData("-1e30", long.MinValue, long.MinValue)]
    [InlineData("9223372036854775807", long.MaxValue, long.MaxValue)]
    public void Values_round_away_from_zero_and_stop_at_the_bounds(string text, long value, long milli)
    {
        Assert.Equal(value, Quantity.Parse(text).Value());
        Assert.Equal(milli, Quantity.Parse(text).MilliValue());
    }

    [Theory]
    [InlineData(Quantity.Nano, Quantity.Milli, 1)]
    [InlineData(Quantity.Micro, Quantity.Nano, 1000)]
    [InlineData(0, Quantity.Nano, 1_000_000_000)]
    [InlineData(Quantity.Milli, 0, 1)]
    [InlineData(2, -2, 10_000)]
    public void A_value_is_told_in_the_scale_asked_for(int from, int to, long expected) =>
        Assert.Equal(expected, Quantity.FromScaled(1, from).ScaledValue(to));

    [Theory]
    [InlineData("9.01", -2, "9010m", true)]
    [InlineData("9.01", -1, "9100m", false)]
    [InlineData("9.01", 1, "10", false)]
    [InlineData("-9.01", 2, "-100", false)]
    public void Rounding_up_goes_away_from_zero_and_says_whether_it_was_exact(string text, int scale, string expected, bool exact)
    {
        Assert.Equal(expected, Quantity.Parse(text).RoundUp(scale, out var wasExact).ToString());
        Assert.Equal(exact, wasExact);
    }

    [Theory]
    [InlineData("100m", "50m", 1)]
    [InlineData("10000T", "100Gi", 1)]
    [InlineData("1Gi", "1073741824", 0)]
    [InlineData("1e1000", "999999999999999999999E", 1)]
    [InlineData("-1e1000", "1n", -1)]
    [InlineData("0", "-0.000", 0)]
    [InlineData("1000000000000000001e-17", "1e1", 1)]
    public void Amounts_are_ordered_however_they_are_written(string left, string right, int order)
    {
        var (a, b) = (Quantity.Parse(left), Quantity.Parse(right));
        Assert.Equal(order, Math.Sign(a.CompareTo(b)));
        Assert.Equal(-order, Math.Sign(b.CompareTo(a)));
        Assert.Equal(order == 0, a == b);
        Assert.Equal(order == 0, a.GetHashCode() == b.GetHashCode());
        Assert.Equal((order < 0, order <= 0, order > 0, order >= 0), (a < b, a <= b, a > b, a >= b));
        Assert.Equal(order >= 0 ? a : b, Quantity.Max(a, b));
        Assert.Equal(order <= 0 ? a : b, Quantity.Min(a, b));
    }

    [Fact]
    public void Sums_keep_the_suffixes_of_the_first_amount_that_is_not_zero()
    {
        Assert.Equal("1Gi", (Quantity.Parse("0") + Quantity.Parse("1Gi")).ToString());
        Assert.Equal("1Gi", (Quantity.Parse("1Gi") + Quantity.Parse("0")).ToString());
        Assert.Equal("-1Gi", (default(Quantity) - Quantity.Parse("1Gi")).ToString());
        Assert.Equal("2Ki", (Quantity.Parse("1Ki") + Quantity.Parse("1024")).ToString());
        Assert.Equal("1100m", (Quantity.Parse("1") + Quantity.Parse("0.1")).ToString());
        Assert.Equal("0", (Quantity.Parse("1Gi") - Quantity.Parse("1Gi")).ToString());
    }

    [Fact]
    public void Amounts_grow_past_64_bits_exactly()
    {
        Assert.Equal("9223372036854775808", (-Quantity.FromLong(long.MinValue)).ToString());
        Assert.Equal("9223372036854775808m", (default(Quantity) - Quantity.FromMilli(long.MinValue)).WithFormat(QuantityFormat.DecimalSI).ToString());
        Assert.Equal("9223372036854775809", (Quantity.FromLong(1) - Quantity.FromLong(long.MinValue)).ToString());
        Assert.Equal("1180591620717411303424", (Quantity.Parse("1Ei") * 1024).ToString());
        Assert.Equal(Quantity.Parse("1e1000") + Quantity.Parse("1n") - Quantity.Parse("1e1000"), Quantity.Parse("1n"));
        Assert.False((Quantity.FromLong(long.MaxValue) * 2).TryGetLong(out _));
    }

    [Theory]
    [InlineData(5, QuantityFormat.BinarySI, "5")]
    [InlineData(1025, QuantityFormat.BinarySI, "1025")]
    [InlineData(-2048, QuantityFormat.BinarySI, "-2Ki")]
    [InlineData(2000, QuantityFormat.BinarySI, "2000")]
    [InlineData(1001L * 1024 * 1024 * 1024, QuantityFormat.BinarySI, "1001Gi")]
    [InlineData(1_000_000, QuantityFormat.DecimalExponent, "1e6")]
    [InlineData(1_234_000, QuantityFormat.DecimalSI, "1234k")]
    public void A_whole_number_is_written_in_the_format_asked_for(long value, QuantityFormat format, string expected)
    {
        var quantity = Quantity.FromLong(value, format);
        Assert.Equal(expected, quantity.ToString());
        Assert.True(quantity.TryGetLong(out var back));
        Assert.Equal(value, back);
    }

    [Fact]
    public void Amounts_without_a_suffix_of_their_own_use_exponents()
    {
        Assert.Equal("10e69", Quantity.FromScaled(1, 70, QuantityFormat.BinarySI).ToString());
        Assert.Equal("100e-12", Quantity.FromScaled(1, -10).ToString());
        Assert.Equal("1048576m", Quantity.FromMilli(1024 * 1024, QuantityFormat.BinarySI).ToString());
        Assert.Equal("1e3", Quantity.FromMilli(1_000_000, QuantityFormat.DecimalExponent).ToString());
    }

    [Fact]
    public void The_default_is_zero()
    {
        Quantity quantity = default;
        Assert.True(quantity.IsZero);
        Assert.Equal(("0", "0", 0L, 0L, 0d), (quantity.ToString(), quantity.Text, quantity.Value(), quantity.MilliValue(), quantity.ToDouble()));
        Assert.Equal(Quantity.Parse("0Gi"), quantity);
        Assert.Equal(0.1, Quantity.Parse("100m").ToDouble());
        Assert.Equal(double.PositiveInfinity, Quantity.Parse("1e999").ToDouble());
    }

    [Fact]
    public void Arithmetic_agrees_with_exact_fractions()
    {
        Property.Check<(Quantity Left, BigInteger LeftNano, Quantity Right, BigInteger RightNano, int Factor)>(
            random =>
            {
                var (left, leftNano) = Draw(random);
                var (right, rightNano) = Draw(random);
                return (left, leftNano, right, rightNano, random.Next(-1000, 1000));
            },
            sample =>
            {
                Assert.Equal(sample.LeftNano.CompareTo(sample.RightNano), sample.Left.CompareTo(sample.Right));
                Assert.Equal(sample.LeftNano + sample.RightNano, NanoOf(sample.Left + sample.Right));
                Assert.Equal(sample.LeftNano * sample.Factor, NanoOf(sample.Left * sample.Factor));
                Assert.Equal(sample.Left, sample.Left + sample.Right - sample.Right);
                Assert.Equal(sample.Left, -(-sample.Left));
                var sum = sample.Left + sample.Right;
                if (sum.Format != QuantityFormat.BinarySI || sum.CompareTo(long.MaxValue) <= 0 && sum.CompareTo(-long.MaxValue) >= 0)
                {
                    Assert.Equal(sum, Quantity.Parse(sum.ToString()));
                    Assert.Equal(sum, Quantity.Parse(sum.ToCanonicalString()));
                    Assert.Equal(sum.ToCanonicalString(), Quantity.Parse(sum.ToCanonicalString()).ToString());
                }
            });
    }

    [Fact]
    public void Random_text_is_a_quantity_or_an_error() =>
        Property.CheckText("0123456789.+-eEinumkKMGTP x", 24, text =>
        {
            if (!Quantity.TryParse(text, out var quantity, out var error))
            {
                Assert.NotEmpty(error);
                return;
            }
            Assert.Equal(quantity, Quantity.Parse(quantity.ToCanonicalString()));
            Assert.Equal(text, quantity.Text);
        });

    private static (Quantity Quantity, BigInteger Nano) Draw(Random random)
    {
        var mantissa = random.NextInt64() >> random.Next(64);
        if (random.Next(2) == 0) mantissa = -mantissa;
        if (random.Next(4) == 0)
        {
            var bytes = mantissa >> 20;
            return (Quantity.FromBytes(bytes), bytes * BigInteger.Pow(10, 9));
        }
        var scale = random.Next(-9, 12);
        return (Quantity.FromScaled(mantissa, scale), mantissa * BigInteger.Pow(10, scale + 9));
    }

    private static BigInteger NanoOf(Quantity quantity)
    {
        var text = quantity.WithFormat(QuantityFormat.DecimalExponent).ToCanonicalString();
        var parts = text.Split('e');
        var exponent = parts.Length == 1 ? 0 : int.Parse(parts[1], CultureInfo.InvariantCulture);
        return BigInteger.Parse(parts[0], CultureInfo.InvariantCulture) * BigInteger.Pow(10, exponent + 9);
    }
}
