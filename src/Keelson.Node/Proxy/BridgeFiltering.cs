namespace Keelson.Node.Proxy;

/// <summary>
/// Sees to it that packets from pod to pod across a bridge pass the rules: the answer of an endpoint has to get back the
/// service's address, and a bridge would carry it past whoever knows that address.
/// </summary>
internal static class BridgeFiltering
{
    private static readonly string[] Settings = ["bridge-nf-call-iptables", "bridge-nf-call-ip6tables"];

    public static void Ensure(ProxyOptions options)
    {
        if (options.BridgedPackets == BridgedPackets.Routed) return;
        foreach (var setting in Settings)
        {
            var path = $"/proc/sys/net/bridge/{setting}";
            try
            {
                // What stands in the file depends on the network namespace of who opens it.
                if (!options.Namespace.Run(() => IsOn(path, options.BridgedPackets == BridgedPackets.Enabled))) Report(options, setting, "it is off");
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                Report(options, setting, failure.Message);
            }
        }
    }

    private static bool IsOn(string path, bool turnOn)
    {
        if (File.Exists(path) && File.ReadAllText(path).Trim() == "1") return true;
        if (turnOn) File.WriteAllText(path, "1");
        return turnOn;
    }

    private static void Report(ProxyOptions options, string setting, string why) => options.OnError?.Invoke(new ProxyException(
        $"net.bridge.{setting} cannot be relied on ({why}): where pods share a bridge they may not reach each other through services. The kernel module is br_netfilter."));
}
