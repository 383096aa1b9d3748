using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Keelson.Node.Network;

namespace Keelson.Node.Tests.Proxy;

/// <summary>How packets get from pod to pod.</summary>
public enum PodLinks
{
    /// <summary>Across a bridge, and rules see them.</summary>
    Seen,

    /// <summary>Across a bridge past all rules.</summary>
    Unseen,

    /// <summary>From the bridge up to the node, which answers for every pod, and down again.</summary>
    Routed,
}

/// <summary>
/// A node, its pods on a bridge, and a machine outside, each a network namespace; no way leads from there to anywhere else.
/// </summary>
internal sealed class SmallNetwork : IAsyncDisposable
{
    public const string Node = "node";
    public const string Outside = "outside";
    public const string NodeAddress = "10.89.0.2";
    public const string OutsideAddress = "10.89.0.100";
    public const int PodCount = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly string _prefix = "klproxy-" + EarlierRuns.NewId();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _servers = [];
    private readonly List<Socket> _sockets = [];

    /// <summary>Why there can be no such network here; null when there can.</summary>
    public static string? Missing => Environment.UserName != "root" ? "needs root" : !OperatingSystem.IsLinux() || !File.Exists("/usr/sbin/nft") ? "needs Linux with nft" : null;

    public static string Pod(int number) => $"pod{number}";

    public static string PodAddress(int number) => $"10.244.0.{number + 10}";

    public static string PodAddressIPv6(int number) => $"fd00:244::{number + 10:x}";

    public static async Task<SmallNetwork> StartAsync(PodLinks links = PodLinks.Seen)
    {
        if (Missing is { } missing) Assert.Skip(missing);
        var network = new SmallNetwork();
        try
        {
            await network.MakeAsync(links);
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    public NetworkNamespace NodeNamespace => NetworkNamespace.At(PathOf(Node));

    public string PathOf(string name) => $"/run/netns/{_prefix}-{name}";

    /// <summary>Runs a program in a namespace; answers what it wrote.</summary>
    public Task<string> RunInAsync(string name, params string[] command) => RunAsync(["nsenter", $"--net={PathOf(name)}", .. command]);

    public Task<string> RulesAsync() => RunInAsync(Node, "nft", "list", "ruleset");

    /// <summary>Every pod answers on a port with its name and whom it was asked by.</summary>
    public void ServeTcp(string name, IPAddress address, int port)
    {
        var listener = MakeIn(name, () => new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(address, port));
        listener.Listen(128);
        _sockets.Add(listener);
        _servers.Add(AcceptAsync(listener, name));
    }

    public void ServeUdp(string name, IPAddress address, int port)
    {
        var socket = MakeIn(name, () => new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp));
        socket.Bind(new IPEndPoint(address, port));
        _sockets.Add(socket);
        _servers.Add(EchoAsync(socket, name));
    }

    /// <summary>Asks a TCP service from a namespace: the name of who answered and whom it saw.</summary>
    public async Task<(string Server, IPAddress Seen)> AskAsync(string from, string address, int port)
    {
        using var socket = Connectable(from, address);
        using var limit = new CancellationTokenSource(Patience);
        await socket.ConnectAsync(IPAddress.Parse(address), port, limit.Token);
        var text = await ReadAllAsync(socket, limit.Token);
        var parts = text.Split('|');
        return (parts[0], IPAddress.Parse(parts[1]));
    }

    /// <summary>How connecting fails; null when nothing answers within a second, so that it is dropped.</summary>
    public async Task<SocketError?> FailureAsync(string from, string address, int port)
    {
        using var socket = Connectable(from, address);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await socket.ConnectAsync(IPAddress.Parse(address), port, limit.Token);
            return SocketError.Success;
        }
        catch (SocketException failure)
        {
            return failure.SocketErrorCode;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    public Socket Connectable(string from, string address) =>
        MakeIn(from, () => new Socket(IPAddress.Parse(address).AddressFamily, SocketType.Stream, ProtocolType.Tcp));

    public Socket Datagrams(string from) => MakeIn(from, () => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));

    /// <summary>Sends until somebody answers, or nobody does within the time.</summary>
    public static async Task<string?> ExchangeAsync(Socket socket, string address, int port, TimeSpan patience)
    {
        var buffer = new byte[256];
        var target = new IPEndPoint(IPAddress.Parse(address), port);
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < patience)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
            try
            {
                await socket.SendToAsync("?"u8.ToArray(), target, limit.Token);
                var received = await socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), limit.Token);
                return Encoding.UTF8.GetString(buffer, 0, received.ReceivedBytes);
            }
            catch (Exception failure) when (failure is OperationCanceledException or SocketException)
            {
                // Refused or unanswered: asked again until the time is over.
            }
        }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (var socket in _sockets) socket.Dispose();
        await Task.WhenAll(_servers);
        foreach (var name in new[] { Node, Outside }.Concat(Enumerable.Range(0, PodCount).Select(Pod)))
        {
            if (File.Exists(PathOf(name))) await RunAsync("ip", "netns", "delete", $"{_prefix}-{name}");
        }

        _stop.Dispose();
    }

    private T MakeIn<T>(string name, Func<T> make) => NetworkNamespace.At(PathOf(name)).Run(make);

    private async Task MakeAsync(PodLinks links)
    {
        foreach (var name in new[] { Node, Outside }.Concat(Enumerable.Range(0, PodCount).Select(Pod)))
        {
            await RunAsync("ip", "netns", "add", $"{_prefix}-{name}");
            await RunInAsync(name, "ip", "link", "set", "lo", "up");
        }

        await ShellAsync(Node, $$"""
            echo 1 > /proc/sys/net/ipv4/ip_forward
            echo 1 > /proc/sys/net/ipv6/conf/all/forwarding
            if [ -e /proc/sys/net/bridge/bridge-nf-call-iptables ]; then
              echo {{(links == PodLinks.Seen ? 1 : 0)}} > /proc/sys/net/bridge/bridge-nf-call-iptables
              echo {{(links == PodLinks.Seen ? 1 : 0)}} > /proc/sys/net/bridge/bridge-nf-call-ip6tables
            fi
            ip link add br0 type bridge
            ip addr add 10.244.0.1/24 dev br0
            ip -6 addr add fd00:244::1/64 dev br0 nodad
            ip link set br0 up
            ip link add eth0 type veth peer name eth0 netns {{_prefix}}-{{Outside}}
            ip addr add {{NodeAddress}}/24 dev eth0
            ip link set eth0 up
            """);
        await ShellAsync(Outside, $"""
            ip addr add {OutsideAddress}/24 dev eth0
            ip link set eth0 up
            ip route add 10.96.0.0/12 via {NodeAddress}
            ip route add 203.0.113.0/24 via {NodeAddress}
            """);
        await ShellAsync(Node, $"ip route add default via {OutsideAddress}\nip -6 route add default dev br0");
        if (links == PodLinks.Routed)
        {
            await ShellAsync(Node, """
                echo 1 > /proc/sys/net/ipv4/conf/br0/proxy_arp_pvlan
                echo 0 > /proc/sys/net/ipv4/neigh/br0/proxy_delay
                nft -f - <<RULES
                table bridge pods {
                  chain forward {
                    type filter hook forward priority 0
                    ip saddr 10.244.0.0/24 ip daddr 10.244.0.0/24 drop
                    arp saddr ip 10.244.0.0/24 drop
                  }
                }
                RULES
                """);
        }

        for (var number = 0; number < PodCount; number++)
        {
            await ShellAsync(Node, $"""
                ip link add veth{number} type veth peer name eth0 netns {_prefix}-{Pod(number)}
                ip link set veth{number} master br0
                ip link set veth{number} type bridge_slave hairpin on
                ip link set veth{number} up
                """);
            await ShellAsync(Pod(number), $"""
                ip addr add {PodAddress(number)}/24 dev eth0
                ip -6 addr add {PodAddressIPv6(number)}/64 dev eth0 nodad
                ip link set eth0 up
                ip route add default via 10.244.0.1
                ip -6 route add default via fd00:244::1
                """);
        }
    }

    private Task<string> ShellAsync(string name, string script) => RunInAsync(name, "sh", "-ec", script);

    private async Task AcceptAsync(Socket listener, string name)
    {
        var open = new List<Task>();
        try
        {
            while (true)
            {
                var socket = await listener.AcceptAsync(_stop.Token);
                open.Add(AnswerAsync(socket, name));
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(open);
        }
    }

    // Says who it is, then returns what it is sent until the other side is done.
    private async Task AnswerAsync(Socket socket, string name)
    {
        using var _ = socket;
        try
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes($"{name}|{((IPEndPoint)socket.RemoteEndPoint!).Address}|"), _stop.Token);
            var buffer = new byte[256];
            while (await socket.ReceiveAsync(buffer, _stop.Token) is > 0 and var count) await socket.SendAsync(buffer.AsMemory(0, count), _stop.Token);
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException)
        {
            // The client is gone, or the test is over.
        }
    }

    private async Task EchoAsync(Socket socket, string name)
    {
        var buffer = new byte[256];
        var answer = Encoding.UTF8.GetBytes(name);
        while (true)
        {
            try
            {
                var received = await socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
                await socket.SendToAsync(answer, received.RemoteEndPoint, _stop.Token);
            }
            catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // An answer to a client that is gone comes back as an error.
                if (_stop.IsCancellationRequested) return;
            }
        }
    }

    private static async Task<string> ReadAllAsync(Socket socket, CancellationToken cancel)
    {
        socket.Shutdown(SocketShutdown.Send);
        var text = new StringBuilder();
        var buffer = new byte[256];
        while (await socket.ReceiveAsync(buffer, cancel) is > 0 and var count) text.Append(Encoding.UTF8.GetString(buffer, 0, count));
        return text.ToString();
    }

    private static async Task<string> RunAsync(params string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException(string.Join(" ", command) + " failed: " + await error);
    }
}
