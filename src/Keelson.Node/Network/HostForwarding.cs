namespace Keelson.Node.Network;

/// <summary>Lets the host pass packets on while a cluster needs it, and puts back what was.</summary>
internal static class HostForwarding
{
    private const string Settings = "/proc/sys/";
    private const string Switch = "net/ipv4/ip_forward";
    private const string Interfaces = "net/ipv4/conf";

    public static void Acquire(NetworkNamespace host, HostNotes notes) => host.Run(() =>
    {
        if (Read(Switch) != "0") return;
        // The kernel changes these along with the switch, and has forgotten them when it goes back.
        if (notes.Forwarding is null)
        {
            var followers = Directory.EnumerateDirectories(Settings + Interfaces).Select(folder => $"{Interfaces}/{Path.GetFileName(folder)}");
            notes.NoteForwarding([.. followers.SelectMany(folder => new[] { folder + "/forwarding", folder + "/accept_redirects" }).Select(key => (key, Read(key)))]);
        }

        File.WriteAllText(Settings + Switch, "1");
    });

    public static void Release(NetworkNamespace host, HostNotes notes) => host.Run(() =>
    {
        if (notes.Forwarding is not { } before) return;
        if (Read(Switch) != "0") File.WriteAllText(Settings + Switch, "0");
        foreach (var (key, value) in before)
        {
            // Interfaces come and go; the key was written by this class, but into a file.
            if (key.Contains("..", StringComparison.Ordinal) || !key.StartsWith(Interfaces + "/", StringComparison.Ordinal) || !File.Exists(Settings + key)) continue;
            if (Read(key) != value) File.WriteAllText(Settings + key, value);
        }

        notes.ForgetForwarding();
    });

    private static string Read(string key) => File.ReadAllText(Settings + key).Trim();
}
