namespace Keelson.Api.Selectors;

/// <summary>How a requirement relates a label's value to its own.</summary>
public enum RequirementOperator
{
    Equals,
    DoubleEquals,
    NotEquals,
    In,
    NotIn,
    Exists,
    DoesNotExist,
    GreaterThan,
    LessThan,
}
