using System.Text.Json;
using System.Text.Json.Serialization;

namespace Keelson.Cluster;

/// <summary>What runs the containers of a cluster on this machine.</summary>
internal enum ClusterRuntime
{
    Simulated,
    Containerd,
}

/// <summary>What a cluster on this machine is made of. It is kept, so that it comes back as it was.</summary>
internal sealed record ClusterSettings
{
    public int Nodes { get; init; } = 1;

    public ClusterRuntime Runtime { get; init; }

    /// <summary>Whether the cluster has no way out, and the machine's network stays as it is.</summary>
    public bool IsIsolated { get; init; }

    /// <summary>The port of the API server on loopback; zero until the system has chosen one.</summary>
    public int ApiPort { get; init; } = 6443;

    /// <summary>By registry, the URLs to try before it.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> RegistryMirrors { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>What is served beside or instead of the stable API, as --runtime-config says it.</summary>
    public IReadOnlyList<string> RuntimeConfig { get; init; } = [];

    [JsonIgnore]
    public IReadOnlyList<string> NodeNames => [.. Enumerable.Range(1, Nodes).Select(number => $"node-{number}")];

    /// <summary>The settings of the cluster in a folder, or null where there is none yet.</summary>
    public static ClusterSettings? Read(ClusterFolder folder)
    {
        if (!File.Exists(folder.Settings)) return null;
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(folder.Settings), ClusterJson.Default.ClusterSettings);
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException($"{folder.Settings} cannot be read: {failure.Message}", failure);
        }
    }

    public void Write(ClusterFolder folder) => WholeFile.Write(folder.Settings, JsonSerializer.SerializeToUtf8Bytes(this, ClusterJson.Default.ClusterSettings));
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ClusterSettings))]
[JsonSerializable(typeof(ClusterState))]
internal sealed partial class ClusterJson : JsonSerializerContext;
