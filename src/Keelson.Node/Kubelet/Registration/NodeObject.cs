using System.Runtime.InteropServices;
using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Node.Runtime;

namespace Keelson.Node.Kubelet.Registration;

/// <summary>Computes what a node object says of its machine; pure functions.</summary>
internal static class NodeObject
{
    public static ApiNode Make(KubeletOptions options, NodeStatus status)
    {
        var architecture = Architecture();
        var labels = ApiMap<string>.From(
            ("kubernetes.io/hostname", options.HostName ?? options.NodeName),
            ("kubernetes.io/os", "linux"),
            ("kubernetes.io/arch", architecture),
            ("beta.kubernetes.io/os", "linux"),
            ("beta.kubernetes.io/arch", architecture)).WithAll(options.Labels);
        return new ApiNode { Metadata = new ObjectMeta { Name = options.NodeName, Labels = labels }, Spec = new NodeSpec { Taints = options.Taints }, Status = status };
    }

    /// <summary>The status of now; times of transition are kept where nothing changed.</summary>
    public static NodeStatus Status(KubeletOptions options, NodeStatus before, RuntimeVersion runtime, RuntimeHealth health, DateTimeOffset now)
    {
        var time = Time.FromDateTimeOffset(now);
        var problems = health.Conditions.Where(condition => condition is { Status: false, Type: "RuntimeReady" or "NetworkReady" }).ToList();
        List<NodeCondition> own =
        [
            new() { Type = "MemoryPressure", Status = "False", Reason = "KubeletHasSufficientMemory", Message = "kubelet has sufficient memory available" },
            new() { Type = "DiskPressure", Status = "False", Reason = "KubeletHasNoDiskPressure", Message = "kubelet has no disk pressure" },
            new() { Type = "PIDPressure", Status = "False", Reason = "KubeletHasSufficientPID", Message = "kubelet has sufficient PID available" },
            problems.Count == 0
                ? new() { Type = "Ready", Status = "True", Reason = "KubeletReady", Message = "kubelet is posting ready status" }
                : new() { Type = "Ready", Status = "False", Reason = "KubeletNotReady", Message = string.Join(", ", problems.Select(Describe)) },
        ];
        var conditions = before.Conditions.Where(condition => own.All(mine => mine.Type != condition.Type)).Concat(own.Select(condition => condition with
        {
            LastHeartbeatTime = time,
            LastTransitionTime = before.Conditions.FirstOrDefault(old => old.Type == condition.Type && old.Status == condition.Status)?.LastTransitionTime ?? time,
        }));
        return before with
        {
            Capacity = options.Capacity,
            Allocatable = options.Allocatable ?? options.Capacity,
            Conditions = conditions.ToApiList(),
            Addresses = [new NodeAddress { Type = "InternalIP", Address = options.NodeAddress }, new NodeAddress { Type = "Hostname", Address = options.HostName ?? options.NodeName }],
            DaemonEndpoints = new NodeDaemonEndpoints { KubeletEndpoint = new DaemonEndpoint { Port = options.Port } },
            NodeInfo = before.NodeInfo with
            {
                KernelVersion = Environment.OSVersion.Version.ToString(),
                OsImage = RuntimeInformation.OSDescription,
                ContainerRuntimeVersion = $"{runtime.Name}://{runtime.Version}",
                KubeletVersion = options.Version,
                OperatingSystem = "linux",
                Architecture = Architecture(),
                MachineID = Machine("/etc/machine-id"),
                BootID = Machine("/proc/sys/kernel/random/boot_id"),
            },
        };
    }

    /// <summary>Whether two statuses differ in more than when they were made.</summary>
    public static bool Differ(NodeStatus left, NodeStatus right) => Undated(left) != Undated(right);

    private static NodeStatus Undated(NodeStatus status) => status with { Conditions = status.Conditions.Select(condition => condition with { LastHeartbeatTime = default }).ToApiList() };

    private static string Describe(RuntimeCondition condition) => condition.Type == "NetworkReady"
        ? $"container runtime network not ready: NetworkReady=false reason:{condition.Reason} message:{condition.Message}"
        : $"container runtime status check may not have completed yet: RuntimeReady=false reason:{condition.Reason} message:{condition.Message}";

    private static string Architecture() => RuntimeInformation.OSArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        var other => other.ToString().ToLowerInvariant(),
    };

    private static string Machine(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
