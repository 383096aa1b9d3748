using Keelson.Api.Schemas;

namespace Keelson.Api.Cel.Rules;

/// <summary>The rules of a schema and of what is below it; parts without rules are left out.</summary>
internal sealed class RuleTree
{
    /// <summary>How deep schemas with rules may nest, as all schemas.</summary>
    private const int MaximumDepth = Structural.StructuralSchema.MaximumDepth;

    private readonly ValueRules _fieldRules;
    private readonly bool _isRoot;
    private CompiledRule[]? _rules;

    private RuleTree(Schema schema, ValueRules fieldRules, bool isRoot)
    {
        Schema = schema;
        _fieldRules = fieldRules;
        _isRoot = isRoot;
    }

    public Schema Schema { get; }

    public IReadOnlyDictionary<string, RuleTree> Properties { get; private init; } = new Dictionary<string, RuleTree>();

    public RuleTree? Additional { get; private init; }

    public RuleTree? Items { get; private init; }

    /// <summary>The rules of the value itself, compiled when they are first asked for; two threads that both do lose only the work.</summary>
    public CompiledRule[] Rules => _rules ??= Compile(trim: true);

    /// <summary>The rules of the value's type and of the field that it is in.</summary>
    private IEnumerable<ExpressionRule> Sources =>
        ReferenceEquals(Schema.Rules, _fieldRules) ? Schema.Rules.Expressions : [.. Schema.Rules.Expressions, .. _fieldRules.Expressions];

    public static RuleTree? Of(Schema schema, bool isRoot = true) => Of(schema, schema.Rules, isRoot, 0);

    /// <summary>Compiles the rules without keeping them.</summary>
    /// <param name="trim">Whether what estimates need is dropped.</param>
    public CompiledRule[] Compile(bool trim)
    {
        if (!Sources.Any()) return [];
        var self = SchemaTypes.Of(Schema, _fieldRules, _isRoot, "selfType") ?? Checking.DeclaredType.Dyn;
        var rules = Sources.Select(source => CompiledRule.Compile(source, self, Schema)).ToArray();
        if (trim) Array.ForEach(rules, rule => rule.Trim());
        return rules;
    }

    /// <summary>The fewest characters that a value takes, which bounds how many there can be.</summary>
    public long LeastLength => SchemaTypes.Of(Schema, _fieldRules, _isRoot, "selfType")?.LeastLength ?? 0;

    /// <summary>How many elements the schema allows, as its children are that many; null where there is no bound.</summary>
    public long? MaximumElements => Schema.Type switch
    {
        SchemaType.Map => Schema.Rules.MaxProperties ?? _fieldRules.MaxProperties,
        SchemaType.List => Schema.Rules.MaxItems ?? _fieldRules.MaxItems,
        _ => 1,
    };

    private static RuleTree? Of(Schema schema, ValueRules fieldRules, bool isRoot, int depth)
    {
        if (depth > MaximumDepth) return null;
        Dictionary<string, RuleTree>? properties = null;
        foreach (var property in schema.Properties)
        {
            // The metadata that every object has brings no rules.
            if (isRoot && property.Name is "metadata" or "apiVersion" or "kind") continue;
            if (Of(property.Schema, property.Rules, false, depth + 1) is { } tree) (properties ??= new Dictionary<string, RuleTree>(StringComparer.Ordinal))[property.Name] = tree;
        }

        var additional = schema.AdditionalProperties is { } values ? Of(values, values.Rules, false, depth + 1) : null;
        var items = schema.Items is { } element ? Of(element, element.Rules, false, depth + 1) : null;
        if (properties is null && additional is null && items is null && schema.Rules.Expressions.Count == 0 && fieldRules.Expressions.Count == 0) return null;
        return new RuleTree(schema, fieldRules, isRoot) { Properties = properties ?? [], Additional = additional, Items = items };
    }
}
