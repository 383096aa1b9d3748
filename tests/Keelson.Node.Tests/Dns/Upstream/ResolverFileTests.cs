using Keelson.Node.Dns.Upstream;

namespace Keelson.Node.Tests.Dns.Upstream;

public sealed class ResolverFileTests
{
    [Fact]
    public void Servers_are_read_and_everything_else_is_left_out() => Assert.Equal(
        ["192.0.2.1:53", "[2001:db8::1]:53"],
        ResolverFile.Parse(["# nameserver 192.0.2.9", "search a b", "nameserver 192.0.2.1 # first", "nameserver\t2001:db8::1", "nameserver nobody", "nameserver", "nameserver 192.0.2.1"]).Select(endpoint => endpoint.ToString()));
}
