using Keelson.Api.Values;
using Keelson.Api.Yaml;

namespace Keelson.Server.Audit;

/// <summary>Reads a policy from a document of the kind Policy in audit.k8s.io/v1, and refuses what upstream refuses.</summary>
public static class AuditPolicyReader
{
    private const string Version = "audit.k8s.io/v1";

    private static readonly string[] PolicyFields = ["apiVersion", "kind", "metadata", "rules", "omitStages", "omitManagedFields"];

    private static readonly string[] RuleFields =
        ["level", "users", "userGroups", "verbs", "resources", "namespaces", "nonResourceURLs", "omitStages", "omitManagedFields"];

    private static readonly string[] ResourceFields = ["group", "resources", "resourceNames"];

    /// <summary>The policy in YAML or JSON.</summary>
    /// <exception cref="FormatException">It is none, and where it is wrong.</exception>
    public static AuditPolicy Read(ReadOnlySpan<byte> text)
    {
        var duplicates = new List<string>();
        if (YamlReader.Read(text, null, duplicates) is not MapValue root) throw new FormatException("the audit policy is no object");
        if (duplicates.Count > 0) throw new FormatException($"the audit policy is ambiguous: {duplicates[0]}");
        var (version, kind) = (root["apiVersion"]?.AsText(), root["kind"]?.AsText());
        if (version != Version || kind != "Policy") throw new FormatException($"unknown audit policy {version}, Kind={kind}: {Version}, Kind=Policy is expected");
        Known(root, PolicyFields, "");
        var omitted = Stages(root, "");
        var omitsManagedFields = Flag(root, "omitManagedFields", "") ?? false;
        var rules = Maps(root, "rules", "").Select((rule, index) => Rule(rule, $"rules[{index}]", omitted, omitsManagedFields)).ToList();
        return rules.Count > 0 ? new AuditPolicy { Rules = rules } : throw new FormatException("loaded illegal policy with 0 rules");
    }

    private static AuditRule Rule(MapValue rule, string path, IReadOnlySet<AuditStage> omitted, bool omitsManagedFields)
    {
        Known(rule, RuleFields, path);
        var level = rule["level"]?.AsText() ?? "";
        if (level.Length == 0) throw new FormatException($"{path}.level: Required value");
        if (!Enum.TryParse<AuditLevel>(level, out var known) || !Enum.IsDefined(known) || char.IsDigit(level[0]))
        {
            throw new FormatException($"{path}.level: Unsupported value: \"{level}\": supported values: \"Metadata\", \"None\", \"Request\", \"RequestResponse\"");
        }

        var resources = Maps(rule, "resources", path).Select((entry, index) => Resources(entry, $"{path}.resources[{index}]")).ToList();
        var namespaces = Texts(rule, "namespaces", path);
        var paths = Texts(rule, "nonResourceURLs", path);
        if (paths.Count > 0 && (resources.Count > 0 || namespaces.Count > 0))
        {
            throw new FormatException($"{path}.nonResourceURLs: Invalid value: rules cannot apply to both regular resources and non-resource URLs");
        }

        for (var i = 0; i < paths.Count; i++) CheckPath(paths[i], $"{path}.nonResourceURLs[{i}]");
        return new AuditRule
        {
            Terms = new AuditTerms(known, omitted.Concat(Stages(rule, path)).ToHashSet(), Flag(rule, "omitManagedFields", path) ?? omitsManagedFields),
            Users = Texts(rule, "users", path),
            UserGroups = Texts(rule, "userGroups", path),
            Verbs = Texts(rule, "verbs", path),
            Resources = resources,
            Namespaces = namespaces,
            Paths = paths,
        };
    }

    private static AuditedResources Resources(MapValue entry, string path)
    {
        Known(entry, ResourceFields, path);
        var group = entry["group"]?.AsText() ?? "";
        if (group.Contains('/', StringComparison.Ordinal)) throw new FormatException($"{path}.group: Invalid value: \"{group}\": the group must not have a version");
        var (resources, names) = (Texts(entry, "resources", path), Texts(entry, "resourceNames", path));
        if (names.Count > 0 && resources.Count == 0) throw new FormatException($"{path}.resourceNames: Invalid value: using resourceNames requires at least one resource");
        return new AuditedResources(group, resources, names);
    }

    private static void CheckPath(string value, string path)
    {
        if (value == "*") return;
        if (!value.StartsWith('/')) throw new FormatException($"{path}: Invalid value: \"{value}\": non-resource URL rules must begin with a '/' character");
        if (value[..^1].Contains('*', StringComparison.Ordinal)) throw new FormatException($"{path}: Invalid value: \"{value}\": non-resource URL wildcards '*' must be the final character of the rule");
    }

    private static HashSet<AuditStage> Stages(MapValue of, string path)
    {
        var stages = new HashSet<AuditStage>();
        foreach (var text in Texts(of, "omitStages", path))
        {
            if (!Enum.TryParse<AuditStage>(text, out var stage) || !Enum.IsDefined(stage) || char.IsDigit(text[0]))
            {
                throw new FormatException($"{Join(path, "omitStages")}: Unsupported value: \"{text}\": supported values: \"Panic\", \"RequestReceived\", \"ResponseComplete\", \"ResponseStarted\"");
            }

            stages.Add(stage);
        }

        return stages;
    }

    private static void Known(MapValue of, string[] fields, string path)
    {
        foreach (var field in of.Keys)
        {
            if (!fields.Contains(field)) throw new FormatException($"unknown field \"{Join(path, field)}\" in the audit policy");
        }
    }

    private static IEnumerable<MapValue> Maps(MapValue of, string field, string path) =>
        List(of, field, path).Select(item => item as MapValue ?? throw new FormatException($"{Join(path, field)}: an object is expected"));

    private static List<string> Texts(MapValue of, string field, string path) =>
        [.. List(of, field, path).Select(item => item.AsText() ?? throw new FormatException($"{Join(path, field)}: a string is expected"))];

    private static ListValue List(MapValue of, string field, string path) => of[field] switch
    {
        null or NullValue => ListValue.Empty,
        ListValue list => list,
        _ => throw new FormatException($"{Join(path, field)}: a list is expected"),
    };

    private static bool? Flag(MapValue of, string field, string path) => of[field] switch
    {
        null or NullValue => null,
        BoolValue flag => flag.Bool,
        _ => throw new FormatException($"{Join(path, field)}: true or false is expected"),
    };

    private static string Join(string path, string field) => path.Length == 0 ? field : $"{path}.{field}";
}
