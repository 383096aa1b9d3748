using Keelson.Api.Cel.Checking;
using Keelson.Api.Cel.Costs;
using Keelson.Api.Cel.Objects;
using Keelson.Api.Cel.Running;
using Keelson.Api.Cel.Syntax;

namespace Keelson.Api.Cel;

/// <summary>An expression that has been checked and can be evaluated, by any number of threads.</summary>
public sealed class CelProgram
{
    /// <summary>What one evaluation may cost unless another limit is given; as upstream.</summary>
    public const long PerCallLimit = 1_000_000;

    private readonly CelNode _root;
    private CelEnvironment? _environment;

    private CelProgram(string text, CelNode root, CelEnvironment environment, IReadOnlySet<string> variables)
    {
        Text = text;
        _root = root;
        _environment = environment;
        ResultType = root.Type;
        Variables = variables;
    }

    public string Text { get; }

    /// <summary>The type of the expression's value.</summary>
    public CelType ResultType { get; private set; }

    /// <summary>The variables of the environment that the expression reads.</summary>
    public IReadOnlySet<string> Variables { get; }

    /// <summary>Parses and checks an expression.</summary>
    /// <param name="error">What is wrong and where, in upstream's words.</param>
    public static CelProgram? Compile(CelEnvironment environment, string text, out string error)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(text);
        var issues = new List<CelIssue>();
        error = "";
        var root = CelParser.Parse(text, issues);
        if (root is not null)
        {
            var used = CelChecker.Check(root, environment, issues);
            LiteralCheck.Check(root, issues);
            if (issues.Count == 0) return new CelProgram(text, root, environment, used);
        }

        error = new CelSource(text).Show(issues);
        return null;
    }

    /// <summary>The value of the expression; a <see cref="CelError"/> when it has none.</summary>
    /// <param name="limit">What the evaluation may cost.</param>
    /// <exception cref="CelBudgetException">It costs more.</exception>
    public CelResult Evaluate(CelBindings bindings, long limit = PerCallLimit, CancellationToken cancel = default)
    {
        var run = new CelRun(bindings, limit, cancel);
        try
        {
            var value = new CelEvaluator(run).Evaluate(_root, null);
            return new CelResult(value, run.Cost);
        }
        catch (InsufficientExecutionStackException)
        {
            return new CelResult(new CelError("the value is nested too deeply"), run.Cost);
        }
    }

    /// <summary>The least and the most that an evaluation can cost, by what is declared of the variables.</summary>
    /// <exception cref="InvalidOperationException">The program was <see cref="Trim">trimmed</see>.</exception>
    public CostRange EstimateCost() => new CostEstimator(_environment ?? throw new InvalidOperationException("the types of the program are gone")).Cost(_root);

    /// <summary>Forgets what only estimates need, so that what is kept of a program is small.</summary>
    public void Trim()
    {
        _environment = null;
        if (ResultType.Kind == CelKind.Object) ResultType = CelType.Dyn;
        Forget(_root);
    }

    private static void Forget(CelNode node)
    {
        node.Type = CelType.Dyn;
        foreach (var child in node.Children) Forget(child);
    }
}

/// <summary>What came of an evaluation, and what it cost.</summary>
public readonly record struct CelResult(object Value, long Cost);
