using System.Net;
using System.Net.Sockets;
using Keelson.Api.Names;
using Keelson.Api.Tests.Primitives;

namespace Keelson.Api.Tests.Names;

public sealed class NetworkNameTests
{
    private const string AddressMessage = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
    private const string RangeMessage = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";

    [Theory]
    [InlineData("1.2.3.4")]
    [InlineData("0.0.0.0")]
    [InlineData("255.255.255.255")]
    [InlineData("1234::abcd")]
    [InlineData("::")]
    [InlineData("1::")]
    [InlineData("::1")]
    [InlineData("1:0:0:2::3")]
    [InlineData("1:2:3:4:5:6:7:0")]
    [InlineData("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("0:0:0:0:0:0:0:0", "must be in canonical form (\"::\")")]
    [InlineData("0001:002:03:4::", "must be in canonical form (\"1:2:3:4::\")")]
    [InlineData("1234::ABCD", "must be in canonical form (\"1234::abcd\")")]
    [InlineData("1:2:3:4:5:6:7::", "must be in canonical form (\"1:2:3:4:5:6:7:0\")")]
    [InlineData("1::1.2.3.4", "must be in canonical form (\"1::102:304\")")]
    public void An_address_must_be_in_canonical_form(string value, params string[] messages)
    {
        Assert.Equal(messages, NetworkName.CheckAddress(value));
        Assert.True(NetworkName.CheckLegacyAddress(value, strict: true).IsEmpty);
    }

    [Theory]
    [InlineData("1.1.1.01", "must not have leading 0s")]
    [InlineData("0000001.1.1.1", "must not have leading 0s")]
    [InlineData("00001::", "must not have leading 0s")]
    [InlineData("::1.1.1.01", "must not have leading 0s")]
    [InlineData("::ffff:1.1.1.1", "must not be an IPv4-mapped IPv6 address")]
    [InlineData("::ffff:101:101", "must not be an IPv4-mapped IPv6 address")]
    public void An_ambiguous_address_is_valid_only_without_strictness(string value, string message)
    {
        Assert.Equal([message], NetworkName.CheckAddress(value));
        Assert.Equal([message], NetworkName.CheckLegacyAddress(value, strict: true));
        Assert.True(NetworkName.CheckLegacyAddress(value, strict: false).IsEmpty);
    }

    [Theory]
    [InlineData("")]
    [InlineData("aaaaaaa")]
    [InlineData("myhost.mydomain")]
    [InlineData("1.2.3.0/24")]
    [InlineData("1.2.3.400")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.2.3.")]
    [InlineData("-1.0.0.0")]
    [InlineData("2001:db8::10005")]
    [InlineData("1.2.3.4:80")]
    [InlineData("[2001:db8::1]")]
    [InlineData("1234::abcd%eth0")]
    [InlineData("169.254.0.0%eth0")]
    [InlineData("1::2::3")]
    [InlineData(":::")]
    [InlineData(":1:2:3:4:5:6:7")]
    [InlineData("1:2:3:4:5:6:7:")]
    [InlineData("1:2:3:4:5:6:7:8:9")]
    [InlineData("1:2:3:4::5:6:7:8")]
    [InlineData("1:2:3:4:5:6:7:1.2.3.4")]
    public void What_is_no_address_is_refused(string value)
    {
        Assert.Equal([AddressMessage], NetworkName.CheckAddress(value));
        Assert.Equal([AddressMessage], NetworkName.CheckLegacyAddress(value, strict: false));
        Assert.Equal(["must be a valid IPv4 address"], NetworkName.CheckIPv4(value));
        Assert.Equal(["must be a valid IPv6 address"], NetworkName.CheckIPv6(value));
    }

    [Theory]
    [InlineData("1.0.0.0/8")]
    [InlineData("0.0.0.0/0")]
    [InlineData("1.1.1.1/32")]
    [InlineData("2001:4860:4860::/48")]
    [InlineData("::/0")]
    [InlineData("::1/128")]
    [InlineData("2a00:79e0:2:0::/64", "must be in canonical form (\"2a00:79e0:2::/64\")")]
    [InlineData("2001:DB8::/64", "must be in canonical form (\"2001:db8::/64\")")]
    public void A_range_must_be_in_canonical_form(string value, params string[] messages)
    {
        Assert.Equal(messages, NetworkName.CheckRange(value));
        Assert.True(NetworkName.CheckLegacyRange(value, strict: true).IsEmpty);
    }

    [Theory]
    [InlineData("1.1.01.0/24", "must not have leading 0s in IP or prefix length")]
    [InlineData("192.168.0.0/016", "must not have leading 0s in IP or prefix length")]
    [InlineData("::ffff:1.1.1.0/24", "must not have an IPv4-mapped IPv6 address")]
    [InlineData("::ffff:1.1.1.0/120", "must not have an IPv4-mapped IPv6 address")]
    [InlineData("1.2.3.4/24", "must not have bits set beyond the prefix length")]
    [InlineData("2001:db8::1/64", "must not have bits set beyond the prefix length")]
    [InlineData("8000::/0", "must not have bits set beyond the prefix length")]
    public void An_ambiguous_range_is_valid_only_without_strictness(string value, string message)
    {
        Assert.Equal([message], NetworkName.CheckRange(value));
        Assert.Equal([message], NetworkName.CheckLegacyRange(value, strict: true));
        Assert.True(NetworkName.CheckLegacyRange(value, strict: false).IsEmpty);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1.2.3.4")]
    [InlineData("192.168.0.1/healthz")]
    [InlineData("192.168.0.1/0/99")]
    [InlineData("192.168.0.0/-16")]
    [InlineData("192.168.0.0/+16")]
    [InlineData("192.168.0.0/33")]
    [InlineData("::/129")]
    [InlineData("::/")]
    [InlineData("/8")]
    public void What_is_no_range_is_refused(string value)
    {
        Assert.Equal([RangeMessage], NetworkName.CheckRange(value));
        Assert.Equal([RangeMessage], NetworkName.CheckLegacyRange(value, strict: false));
        Assert.Equal(["must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)"], NetworkName.CheckInterface(value));
    }

    [Theory]
    [InlineData("192.168.1.5/24")]
    [InlineData("2001:db8::1/64")]
    [InlineData("192.168.01.5/24", "must be in canonical form (\"192.168.1.5/24\")")]
    [InlineData("::ffff:192.168.0.1/120", "must be in canonical form (\"192.168.0.1/24\")")]
    [InlineData("2001:db8:0::1/64", "must be in canonical form (\"2001:db8::1/64\")")]
    public void An_interface_has_an_address_and_a_prefix(string value, params string[] messages) =>
        Assert.Equal(messages, NetworkName.CheckInterface(value));

    [Fact]
    public void Families_are_told_apart()
    {
        Assert.True(NetworkName.CheckIPv4("1.2.3.4").IsEmpty);
        Assert.True(NetworkName.CheckIPv4("::ffff:1.2.3.4").IsEmpty);
        Assert.False(NetworkName.CheckIPv4("::1").IsEmpty);
        Assert.True(NetworkName.CheckIPv6("::1").IsEmpty);
        Assert.False(NetworkName.CheckIPv6("::ffff:1.2.3.4").IsEmpty);
    }

    [Fact]
    public void Reading_agrees_with_dotnet() => Property.Check(
        random => (Random: random, Bytes: Sparse(random)),
        sample =>
        {
            var address = new IPAddress(sample.Bytes);
            Assert.True(IpText.TryParse(address.ToString(), out var read));
            Assert.Equal(address, IPAddress.Parse(read.ToString()) is { AddressFamily: AddressFamily.InterNetwork } four && sample.Bytes.Length == 16 ? four.MapToIPv6() : IPAddress.Parse(read.ToString()));
            Assert.True(IpText.TryParse(read.ToString(), out var again));
            Assert.Equal(read.ToString(), again.ToString());
        });

    [Fact]
    public void Random_text_is_an_address_only_where_dotnet_says_so() => Property.CheckText("0123abf:::..", 14, value =>
    {
        if (!IpText.TryParse(value, out var address) || address.HasLeadingZeros) return;
        Assert.True(IPAddress.TryParse(value, out var expected), value);
        Assert.Equal(expected, address.IsMapped ? IPAddress.Parse(address.ToString()).MapToIPv6() : IPAddress.Parse(address.ToString()));
    });

    private static byte[] Sparse(Random random)
    {
        var bytes = new byte[random.Next(3) == 0 ? 4 : 16];
        for (var i = 0; i < bytes.Length; i += 2)
        {
            if (random.Next(2) == 0) random.NextBytes(bytes.AsSpan(i, 2));
        }
        return bytes;
    }
}
