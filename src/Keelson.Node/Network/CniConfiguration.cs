using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Keelson.Node.Network;

/// <summary>The file that tells a runtime how pods are connected: bridge, addresses from host-local, and host ports.</summary>
/// <remarks>Every pod's loopback link is the runtime's own business: containerd adds it to any configuration.</remarks>
internal static class CniConfiguration
{
    public const string FileName = "10-keelson.conflist";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string Text(NodeNetworkOptions options, IPNetwork range) => new JsonObject
    {
        ["cniVersion"] = "1.0.0",
        ["name"] = "keelson",
        ["plugins"] = new JsonArray(
            new JsonObject
            {
                ["type"] = "bridge",
                ["bridge"] = options.Bridge,
                ["isGateway"] = true,
                ["isDefaultGateway"] = true,
                ["hairpinMode"] = true,
                ["ipam"] = new JsonObject
                {
                    ["type"] = "host-local",
                    ["dataDir"] = options.IpamDirectory,
                    ["ranges"] = new JsonArray(new JsonArray(new JsonObject { ["subnet"] = range.ToString() })),
                },
            },
            new JsonObject { ["type"] = "portmap", ["snat"] = true, ["capabilities"] = new JsonObject { ["portMappings"] = true } }),
    }.ToJsonString(Indented);

    /// <summary>Writes the file, so that nobody ever sees half of it; one that is as wanted stays.</summary>
    public static void Write(NodeNetworkOptions options, IPNetwork range)
    {
        Directory.CreateDirectory(options.CniConfigurationDirectory);
        Directory.CreateDirectory(options.IpamDirectory);
        var file = Path.Combine(options.CniConfigurationDirectory, FileName);
        var text = Text(options, range);
        if (File.Exists(file) && File.ReadAllText(file) == text) return;
        // Runtimes read what ends in .conf, .conflist and .json only.
        var fresh = Path.Combine(options.CniConfigurationDirectory, ".keelson.new");
        using (var stream = new FileStream(fresh, FileMode.Create, FileAccess.Write))
        {
            stream.Write(System.Text.Encoding.UTF8.GetBytes(text));
            stream.Flush(flushToDisk: true);
        }

        File.Move(fresh, file, overwrite: true);
    }
}
