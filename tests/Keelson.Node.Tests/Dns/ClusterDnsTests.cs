using System.Net;
using System.Net.Sockets;
using Keelson.Api.Core.V1;
using Keelson.Api.Discovery.V1;
using Keelson.Client;
using Keelson.Node.Dns;

namespace Keelson.Node.Tests.Dns;

public sealed class ClusterDnsTests
{
    private const string Web = """{"clusterIP":"10.96.1.1","ports":[{"name":"http","port":80,"protocol":"TCP"},{"name":"dns","port":53,"protocol":"UDP"}]}""";
    private const string Headless = """{"clusterIP":"None","selector":{"app":"db"},"ports":[{"name":"http","port":80,"targetPort":8080}]}""";

    [Fact]
    public async Task A_service_has_its_address_its_ports_and_the_way_back()
    {
        await using var world = await DnsWorld.StartAsync();
        await world.CreateServiceAsync("web", Web);
        await world.ExpectAsync("10.96.1.1", "web.default.svc.cluster.local");
        Assert.Equal("10.96.1.1", await world.ShortAsync("WEB.Default.svc.CLUSTER.local"));
        Assert.Equal("0 100 80 web.default.svc.cluster.local.", await world.ShortAsync("_http._tcp.web.default.svc.cluster.local SRV"));
        Assert.Equal("0 100 53 web.default.svc.cluster.local.", await world.ShortAsync("_dns._udp.web.default.svc.cluster.local SRV"));
        Assert.Equal("web.default.svc.cluster.local.", await world.ShortAsync("-x 10.96.1.1"));
        Assert.Equal("\"1.1.0\"", await world.ShortAsync("dns-version.cluster.local TXT"));
        Assert.Equal("10.0.0.7", await world.ShortAsync("10-0-0-7.default.pod.cluster.local"));
        var answer = await world.DigAsync("_http._tcp.web.default.svc.cluster.local SRV");
        Assert.Matches(@"ADDITIONAL SECTION:\nweb\.default\.svc\.cluster\.local\.\s+30\s+IN\s+A\s+10\.96\.1\.1", answer);
        Assert.Contains("flags: qr aa rd ra;", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("web.default.svc.cluster.local AAAA", "NOERROR")]
    [InlineData("_tcp.web.default.svc.cluster.local A", "NOERROR")]
    [InlineData("default.svc.cluster.local A", "NOERROR")]
    [InlineData("svc.cluster.local A", "NOERROR")]
    [InlineData("pod.cluster.local A", "NOERROR")]
    [InlineData("cluster.local A", "NOERROR")]
    [InlineData("web.default.svc.cluster.local TXT", "NOERROR")]
    [InlineData("none.default.svc.cluster.local A", "NXDOMAIN")]
    [InlineData("web.nowhere.svc.cluster.local A", "NXDOMAIN")]
    [InlineData("_ftp._tcp.web.default.svc.cluster.local SRV", "NXDOMAIN")]
    [InlineData("a.b.c.web.default.svc.cluster.local A", "NXDOMAIN")]
    [InlineData("web.default.cluster.local A", "NXDOMAIN")]
    [InlineData("1-2-3.default.pod.cluster.local A", "NXDOMAIN")]
    [InlineData("1-2-3-4.nowhere.pod.cluster.local A", "NXDOMAIN")]
    [InlineData("empty.default.svc.cluster.local A", "NXDOMAIN")]
    public async Task What_is_not_there_is_said_with_the_zone_s_authority(string question, string code)
    {
        await using var world = await DnsWorld.StartAsync();
        await world.CreateServiceAsync("empty", Headless);
        await world.CreateServiceAsync("web", Web);
        await world.ExpectAsync("10.96.1.1", "web.default.svc.cluster.local");
        var answer = await world.DigAsync(question);
        Assert.Contains($"status: {code}", answer, StringComparison.Ordinal);
        Assert.Contains("ANSWER: 0, AUTHORITY: 1", answer, StringComparison.Ordinal);
        Assert.Matches(@"cluster\.local\.\s+30\s+IN\s+SOA\s+ns\.dns\.cluster\.local\. hostmaster\.cluster\.local\. \d+ 7200 1800 86400 30", answer);
    }

    [Fact]
    public async Task A_headless_service_has_the_addresses_and_names_of_those_that_are_ready()
    {
        await using var world = await DnsWorld.StartAsync();
        await world.CreateServiceAsync("db", Headless);
        await world.CreateSliceAsync("db", "db-1", """
            [{"addresses":["10.244.0.5"],"hostname":"db-0"},{"addresses":["10.244.0.6"],"conditions":{"ready":true}},{"addresses":["10.244.0.7"],"conditions":{"ready":false}}]
            """);
        await world.CreateSliceAsync("db", "db-2", """[{"addresses":["fd00::5"],"hostname":"db-0"}]""", family: "IPv6");
        await world.ExpectAsync("10.244.0.5 10.244.0.6", "db.default.svc.cluster.local");
        await world.ExpectAsync("fd00::5", "db.default.svc.cluster.local AAAA");
        Assert.Equal("10.244.0.5", await world.ShortAsync("db-0.db.default.svc.cluster.local"));
        Assert.Equal("fd00::5", await world.ShortAsync("db-0.db.default.svc.cluster.local AAAA"));
        Assert.Equal("10.244.0.6", await world.ShortAsync("10-244-0-6.db.default.svc.cluster.local"));
        Assert.Equal("0 50 8080 10-244-0-6.db.default.svc.cluster.local. 0 50 8080 db-0.db.default.svc.cluster.local.", await world.ShortAsync("_http._tcp.db.default.svc.cluster.local SRV"));
        Assert.Equal("db-0.db.default.svc.cluster.local.", await world.ShortAsync("-x 10.244.0.5"));
        Assert.Equal("db-0.db.default.svc.cluster.local.", await world.ShortAsync("-x fd00::5"));
        var full = await world.DigAsync("_http._tcp.db.default.svc.cluster.local SRV");
        Assert.Contains("ADDITIONAL: 4", full, StringComparison.Ordinal);
        await world.Client.Resource<EndpointSlice>().In("default").DeleteAsync("db-1");
        await world.ExpectAsync("", "db.default.svc.cluster.local A");
        await world.Client.Resource<Service>().In("default").DeleteAsync("db");
        await world.UntilAsync(async () => (await world.DigAsync("db.default.svc.cluster.local AAAA")).Contains("NXDOMAIN", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_service_that_publishes_all_shows_also_those_that_are_not_ready()
    {
        await using var world = await DnsWorld.StartAsync();
        await world.CreateServiceAsync("db", """{"clusterIP":"None","publishNotReadyAddresses":true,"ports":[{"port":80}]}""");
        await world.CreateSliceAsync("db", "db-1", """[{"addresses":["10.244.0.7"],"conditions":{"ready":false}}]""");
        await world.ExpectAsync("10.244.0.7", "db.default.svc.cluster.local");
    }

    [Fact]
    public async Task An_external_name_is_followed_in_the_cluster_and_beyond()
    {
        await using var elsewhere = await DnsWorld.StartAsync("elsewhere.test");
        await using var world = await DnsWorld.StartAsync(elsewhere.Endpoint);
        await elsewhere.CreateServiceAsync("far", """{"clusterIP":"10.96.7.7","ports":[{"port":80}]}""");
        await elsewhere.CreateServiceAsync("alias", """{"type":"ExternalName","externalName":"far.default.svc.elsewhere.test"}""");
        await elsewhere.ExpectAsync("10.96.7.7 far.default.svc.elsewhere.test.", "alias.default.svc.elsewhere.test");
        await world.CreateServiceAsync("web", Web);
        await world.CreateServiceAsync("near", """{"type":"ExternalName","externalName":"web.default.svc.cluster.local"}""");
        await world.CreateServiceAsync("outside", """{"type":"ExternalName","externalName":"alias.default.svc.elsewhere.test"}""");
        await world.CreateServiceAsync("ring", """{"type":"ExternalName","externalName":"ring.default.svc.cluster.local"}""");
        await world.ExpectAsync("10.96.1.1 web.default.svc.cluster.local.", "near.default.svc.cluster.local");
        await world.ExpectAsync("10.96.7.7 alias.default.svc.elsewhere.test. far.default.svc.elsewhere.test.", "outside.default.svc.cluster.local");
        Assert.Equal("web.default.svc.cluster.local.", await world.ShortAsync("near.default.svc.cluster.local CNAME"));
        Assert.Equal("alias.default.svc.elsewhere.test.", await world.ShortAsync("outside.default.svc.cluster.local CNAME"));
        Assert.Contains("status: NOERROR", await world.DigAsync("ring.default.svc.cluster.local"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_names_are_asked_for_elsewhere_and_kept_for_a_while()
    {
        await using var elsewhere = await DnsWorld.StartAsync("elsewhere.test");
        await using var world = await DnsWorld.StartAsync(elsewhere.Endpoint);
        await elsewhere.CreateServiceAsync("far", """{"clusterIP":"10.96.7.7","ports":[{"port":80}]}""");
        await elsewhere.ExpectAsync("10.96.7.7", "far.default.svc.elsewhere.test");
        Assert.Equal("10.96.7.7", await world.ShortAsync("far.default.svc.elsewhere.test"));
        var asked = world.Dns.Counters[DnsCount.Forwarded];
        Assert.Matches(@"FaR\.default\.svc\.elsewhere\.test\.\s+\d+\s+IN\s+A\s+10\.96\.7\.7", await world.DigAsync("FaR.default.svc.elsewhere.test"));
        Assert.Equal("10.96.7.7", await world.ShortAsync("+tcp far.default.svc.elsewhere.test"));
        Assert.Equal(asked, world.Dns.Counters[DnsCount.Forwarded]);
        Assert.Contains("status: NXDOMAIN", await world.DigAsync("none.default.svc.elsewhere.test"), StringComparison.Ordinal);
        Assert.Equal("far.default.svc.elsewhere.test.", await world.ShortAsync("-x 10.96.7.7"));
    }

    [Fact]
    public async Task A_server_that_leads_back_to_this_one_is_not_asked()
    {
        using var relay = new DatagramRelay();
        await using var world = await DnsWorld.StartAsync(relay.Endpoint);
        var relaying = relay.RunAsync(world.Endpoint);
        await world.UntilAsync(() => Task.FromResult(!world.Errors.IsEmpty));
        Assert.Contains("asks this one in turn", Assert.Single(world.Errors).Message, StringComparison.Ordinal);
        Assert.Contains("status: REFUSED", await world.DigAsync("example.com"), StringComparison.Ordinal);
        relay.Dispose();
        await relaying;
    }

    [Fact]
    public async Task An_answer_that_is_too_long_comes_over_tcp()
    {
        await using var world = await DnsWorld.StartAsync();
        await world.CreateServiceAsync("many", Headless);
        await world.CreateSliceAsync("many", "many-1", "[" + string.Join(',', Enumerable.Range(0, 300).Select(i => $$"""{"addresses":["10.244.{{i / 250}}.{{i % 250}}"]}""")) + "]");
        await world.UntilAsync(async () => (await world.ShortAsync("many.default.svc.cluster.local")).Split(' ').Length == 300);
        Assert.Contains("flags: qr aa tc rd ra;", await world.DigAsync("+ignore many.default.svc.cluster.local"), StringComparison.Ordinal);
        Assert.Contains("flags: qr aa tc rd ra;", await world.DigAsync("+ignore +noedns many.default.svc.cluster.local"), StringComparison.Ordinal);
        Assert.Contains("ANSWER: 300,", await world.DigAsync("+tcp many.default.svc.cluster.local"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("example.com A", "REFUSED")]
    [InlineData("-x 8.8.8.8", "REFUSED")]
    [InlineData("cluster.local AXFR", "Transfer failed")]
    [InlineData("-c CH version.bind TXT", "REFUSED")]
    [InlineData("+edns=1 +noednsnegotiation web.default.svc.cluster.local", "BADVERS")]
    [InlineData("+opcode=NOTIFY web.default.svc.cluster.local", "NOTIMP")]
    public async Task What_it_is_not_there_for_is_refused_at_once(string question, string expected)
    {
        await using var world = await DnsWorld.StartAsync();
        Assert.Contains(expected, await world.DigAsync(question), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sender_of_rubbish_gets_an_error_or_nothing_and_the_server_goes_on()
    {
        await using var world = await DnsWorld.StartAsync();
        await world.CreateServiceAsync("web", Web);
        await world.ExpectAsync("10.96.1.1", "web.default.svc.cluster.local");
        var random = new Random(7);
        byte[] good = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, (byte)'w', (byte)'e', (byte)'b', 0, 0, 1, 0, 1];
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(world.Endpoint);
        for (var i = 0; i < 2000; i++)
        {
            var bytes = random.Next(2) == 0 ? new byte[random.Next(600)] : [.. good];
            if (bytes.Length == good.Length) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            else random.NextBytes(bytes);
            socket.Send(bytes);
        }

        // A name that points at itself.
        Assert.Equal(1, world.Send([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xc0, 12, 0, 1, 0, 1])![3] & 0xf);
        await world.ExpectAsync("10.96.1.1", "web.default.svc.cluster.local");
        Assert.Empty(world.Errors);
    }

    [Fact]
    public async Task Nodes_publish_their_servers_behind_one_service()
    {
        await using var world = await DnsWorld.StartAsync();
        using var stop = new CancellationTokenSource();
        await world.Client.Resource<Api.Core.V1.Node>().CreateAsync(new() { Metadata = new() { Name = "node-1" } });
        await world.Client.Resource<Api.Core.V1.Node>().CreateAsync(new() { Metadata = new() { Name = "node-2" } });
        var first = new DnsPublisher(world.Client, new DnsPublisherOptions { NodeName = "node-1", NodeAddress = "10.89.0.2" }).RunAsync(stop.Token);
        await new DnsPublisher(world.Client, new DnsPublisherOptions { NodeName = "node-2", NodeAddress = "10.89.0.3" }).PublishAsync(CancellationToken.None);
        await world.ExpectAsync("10.96.0.10", "kube-dns.kube-system.svc.cluster.local");
        var slices = world.Client.Resource<EndpointSlice>().In("kube-system");
        await world.UntilAsync(async () => await slices.FindAsync("kube-dns-node-1") is not null);
        var slice = await slices.GetAsync("kube-dns-node-2");
        Assert.Equal(("10.89.0.3", "node-2", "Node"), (slice.Endpoints[0].Addresses[0], slice.Endpoints[0].NodeName, slice.Metadata.OwnerReferences[0].Kind));
        Assert.Equal("node-2", slice.Endpoints[0].Hints?.ForNodes[0].Name);
        var service = await world.Client.Resource<Service>().GetAsync(new ObjectKey("kube-system", "kube-dns"));
        Assert.True(service.Spec.Selector.IsEmpty);
        Assert.Equal(("10.96.0.10", 2), (service.Spec.ClusterIP, service.Spec.Ports.Count));
        await stop.CancelAsync();
        await first;
        Assert.Null(await slices.FindAsync("kube-dns-node-1"));
    }
}

/// <summary>Hands datagrams on to another server, and its answers back.</summary>
internal sealed class DatagramRelay : IDisposable
{
    private readonly Socket _front = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly CancellationTokenSource _stop = new();

    public DatagramRelay() => _front.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public IPEndPoint Endpoint => (IPEndPoint)_front.LocalEndPoint!;

    public async Task RunAsync(IPEndPoint target)
    {
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                var received = await _front.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
                using var back = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
                await back.ConnectAsync(target, _stop.Token);
                await back.SendAsync(buffer.AsMemory(0, received.ReceivedBytes), _stop.Token);
                var length = await back.ReceiveAsync(buffer, _stop.Token);
                await _front.SendToAsync(buffer.AsMemory(0, length), received.RemoteEndPoint, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // That is how it ends.
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _front.Dispose();
    }
}
