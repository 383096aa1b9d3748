using System.Text.Json;

namespace Keelson.Cluster;

/// <summary>How far the process of a cluster is.</summary>
internal enum ClusterPhase
{
    Starting,
    Ready,
    Stopping,
    Stopped,
    Failed,
}

/// <summary>What the process of a cluster tells of itself, for those who started it and those who ask later.</summary>
internal sealed record ClusterState
{
    public ClusterPhase Phase { get; init; }

    public int ProcessId { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public string? Address { get; init; }

    /// <summary>What it has done to become ready, in order.</summary>
    public IReadOnlyList<string> Steps { get; init; } = [];

    /// <summary>Why it failed.</summary>
    public string? Failure { get; init; }

    /// <summary>The state in a folder, or null where there is none.</summary>
    public static ClusterState? Read(ClusterFolder folder)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(folder.State), ClusterJson.Default.ClusterState);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    public void Write(ClusterFolder folder) => WholeFile.Write(folder.State, JsonSerializer.SerializeToUtf8Bytes(this, ClusterJson.Default.ClusterState));
}

/// <summary>Keeps the state of a cluster's process written down as it goes on.</summary>
/// <param name="tell">Hears of every change, and of the step that it is.</param>
internal sealed class ClusterProgress(ClusterFolder folder, TimeProvider time, Action<ClusterState, string?>? tell = null)
{
    private readonly Lock _lock = new();
    private ClusterState _state = new() { ProcessId = Environment.ProcessId, StartedAt = time.GetUtcNow() };

    public void Step(string text) => Change(state => state with { Steps = [.. state.Steps, text] }, text);

    public void Listens(string address) => Change(state => state with { Address = address });

    public void Enter(ClusterPhase phase) => Change(state => state with { Phase = phase });

    public void Fail(string why) => Change(state => state with { Phase = ClusterPhase.Failed, Failure = why });

    private void Change(Func<ClusterState, ClusterState> change, string? step = null)
    {
        lock (_lock)
        {
            _state = change(_state);
            _state.Write(folder);
            tell?.Invoke(_state, step);
        }
    }
}
