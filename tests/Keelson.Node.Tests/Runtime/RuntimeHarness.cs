using Keelson.Node.Runtime;
using Keelson.Node.Runtime.Simulated;

namespace Keelson.Node.Tests.Runtime;

/// <summary>A runtime under test, and what the contract needs beside it.</summary>
internal abstract class RuntimeHarness
{
    private static int _lastPod;

    public abstract IContainerRuntime Runtime { get; }

    /// <summary>An image that is there, with a shell in the real runtime.</summary>
    public abstract string Image { get; }

    public abstract string LogRoot { get; }

    public SandboxConfig Pod(params (string Key, string Value)[] annotations)
    {
        var number = Interlocked.Increment(ref _lastPod);
        return new()
        {
            Name = $"pod-{number}",
            Namespace = "contract",
            Uid = $"uid-{number}",
            Hostname = $"pod-{number}",
            LogDirectory = Path.Combine(LogRoot, $"pod-{number}"),
            Labels = new Dictionary<string, string> { ["pod"] = $"{number}", ["app"] = "contract" },
            Annotations = annotations.ToDictionary(each => each.Key, each => each.Value),
        };
    }

    /// <summary>A container whose script a real runtime runs and whose annotations a simulated one follows.</summary>
    public ContainerConfig Container(string script, params (string Key, string Value)[] annotations) => new()
    {
        Name = "main",
        Image = Image,
        Command = ["/bin/sh", "-c"],
        Arguments = [script],
        LogPath = "main/0.log",
        Labels = new Dictionary<string, string> { ["container"] = "main" },
        Annotations = annotations.ToDictionary(each => each.Key, each => each.Value),
    };

    /// <summary>One that runs until it is asked to end, and then ends well.</summary>
    public ContainerConfig Patient() => Container("trap 'exit 0' TERM; echo ready; while true; do sleep 0.05; done", (SimulatedBehavior.LogKey, "ready"));
}
