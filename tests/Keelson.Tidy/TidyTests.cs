namespace Keelson.Tidy;

/// <summary>The rules that people forget, kept by a test.</summary>
public sealed class TidyTests
{
    private static readonly Dictionary<string, IRule> Rules = typeof(TidyTests).Assembly.GetTypes()
        .Where(type => type.IsClass && type.IsAssignableTo(typeof(IRule)))
        .Select(type => (IRule)Activator.CreateInstance(type)!)
        .ToDictionary(rule => rule.Sentence);

    public static TheoryData<string> Sentences => [.. Rules.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Sentences))]
    public void In_this_repository(string rule)
    {
        var findings = Rules[rule].Check(SourceTree.Repository).ToList();
        if (findings.Count > 0) Assert.Fail($"{rule}\n{string.Join('\n', findings)}");
    }

    [Theory]
    [MemberData(nameof(Sentences))]
    public void Every_bad_sample_is_found(string rule)
    {
        var samples = Rules[rule].Bad.ToList();
        Assert.NotEmpty(samples);
        foreach (var sample in samples)
        {
            var findings = Rules[rule].Check(sample).ToList();
            if (findings.Count != 1) Assert.Fail($"{findings.Count} findings in:\n{Show(sample)}\n{string.Join('\n', findings)}");
            Assert.True(findings[0].Line > 0);
        }
    }

    [Theory]
    [MemberData(nameof(Sentences))]
    public void No_good_sample_is_refused(string rule)
    {
        foreach (var sample in Rules[rule].Good)
        {
            var findings = Rules[rule].Check(sample).ToList();
            if (findings.Count > 0) Assert.Fail($"{string.Join('\n', findings)}\nin:\n{Show(sample)}");
        }
    }

    [Fact]
    public void Files_that_grow_long_are_named_early()
    {
        var tree = SourceTree.Repository;
        foreach (var path in tree.Named(".cs"))
        {
            var lines = tree.Lines(path).Count();
            if (lines > 400) TestContext.Current.AddWarning($"{path} has {lines} lines; past {Tidy.Rules.FileLength.Limit} the build fails.");
        }

        Assert.NotEmpty(tree.Named(".cs", "src"));
    }

    private static string Show(SourceTree sample) =>
        string.Join('\n', sample.Files.Select(file => $"--- {file.Key}\n{file.Value}"));
}
