using System.Net;
using Keelson.Api.Names;

namespace Keelson.Api.Tests.Names;

public sealed class NetworkRangeTests
{
    [Theory]
    [InlineData("10.96.0.0/12", "10.96.0.1", "10.111.255.254", 1048574, 256)]
    [InlineData("10.96.0.0/24", "10.96.0.1", "10.96.0.254", 254, 16)]
    [InlineData("10.96.0.0/20", "10.96.0.1", "10.96.15.254", 4094, 256)]
    [InlineData("10.96.0.0/27", "10.96.0.1", "10.96.0.30", 30, 16)]
    [InlineData("10.96.0.0/28", "10.96.0.1", "10.96.0.14", 14, 0)]
    [InlineData("10.96.0.0/30", "10.96.0.1", "10.96.0.2", 2, 0)]
    [InlineData("fd00::/112", "fd00::1", "fd00::ffff", 65535, 256)]
    [InlineData("fd00::/127", "fd00::1", "fd00::1", 1, 0)]
    public void A_range_goes_from_its_second_address_on_and_keeps_a_band(string text, string first, string last, int count, int band)
    {
        var range = Parse(text);
        Assert.Equal((text, first, last), (range.ToString(), range.At(0).ToString(), range.At(range.Count - 1).ToString()));
        Assert.Equal(((UInt128)count, (UInt128)band), (range.Count, range.Band));
        Assert.Throws<ArgumentOutOfRangeException>(() => range.At(range.Count));
        Assert.True(range.Has(range.At(0)) && range.Has(range.At(range.Count - 1)));
        Assert.False(range.Has(range.Base));
        Assert.False(range.Has(new NetworkAddress(range.Base.Bits + range.Count + 1, range.IsIPv6)));
    }

    [Theory]
    [InlineData("10.0.0.0/31")]
    [InlineData("10.0.0.0/32")]
    [InlineData("fd00::/128")]
    public void The_smallest_ranges_have_nothing_to_give(string text) => Assert.Equal(UInt128.Zero, Parse(text).Count);

    [Theory]
    [InlineData("10.0.0.0/8", "10.1.0.0/16", true, true)]
    [InlineData("10.1.0.0/16", "10.0.0.0/8", true, false)]
    [InlineData("10.0.0.0/8", "10.0.0.0/8", true, true)]
    [InlineData("10.0.0.0/16", "10.1.0.0/16", false, false)]
    [InlineData("0.0.0.0/0", "10.1.0.0/16", true, true)]
    [InlineData("::/0", "fd00::/64", true, true)]
    [InlineData("::/0", "10.1.0.0/16", false, false)]
    public void Ranges_overlap_and_contain(string left, string right, bool overlaps, bool contains)
    {
        Assert.Equal(overlaps, Parse(left).Overlaps(Parse(right)));
        Assert.Equal(contains, Parse(left).Contains(Parse(right)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("10.0.0.0")]
    [InlineData("10.0.0.0/33")]
    [InlineData("fd00::/129")]
    [InlineData("::ffff:10.0.0.0/120")]
    [InlineData("x/8")]
    public void What_is_no_range_is_not_read(string text) => Assert.False(NetworkRange.TryParse(text, out _));

    [Theory]
    [InlineData("::ffff:10.0.0.1", "10.0.0.1")]
    [InlineData("010.0.0.1", "10.0.0.1")]
    [InlineData("FD00:0:0::1", "fd00::1")]
    [InlineData("::1.2.3.4", "::102:304")]
    public void An_address_has_one_form(string text, string canonical)
    {
        Assert.True(NetworkAddress.TryParse(text, out var address));
        Assert.Equal(canonical, address.ToString());
    }

    [Fact]
    public void Counting_agrees_with_the_runtime_s_addresses()
    {
        var random = new Random(5);
        for (var i = 0; i < 2000; i++)
        {
            var bytes = new byte[i % 2 == 0 ? 4 : 16];
            random.NextBytes(bytes);
            var network = new IPNetwork(Masked(bytes, random.Next(8, (bytes.Length * 8) - 1), out var length), length);
            var range = Parse(network.ToString());
            var place = range.Count > 1000 ? (UInt128)random.Next(1000) : range.Count / 2;
            var address = IPAddress.Parse(range.At(place).ToString());
            Assert.True(network.Contains(address), $"{network} {address}");
            Assert.True(NetworkAddress.TryParse(address.ToString(), out var read) && read == range.At(place));
        }
    }

    private static NetworkRange Parse(string text)
    {
        Assert.True(NetworkRange.TryParse(text, out var range), text);
        return range;
    }

    private static IPAddress Masked(byte[] bytes, int length, out int prefix)
    {
        prefix = length;
        for (var bit = length; bit < bytes.Length * 8; bit++) bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return new IPAddress(bytes);
    }
}
