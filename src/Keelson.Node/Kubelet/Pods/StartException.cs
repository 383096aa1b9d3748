namespace Keelson.Node.Kubelet.Pods;

/// <summary>A container cannot be started now; the reason is what its status shows.</summary>
internal sealed class StartException(string reason, string message, Exception? inner = null) : Exception(message, inner)
{
    public string Reason { get; } = reason;
}
