using System.Net;
using System.Net.Sockets;
using Keelson.Node.Network;

namespace Keelson.Node.Tests.Network;

public sealed class NetworkNamespaceTests : NetworkTest
{
    [Fact]
    public void A_namespace_is_made_found_by_others_and_deleted()
    {
        var made = Bare();
        Assert.True(made.Exists);
        Assert.Contains(made.Name, NetworkNamespace.Names());
        Assert.Contains(made.Name, Ip(NetworkNamespace.Own, "netns", "list"), StringComparison.Ordinal);
        Assert.Equal(["lo"], made.Links());
        Assert.Equal(made.Path, NetworkNamespace.Create(made.Name).Path);
        made.Delete();
        Assert.False(made.Exists);
        Assert.False(File.Exists(made.Path));
        made.Delete();
    }

    [Fact]
    public void One_that_was_half_made_is_completed()
    {
        var name = "klbare-" + NewId();
        File.WriteAllText($"/run/netns/{name}", "");
        var half = NetworkNamespace.Named(name);
        Assert.False(half.Exists);
        try
        {
            Assert.True(NetworkNamespace.Create(name).Exists);
        }
        finally
        {
            half.Delete();
        }

        Assert.DoesNotContain(name, NetworkNamespace.Names());
    }

    [Fact]
    public void One_that_was_half_made_is_deleted()
    {
        var name = "klbare-" + NewId();
        File.WriteAllText($"/run/netns/{name}", "");
        NetworkNamespace.Named(name).Delete();
        Assert.DoesNotContain(name, NetworkNamespace.Names());
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("")]
    public void A_name_that_could_lead_elsewhere_is_refused(string name) => Assert.ThrowsAny<ArgumentException>(() => NetworkNamespace.Named(name));

    [Fact]
    public void What_is_not_there_cannot_be_entered()
    {
        Assert.ThrowsAny<IOException>(() => NetworkNamespace.Named("klbare-none").Run(() => 1));
        using var file = new Runtime.TemporaryDirectory();
        File.WriteAllText(file.File("plain"), "");
        var failure = Assert.Throws<NetworkException>(() => NetworkNamespace.At(file.File("plain")).Run(() => 1));
        Assert.Contains("Cannot enter", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_process_listens_at_the_same_address_in_two_namespaces()
    {
        var (one, two) = (Bare(), Bare());
        var address = new IPEndPoint(IPAddress.Loopback, 8080);
        await ServeAsync(one, address, socket => socket.SendAsync("one"u8.ToArray()));
        await ServeAsync(two, address, socket => socket.SendAsync("two"u8.ToArray()));
        Assert.Equal("one", await AskAsync(one, IPAddress.Loopback, 8080));
        Assert.Equal("two", await AskAsync(two, IPAddress.Loopback, 8080));
        Assert.Throws<SocketException>(() => one.Listen(address));
        Assert.False(await ReachesAsync(NetworkNamespace.Own, IPAddress.Loopback, 8080) && await AskAsync(NetworkNamespace.Own, IPAddress.Loopback, 8080) is "one" or "two");
    }

    [Fact]
    public async Task A_name_is_no_address_in_a_namespace()
    {
        var place = Bare();
        await Assert.ThrowsAsync<SocketException>(() => place.DialAsync("example.test", 80, Cancel));
    }

    [Fact]
    public void The_thread_that_asked_stays_where_it_was()
    {
        var place = Bare();
        Assert.Equal(["lo"], place.Run(() => File.ReadLines("/proc/thread-self/net/dev").Skip(2).Select(line => line.Split(':')[0].Trim())));
        Assert.Equal(NetworkNamespace.Own.Links(), File.ReadLines("/proc/thread-self/net/dev").Skip(2).Select(line => line.Split(':')[0].Trim()).ToHashSet());
        Assert.Throws<InvalidTimeZoneException>(() => place.Run(() => throw new InvalidTimeZoneException()));
    }
}
