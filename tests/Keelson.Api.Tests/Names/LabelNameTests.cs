using System.Text.RegularExpressions;
using Keelson.Api.Names;
using Keelson.Api.Tests.Primitives;

namespace Keelson.Api.Tests.Names;

public sealed class LabelNameTests
{
    private const string NameMessage =
        "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

    private const string SubdomainMessage =
        @"a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    [Theory]
    [InlineData("simple")]
    [InlineData("now-with-dashes")]
    [InlineData("1-starts-with-num")]
    [InlineData("1234")]
    [InlineData("simple/simple")]
    [InlineData("now-with-dashes/now.with_dots")]
    [InlineData("1.2.3.4/5678")]
    [InlineData("Uppercase_Is_OK_123")]
    [InlineData("example.com/Uppercase_Is_OK_123")]
    public void A_key_is_a_name_perhaps_with_a_prefix(string value)
    {
        Assert.True(LabelName.CheckKey(value).IsNil);
        Assert.True(LabelName.IsKey(value));
    }

    [Fact]
    public void Each_part_of_a_wrong_key_is_told()
    {
        Assert.Equal(["name part must be non-empty", $"name part {NameMessage}"], LabelName.CheckKey(""));
        Assert.Equal(["prefix part must be non-empty"], LabelName.CheckKey("/a"));
        Assert.Equal(["name part must be non-empty", $"name part {NameMessage}"], LabelName.CheckKey("a/"));
        Assert.Equal([$"name part {NameMessage}"], LabelName.CheckKey("-a"));
        Assert.Equal([$"prefix part {SubdomainMessage}"], LabelName.CheckKey("Upper.com/a"));
        Assert.Equal(
            [$"a valid label key {NameMessage} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"],
            LabelName.CheckKey("a/b/c"));
        Assert.Equal(["name part must be no more than 63 bytes"], LabelName.CheckKey(new string('a', 64)));
        Assert.Equal(["prefix part must be no more than 253 bytes"], LabelName.CheckKey(new string('a', 254) + "/b"));
    }

    [Fact]
    public void A_prefix_may_be_required()
    {
        Assert.True(LabelName.CheckPrefixedKey("a.b/c").IsEmpty);
        Assert.Equal(["must include a prefix (e.g. 'example.com/key')"], LabelName.CheckPrefixedKey("c"));
        Assert.Equal(["must be a domain-prefixed key (such as \"acme.io/foo\")"], LabelName.CheckDomainPrefixedKey("c"));
        Assert.Equal(LabelName.CheckKey("-"), LabelName.CheckPrefixedKey("-"));
    }

    [Fact]
    public void A_value_is_empty_or_a_name()
    {
        Assert.True(LabelName.CheckValue("").IsEmpty);
        Assert.True(LabelName.IsValue("1.0_B-c"));
        Assert.Equal(
            ["a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"],
            LabelName.CheckValue("a b"));
        Assert.Equal(["must be no more than 63 bytes"], LabelName.CheckValue(new string('a', 64)));
    }

    [Fact]
    public void Scanning_agrees_with_the_patterns() => Property.CheckText("aB0-._/", 8, value =>
    {
        const string Name = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
        const string Label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
        Assert.Equal(Regex.IsMatch(value, $@"\A({Label}(\.{Label})*/)?{Name}\z"), LabelName.IsKey(value));
        Assert.Equal(Regex.IsMatch(value, $@"\A({Name})?\z"), LabelName.IsValue(value));
    });
}
