using Keelson.Api;

namespace Keelson.Node.Kubelet.Registration;

/// <summary>What this machine has.</summary>
public static class MachineCapacity
{
    /// <summary>Pods that fit on a node, whatever its size; as many as other kubelets take.</summary>
    private const long PodLimit = 110;

    public static ApiMap<Quantity> Read() => ApiMap<Quantity>.From(
        ("cpu", Quantity.FromLong(Environment.ProcessorCount)),
        ("memory", Quantity.FromBytes(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)),
        ("ephemeral-storage", Quantity.FromBytes(new DriveInfo("/").TotalSize)),
        ("pods", Quantity.FromLong(PodLimit)));
}
