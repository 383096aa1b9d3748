using System.Globalization;
using Keelson.Api;
using Keelson.Api.Meta.V1;

namespace Keelson.Server.Admission.PodSecurity;

/// <summary>A level of security and the version of its rules: restricted:latest, baseline:v1.30.</summary>
/// <param name="Minor">The minor version; the largest number there is stands for the latest.</param>
internal readonly record struct PodLevel(string Level, int Minor)
{
    public const string Privileged = "privileged";
    public const string Baseline = "baseline";
    public const string Restricted = "restricted";
    public const int Latest = int.MaxValue;
    public const string LabelPrefix = "pod-security.kubernetes.io/";

    public static readonly PodLevel Open = new(Privileged, Latest);

    /// <summary>What a namespace's labels say about a mode: enforce, audit or warn. What they say wrongly is reported, and taken as the strictest.</summary>
    public static PodLevel Of(ApiMap<string> labels, string mode, List<StatusCause>? problems = null)
    {
        var (level, minor) = (Privileged, Latest);
        if (labels.TryGetValue(LabelPrefix + mode, out var named))
        {
            if (named is Privileged or Baseline or Restricted) level = named;
            else
            {
                level = Restricted;
                problems?.Add(Problem(mode, named, "must be one of privileged, baseline, restricted"));
            }
        }

        if (labels.TryGetValue($"{LabelPrefix}{mode}-version", out var version) && !TryVersion(version, out minor))
        {
            minor = Latest;
            problems?.Add(Problem($"{mode}-version", version, "must be \"latest\" or \"v1.x\""));
        }

        return new PodLevel(level, minor);
    }

    private static bool TryVersion(string text, out int minor)
    {
        minor = Latest;
        if (text == "latest") return true;
        return text.StartsWith("v1.", StringComparison.Ordinal) && int.TryParse(text.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out minor)
            && (minor == 0 || text[3] != '0');
    }

    private static StatusCause Problem(string label, string value, string why) => new()
    {
        Reason = CauseType.FieldValueInvalid,
        Field = $"metadata.labels[{LabelPrefix}{label}]",
        Message = $"Invalid value: \"{value}\": {why}",
    };

    public override string ToString() => Minor == Latest ? $"{Level}:latest" : string.Create(CultureInfo.InvariantCulture, $"{Level}:v1.{Minor}");
}
