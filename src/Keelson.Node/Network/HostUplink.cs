using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Keelson.Node.Network;

/// <summary>A cluster's way to the outside: one link to the host, and one nftables table there.</summary>
internal sealed class HostUplink(ClusterNetworkOptions options, NetworkNamespace cluster)
{
    private const string InsideLink = "host0";
    private const string ClusterTable = "keelson";

    /// <summary>How many pairs of addresses there are to choose from in 169.254.4.0 to 169.254.159.255, which leaves out the well-known ones.</summary>
    private const int Blocks = 156 * 64;
    private const int FirstOctet = 4;

    private readonly string _hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(options.ClusterId)))[..8];

    private string HostLink => "kl" + _hash;

    private string HostTable => options.ClusterId.Replace('-', '_');

    /// <summary>Makes the way out; answers with what on the host may block it.</summary>
    public async Task<IReadOnlyList<string>> EnsureAsync(CancellationToken cancel)
    {
        using var held = await HostLock.TakeAsync(options.Host, cancel).ConfigureAwait(false);
        var notes = new HostNotes(options);
        var block = notes.Block ?? ChooseBlock(notes.BlocksOfAll());
        // Noted before anything is done, so that a removal knows of what was only begun.
        notes.Note(block);
        HostForwarding.Acquire(options.Host, notes);
        var (outside, inside) = Addresses(block);
        await LinkAsync(outside, inside, cancel).ConfigureAwait(false);
        await NetworkTool.NftAsync(cluster, $$"""
            add table ip {{ClusterTable}}
            delete table ip {{ClusterTable}}
            table ip {{ClusterTable}} {
              chain postrouting {
                type nat hook postrouting priority 100
                oifname "{{InsideLink}}" masquerade
              }
            }
            """, cancel).ConfigureAwait(false);
        await NetworkTool.NftAsync(options.Host, $$"""
            add table ip {{HostTable}}
            delete table ip {{HostTable}}
            table ip {{HostTable}} {
              chain postrouting {
                type nat hook postrouting priority 100
                ip saddr {{inside}} oifname != "{{HostLink}}" masquerade
              }
              chain forward {
                type filter hook forward priority 0
                iifname "{{HostLink}}" tcp flags syn / syn,rst tcp option maxseg size set rt mtu
                iifname "{{HostLink}}" accept
                oifname "{{HostLink}}" ct state established,related accept
                oifname "{{HostLink}}" drop
              }
            }
            """, cancel).ConfigureAwait(false);
        return await ObstaclesAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Undoes it, and where nothing was done does not touch the host.</summary>
    public async Task RemoveAsync(CancellationToken cancel)
    {
        var notes = new HostNotes(options);
        var hasLink = options.Host.Links().Contains(HostLink);
        if (!hasLink && notes.Block is null) return;
        using var held = await HostLock.TakeAsync(options.Host, cancel).ConfigureAwait(false);
        if (options.Host.Links().Contains(HostLink)) await NetworkTool.IpAsync(options.Host, [$"link delete {HostLink}"], cancel).ConfigureAwait(false);
        // Adding first makes deleting what may not be there no error.
        await NetworkTool.NftAsync(options.Host, $"add table ip {HostTable}\ndelete table ip {HostTable}\n", cancel).ConfigureAwait(false);
        if (cluster.Exists) await NetworkTool.NftAsync(cluster, $"add table ip {ClusterTable}\ndelete table ip {ClusterTable}\n", cancel).ConfigureAwait(false);
        notes.Forget();
        if (notes.BlocksOfAll().Count == 0) HostForwarding.Release(options.Host, notes);
        notes.Clean();
    }

    private async Task LinkAsync(IPAddress outside, IPAddress inside, CancellationToken cancel)
    {
        var isOutside = options.Host.Links().Contains(HostLink);
        var isInside = cluster.Links().Contains(InsideLink);
        var lines = new List<string>();
        if (!isOutside || !isInside)
        {
            if (isOutside) lines.Add($"link delete {HostLink}");
            else if (isInside) await NetworkTool.IpAsync(cluster, [$"link delete {InsideLink}"], cancel).ConfigureAwait(false);
            lines.Add($"link add {HostLink} type veth peer name {InsideLink} netns {cluster.Name}");
        }

        lines.Add($"link set {HostLink} addrgenmode none");
        lines.Add($"address replace {outside}/30 dev {HostLink}");
        lines.Add($"link set {HostLink} up");
        await NetworkTool.IpAsync(options.Host, lines, cancel).ConfigureAwait(false);
        await NetworkTool.IpAsync(cluster, [$"link set {InsideLink} addrgenmode none", $"address replace {inside}/30 dev {InsideLink}", $"link set {InsideLink} up", $"route replace default via {outside}"], cancel).ConfigureAwait(false);
    }

    // What a chain of another table drops stays dropped, whatever ours accepts; and other tables are not ours to change.
    private async Task<IReadOnlyList<string>> ObstaclesAsync(CancellationToken cancel)
    {
        using var document = JsonDocument.Parse(await NetworkTool.AskNftAsync(options.Host, ["list", "chains"], cancel).ConfigureAwait(false));
        return
        [
            .. from entry in document.RootElement.GetProperty("nftables").EnumerateArray()
               where entry.TryGetProperty("chain", out _)
               let chain = entry.GetProperty("chain")
               where Word(chain, "hook") == "forward" && Word(chain, "policy") == "drop" && Word(chain, "family") is "ip" or "inet"
               select $"The firewall of this machine may keep the cluster from reaching the outside: chain {Word(chain, "name")} of table {Word(chain, "family")} {Word(chain, "table")} drops what it does not know. Let it accept what comes from and goes to {HostLink}.",
        ];

        static string? Word(JsonElement chain, string name) => chain.TryGetProperty(name, out var word) ? word.GetString() : null;
    }

    // Begins at a place of the cluster's own, so that it usually gets the same one again.
    private int ChooseBlock(IReadOnlySet<int> taken)
    {
        var used = options.Host.Run(() => NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(link => link.GetIPProperties().UnicastAddresses)
            .Select(address => address.Address)
            .ToHashSet());
        var first = (int)(uint.Parse(_hash, NumberStyles.HexNumber, CultureInfo.InvariantCulture) % Blocks);
        for (var step = 0; step < Blocks; step++)
        {
            var block = (first + step) % Blocks;
            var (outside, inside) = Addresses(block);
            if (!taken.Contains(block) && !used.Contains(outside) && !used.Contains(inside)) return block;
        }

        throw new NetworkException("No link-local addresses are left for another cluster.");
    }

    private static (IPAddress Outside, IPAddress Inside) Addresses(int block)
    {
        var octet = (byte)(FirstOctet + (block / 64));
        var last = block % 64 * 4;
        return (new IPAddress([169, 254, octet, (byte)(last + 1)]), new IPAddress([169, 254, octet, (byte)(last + 2)]));
    }
}
