using System.Globalization;

namespace Keelson.Node.Runtime.Simulated;

/// <summary>What a simulated container does, as its annotations or those of its pod declare it.</summary>
/// <remarks>
/// An annotation of the pod holds for all of its containers; with a dot and a container's name after it, for that one.
/// A duration is a number with ms, s, m or h.
/// </remarks>
public sealed record SimulatedBehavior
{
    /// <summary>After how long it ends by itself; never unless set.</summary>
    public const string ExitAfterKey = "keelson.dev/exit-after";

    /// <summary>With which code it ends by itself; 0 unless set.</summary>
    public const string ExitCodeKey = "keelson.dev/exit-code";

    /// <summary>"always", or how many of its attempts end with code 1 at once.</summary>
    public const string CrashKey = "keelson.dev/crash";

    /// <summary>How long it takes to start.</summary>
    public const string StartDelayKey = "keelson.dev/start-delay";

    /// <summary>How long it takes to end when asked to; at once unless set.</summary>
    public const string StopAfterKey = "keelson.dev/stop-after";

    /// <summary>"true", or for how long after its start it is not ready.</summary>
    public const string UnreadyKey = "keelson.dev/unready";

    /// <summary>After how long it fails its liveness probe.</summary>
    public const string UnhealthyAfterKey = "keelson.dev/unhealthy-after";

    /// <summary>What it writes to its log at the start.</summary>
    public const string LogKey = "keelson.dev/log";

    /// <summary>What a command that is run in it writes.</summary>
    public const string ExecStdoutKey = "keelson.dev/exec-stdout";

    public const string ExecStderrKey = "keelson.dev/exec-stderr";

    /// <summary>What a command that is run in it ends with; unless set, 0 while it is healthy and 1 while not.</summary>
    public const string ExecExitCodeKey = "keelson.dev/exec-exit-code";

    /// <summary>How long a pull for the pod takes.</summary>
    public const string PullDelayKey = "keelson.dev/pull-delay";

    /// <summary>What pulls for the pod fail with.</summary>
    public const string PullErrorKey = "keelson.dev/pull-error";

    private static readonly SimulatedBehavior Plain = new();

    public TimeSpan? ExitAfter { get; init; }

    public int ExitCode { get; init; }

    public TimeSpan? StartDelay { get; init; }

    public TimeSpan StopAfter { get; init; }

    /// <summary>How long it is not ready; the largest value for ever.</summary>
    public TimeSpan UnreadyFor { get; init; }

    public TimeSpan? UnhealthyAfter { get; init; }

    public string? Log { get; init; }

    public string ExecStdout { get; init; } = "";

    public string ExecStderr { get; init; } = "";

    public int? ExecExitCode { get; init; }

    /// <summary>Reads the declarations; nonsense is refused with <see cref="RuntimeError.InvalidRequest"/>.</summary>
    public static SimulatedBehavior Read(IReadOnlyDictionary<string, string> sandbox, IReadOnlyDictionary<string, string> container, string name, uint attempt)
    {
        // Most declare nothing and share one.
        if (!DeclaresAny(sandbox) && !DeclaresAny(container)) return Plain;
        var crashes = Find(CrashKey) switch
        {
            null => 0u,
            "always" => uint.MaxValue,
            var text => (uint)Number(CrashKey, text),
        };
        var behavior = new SimulatedBehavior
        {
            ExitAfter = Find(ExitAfterKey) is { } exit ? Duration(ExitAfterKey, exit) : null,
            ExitCode = Find(ExitCodeKey) is { } code ? Number(ExitCodeKey, code) : 0,
            StartDelay = Find(StartDelayKey) is { } start ? Duration(StartDelayKey, start) : null,
            StopAfter = Find(StopAfterKey) is { } stop ? Duration(StopAfterKey, stop) : TimeSpan.Zero,
            UnreadyFor = Find(UnreadyKey) switch { null or "false" => TimeSpan.Zero, "true" => TimeSpan.MaxValue, var unready => Duration(UnreadyKey, unready) },
            UnhealthyAfter = Find(UnhealthyAfterKey) is { } unhealthy ? Duration(UnhealthyAfterKey, unhealthy) : null,
            Log = Find(LogKey),
            ExecStdout = Find(ExecStdoutKey) ?? "",
            ExecStderr = Find(ExecStderrKey) ?? "",
            ExecExitCode = Find(ExecExitCodeKey) is { } exec ? Number(ExecExitCodeKey, exec) : null,
        };
        return attempt < crashes ? behavior with { ExitAfter = TimeSpan.Zero, ExitCode = 1 } : behavior;

        string? Find(string key) => container.TryGetValue(key, out var value) || sandbox.TryGetValue($"{key}.{name}", out value) || sandbox.TryGetValue(key, out value) ? value : null;
    }

    /// <summary>A duration such as 1.5s.</summary>
    internal static TimeSpan Duration(string key, string text)
    {
        var (unit, factor) = text switch
        {
            _ when text.EndsWith("ms", StringComparison.Ordinal) => (2, 0.001),
            _ when text.EndsWith('s') => (1, 1.0),
            _ when text.EndsWith('m') => (1, 60.0),
            _ when text.EndsWith('h') => (1, 3600.0),
            _ => (0, text == "0" ? 0.0 : double.NaN),
        };
        var plausible = double.TryParse(text.AsSpan(0, text.Length - unit), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number * factor is >= 0 and < 1e9;
        return plausible ? TimeSpan.FromSeconds(number * factor) : throw Nonsense(key, text, "a duration such as 1.5s");
    }

    private static bool DeclaresAny(IReadOnlyDictionary<string, string> annotations)
    {
        foreach (var (key, _) in annotations)
        {
            if (key.StartsWith("keelson.dev/", StringComparison.Ordinal)) return true;
        }

        return false;
    }

    private static int Number(string key, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Nonsense(key, text, "a number");

    private static RuntimeException Nonsense(string key, string text, string expected) =>
        new(RuntimeError.InvalidRequest, $"The annotation {key} is \"{text}\"; {expected} is expected.");
}
