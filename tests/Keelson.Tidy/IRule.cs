namespace Keelson.Tidy;

/// <summary>Something the repository keeps to, with samples that prove the rule can fail.</summary>
internal interface IRule
{
    /// <summary>The rule as a sentence.</summary>
    string Sentence { get; }

    IEnumerable<Finding> Check(SourceTree tree);

    /// <summary>Trees that break the rule, each exactly once.</summary>
    IEnumerable<SourceTree> Bad { get; }

    /// <summary>Trees close to the bad ones that keep it.</summary>
    IEnumerable<SourceTree> Good { get; }
}

/// <summary>One place that breaks a rule.</summary>
internal sealed record Finding(string Path, int Line, string Message)
{
    public override string ToString() => $"{Path}:{Line}: {Message}";
}
