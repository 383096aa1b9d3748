using System.Text.RegularExpressions;
using Keelson.Api.Names;
using Keelson.Api.Tests.Primitives;

namespace Keelson.Api.Tests.Names;

public sealed class DnsNameTests
{
    private const string Label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";

    private const string LabelMessage =
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

    private const string SubdomainMessage =
        @"a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    private static readonly string Long = new('a', 254);

    [Theory]
    [InlineData("a")]
    [InlineData("0")]
    [InlineData("my-name")]
    [InlineData("a--b-1")]
    public void A_label_of_lower_case_letters_digits_and_hyphens_is_valid(string value)
    {
        Assert.True(DnsName.CheckLabel(value).IsNil);
        Assert.True(DnsName.IsLabel(value));
        Assert.True(DnsName.IsSubdomain($"{value}.{value}"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData("a-")]
    [InlineData("A")]
    [InlineData("a_b")]
    [InlineData("a b")]
    [InlineData("a\n")]
    [InlineData("é")]
    [InlineData(".a")]
    [InlineData("a..b")]
    public void What_is_neither_label_nor_subdomain_is_told_so(string value)
    {
        Assert.Equal([LabelMessage], DnsName.CheckLabel(value));
        Assert.Equal([SubdomainMessage], DnsName.CheckSubdomain(value));
    }

    [Fact]
    public void Dots_in_a_label_and_length_have_their_own_messages()
    {
        Assert.Equal(["must not contain dots"], DnsName.CheckLabel("a.b"));
        Assert.True(DnsName.IsLabel(new string('a', 63)));
        Assert.Equal(["must be no more than 63 characters"], DnsName.CheckLabel(new string('a', 64)));
        Assert.Equal(["must be no more than 63 characters", LabelMessage], DnsName.CheckLabel(new string('é', 32)));
        Assert.True(DnsName.IsSubdomain(new string('a', 253)));
        Assert.Equal(["must be no more than 253 characters"], DnsName.CheckSubdomain(Long));
        Assert.Equal(["must be no more than 63 characters"], DnsName.CheckLabel1035(new string('a', 64)));
        Assert.Equal(["must be no more than 253 characters"], DnsName.CheckWildcardSubdomain("*." + Long[2..]));
        Assert.Equal(["must be no more than 253 bytes"], DnsName.CheckCaselessSubdomain(Long));
    }

    [Theory]
    [InlineData("0a")]
    [InlineData("-")]
    [InlineData("")]
    [InlineData("a.b")]
    public void A_label_of_RFC_1035_begins_with_a_letter(string value)
    {
        Assert.True(DnsName.CheckLabel1035("a0-b").IsEmpty);
        Assert.Equal(
            ["a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"],
            DnsName.CheckLabel1035(value));
    }

    [Theory]
    [InlineData("*.*.bar.com")]
    [InlineData("*.foo.*.com")]
    [InlineData("*bar.com")]
    [InlineData("f*.bar.com")]
    [InlineData("*")]
    [InlineData("*.")]
    [InlineData("bar.com")]
    public void A_wildcard_stands_alone_before_a_subdomain(string value)
    {
        Assert.True(DnsName.CheckWildcardSubdomain("*.bar.com").IsEmpty);
        Assert.Equal(
            [@"a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\*\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"],
            DnsName.CheckWildcardSubdomain(value));
    }

    [Fact]
    public void Fully_qualified_names_have_enough_segments()
    {
        Assert.True(DnsName.CheckFullyQualified("a.b.c").IsEmpty);
        Assert.Equal(["should be a domain with at least three segments separated by dots"], DnsName.CheckFullyQualified("a.b"));
        Assert.Equal([SubdomainMessage], DnsName.CheckFullyQualified("a.b.c."));
        Assert.True(DnsName.CheckFullyQualifiedDomain("a.b.").IsEmpty);
        Assert.Equal(["should be a domain with at least two segments separated by dots"], DnsName.CheckFullyQualifiedDomain("a."));
        Assert.Equal([SubdomainMessage], DnsName.CheckFullyQualifiedDomain("a.b.."));
        Assert.Equal(["must be no more than 63 characters"], DnsName.CheckFullyQualifiedDomain($"a.{new string('b', 64)}"));
        Assert.Equal([$"must be no more than 253 characters,{SubdomainMessage}"], DnsName.CheckFullyQualified(Long + "-"));
    }

    [Fact]
    public void Scanning_agrees_with_the_patterns() => Property.CheckText("ab0-._*A", 10, value =>
    {
        Assert.Equal(Matches(Label, value), DnsName.IsLabel(value));
        Assert.Equal(Matches($@"{Label}(\.{Label})*", value), DnsName.IsSubdomain(value));
        Assert.Equal(Matches("[a-z]([-a-z0-9]*[a-z0-9])?", value), DnsName.CheckLabel1035(value).IsEmpty);
        Assert.Equal(Matches($@"\*\.{Label}(\.{Label})*", value), DnsName.CheckWildcardSubdomain(value).IsEmpty);
        const string Underscored = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?";
        Assert.Equal(Matches($@"{Underscored}(\.{Underscored})*", value), DnsName.CheckSubdomainWithUnderscore(value).IsEmpty);
        const string Caseless = "[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?";
        Assert.Equal(Matches($@"{Caseless}(\.{Caseless})*", value), DnsName.CheckCaselessSubdomain(value).IsEmpty);
    });

    private static bool Matches(string pattern, string value) =>
        Regex.IsMatch(value, $@"\A(?:{pattern})\z", RegexOptions.CultureInvariant);
}
