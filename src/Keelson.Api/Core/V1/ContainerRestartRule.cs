namespace Keelson.Api.Core.V1;

/// <summary>One rule that decides about a restart after a container exits.</summary>
[ApiType]
public sealed partial record ContainerRestartRule
{
    /// <summary>What to do on a match: Restart this container, or RestartAllContainers to restart the whole pod in place.</summary>
    [Field(1), Required, KnownValues(typeof(ContainerRestartRuleAction))] public string Action { get; init; } = "";

    /// <summary>Exit codes that the rule matches; required.</summary>
    [Field(2)] public ContainerRestartRuleOnExitCodes? ExitCodes { get; init; }
}

/// <summary>The values of ContainerRestartRuleAction that are known.</summary>
public static class ContainerRestartRuleAction
{
    public const string Restart = "Restart";
    public const string RestartAllContainers = "RestartAllContainers";
}

/// <summary>Tests the exit code of a container against a set.</summary>
[ApiType]
public sealed partial record ContainerRestartRuleOnExitCodes
{
    /// <summary>In matches when the code is among values, NotIn when it is not.</summary>
    [Field(1), Required, KnownValues(typeof(ContainerRestartRuleOnExitCodesOperator))] public string Operator { get; init; } = "";

    /// <summary>Exit codes to compare with, at most 255 of them.</summary>
    [Field(2), ListSet] public ApiList<int> Values { get; init; }
}

/// <summary>The values of ContainerRestartRuleOnExitCodesOperator that are known.</summary>
public static class ContainerRestartRuleOnExitCodesOperator
{
    public const string In = "In";
    public const string NotIn = "NotIn";
}
