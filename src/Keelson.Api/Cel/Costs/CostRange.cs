namespace Keelson.Api.Cel.Costs;

/// <summary>The least and the most of a cost or a size; sums and products stop at the largest number.</summary>
public readonly record struct CostRange(ulong Least, ulong Most)
{
    public static CostRange None { get; } = new(0, 0);

    public static CostRange One { get; } = new(1, 1);

    /// <summary>Nothing is known.</summary>
    public static CostRange Unknown { get; } = new(0, ulong.MaxValue);

    public static CostRange Exactly(ulong number) => new(number, number);

    public static CostRange UpTo(long most) => new(0, (ulong)Math.Max(most, 0));

    public static CostRange operator +(CostRange left, CostRange right) => new(Sum(left.Least, right.Least), Sum(left.Most, right.Most));

    public static CostRange operator *(CostRange left, CostRange right) => new(Product(left.Least, right.Least), Product(left.Most, right.Most));

    /// <summary>Times a factor, rounded up.</summary>
    public CostRange Scaled(double factor) => new(Scale(Least, factor), Scale(Most, factor));

    public CostRange Union(CostRange other) => new(Math.Min(Least, other.Least), Math.Max(Most, other.Most));

    internal static ulong Sum(ulong left, ulong right) => ulong.MaxValue - left < right ? ulong.MaxValue : left + right;

    internal static ulong Product(ulong left, ulong right) => left != 0 && right > ulong.MaxValue / left ? ulong.MaxValue : left * right;

    private static ulong Scale(ulong number, double factor)
    {
        var scaled = Math.Ceiling(number * factor);
        return scaled >= 18446744073709551615.0 ? ulong.MaxValue : (ulong)scaled;
    }
}
