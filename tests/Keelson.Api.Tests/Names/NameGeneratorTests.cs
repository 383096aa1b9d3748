using System.Text;
using Keelson.Api.Names;

namespace Keelson.Api.Tests.Names;

public sealed class NameGeneratorTests
{
    [Fact]
    public void A_name_is_the_prefix_and_five_letters()
    {
        var name = NameGenerator.Generate("web-", new Random(1));
        Assert.StartsWith("web-", name, StringComparison.Ordinal);
        Assert.Equal(9, name.Length);
        Assert.True(name.AsSpan(4).IndexOfAnyExcept(NameGenerator.Alphabet) < 0);
        Assert.Equal(name, NameGenerator.Generate("web-", new Random(1)));
        Assert.NotEqual(name, NameGenerator.Generate("web-", new Random(2)));
        Assert.Equal("bcdfghjklmnpqrstvwxz2456789", NameGenerator.Alphabet);
    }

    [Fact]
    public void A_long_prefix_is_cut_so_that_the_name_is_a_label()
    {
        Assert.StartsWith(new string('a', 58), NameGenerator.Generate(new string('a', 100), new Random(1)), StringComparison.Ordinal);
        Assert.Equal(63, NameGenerator.Generate(new string('a', 59), new Random(1)).Length);
        Assert.True(DnsName.IsLabel(NameGenerator.Generate(new string('a', 300), new Random(1))));
        Assert.Equal(62, Encoding.UTF8.GetByteCount(NameGenerator.Generate(new string('ハ', 30), new Random(1))));
    }

    [Fact]
    public void Every_letter_is_drawn()
    {
        var drawn = NameGenerator.Letters(5000, new Random(3)).Distinct().Order();
        Assert.Equal(NameGenerator.Alphabet.Order(), drawn);
    }

    /// <summary>'0' is the 48th character, and 48 mod 27 is 21: digits begin at the letter with that index.</summary>
    [Fact]
    public void A_hash_is_written_digit_by_digit()
    {
        Assert.Equal("456789bcdf", NameGenerator.SafeEncode("0123456789"));
        Assert.Equal("6868fbc7f4", NameGenerator.EncodeHash(2_424_967_390));
        Assert.Equal("86f8fbc6f9", NameGenerator.EncodeHash(uint.MaxValue));
        Assert.Equal("4", NameGenerator.EncodeHash(0));
        Assert.Equal("", NameGenerator.SafeEncode(""));
    }
}
