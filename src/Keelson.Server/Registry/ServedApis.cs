using System.Text.RegularExpressions;

namespace Keelson.Server.Registry;

/// <summary>
/// Which versions and resources of the built-in API a server serves. From the start that is what is stable: betas and alphas are
/// served to those who ask for them, as upstream does.
/// </summary>
public sealed partial class ServedApis
{
    private const string Everything = "api/all";

    private static readonly (string Key, Func<string, bool> Matches)[] Stages =
    [
        (Everything, _ => true),
        ("api/ga", version => StableVersion().IsMatch(version)),
        ("api/beta", version => BetaVersion().IsMatch(version)),
        ("api/alpha", version => AlphaVersion().IsMatch(version)),
    ];

    private readonly Dictionary<(string Group, string Version), bool> _versions = [];
    private readonly Dictionary<(string Group, string Version, string Plural), bool> _resources = [];

    private ServedApis()
    {
        foreach (var version in Registrations.Versions) _versions[version] = StableVersion().IsMatch(version.Version);
    }

    /// <summary>What is served when nobody asks for more or less.</summary>
    public static ServedApis Default { get; } = new();

    /// <summary>
    /// Reads settings like "api/beta=true", "group/version=true" and "group/version/resource=false", several of them separated by
    /// commas. Whatever their order, the more specific one wins.
    /// </summary>
    /// <exception cref="ArgumentException">A setting is none, or names what there is not.</exception>
    public static ServedApis Parse(params IEnumerable<string> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var wanted = Split(settings);
        Check(wanted);
        var apis = new ServedApis();
        foreach (var (key, matches) in Stages)
        {
            if (!wanted.Remove(key, out var value)) continue;
            if (value is not ("true" or "false")) throw new ArgumentException($"invalid value {key}={value}");
            foreach (var version in Registrations.Versions.Where(version => matches(version.Version))) apis._versions[version] = value == "true";
        }

        foreach (var (key, value) in wanted)
        {
            var parts = key.Split('/');
            var isServed = ReadSwitch(key, value);
            if (parts.Length == 2) apis._versions[(parts[0], parts[1])] = isServed;
            else apis._resources[(parts[0], parts[1], parts[2])] = isServed;
        }

        return apis;
    }

    /// <summary>Whether a resource is served in a version.</summary>
    internal bool Includes(GroupVersionKind kind, string plural) =>
        _resources.TryGetValue((kind.Group, kind.Version, plural), out var isServed) ? isServed : _versions.GetValueOrDefault((kind.Group, kind.Version));

    private static SortedDictionary<string, string> Split(IEnumerable<string> settings)
    {
        var wanted = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var setting in settings.SelectMany(setting => setting.Split(',')))
        {
            if (setting.Length == 0) continue;
            var parts = setting.Split('=', 2);
            wanted[parts[0].Trim()] = parts.Length == 2 ? parts[1].Trim() : "";
        }

        return wanted;
    }

    private static void Check(SortedDictionary<string, string> wanted)
    {
        if (wanted.Count == 1 && wanted.GetValueOrDefault(Everything) == "false") throw new ArgumentException("invalid key with only api/all=false");
        var versions = wanted.Keys.Where(key => Stages.All(stage => stage.Key != key)).Select(key => (Key: key, Parts: key.Split('/'))).ToList();
        foreach (var (key, _) in versions.Where(version => version.Parts.Length is not (2 or 3))) throw new ArgumentException($"runtime-config invalid key {key}");
        var unknown = versions.Select(version => version.Parts[0]).Where(group => Registrations.Versions.All(version => version.Group != group)).ToList();
        if (unknown.Count > 0) throw new ArgumentException($"unknown api groups {string.Join(',', unknown)}");
        foreach (var (key, parts) in versions)
        {
            var version = parts[0].Length == 0 ? parts[1] : $"{parts[0]}/{parts[1]}";
            if (!Registrations.Versions.Contains((parts[0], parts[1]))) throw new ArgumentException($"group version {version} that has not been registered");
            ReadSwitch(key, wanted[key]);
            if (parts is [_, _, var plural] && !plural.All(letter => !char.IsUpper(letter)))
            {
                throw new ArgumentException($"invalid key {key}: group/version/resource and resource is always lowercase plural, not \"{plural}\"");
            }
        }
    }

    // What upstream's parser of truth values takes.
    private static bool ReadSwitch(string key, string value) => value switch
    {
        "" or "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => throw new ArgumentException($"invalid value of {key}: {value}, err: strconv.ParseBool: parsing \"{value}\": invalid syntax"),
    };

    [GeneratedRegex(@"^v\d+\z", RegexOptions.CultureInvariant)]
    private static partial Regex StableVersion();

    [GeneratedRegex(@"^v\d+beta\d+\z", RegexOptions.CultureInvariant)]
    private static partial Regex BetaVersion();

    [GeneratedRegex(@"^v\d+alpha\d+\z", RegexOptions.CultureInvariant)]
    private static partial Regex AlphaVersion();
}
