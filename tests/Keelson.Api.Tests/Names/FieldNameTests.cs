using System.Text.RegularExpressions;
using Keelson.Api.Names;
using Keelson.Api.Tests.Primitives;

namespace Keelson.Api.Tests.Names;

public sealed class FieldNameTests
{
    [Fact]
    public void Identifiers_are_those_of_C()
    {
        Assert.True(FieldName.CheckIdentifier("_my_NAME1").IsEmpty);
        foreach (var value in new[] { "", "1a", "a-b", "a.b", "é" })
        {
            Assert.Equal(
                ["a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName', regex used for validation is '[A-Za-z_][A-Za-z0-9_]*')"],
                FieldName.CheckIdentifier(value));
        }
    }

    [Fact]
    public void Variables_have_a_strict_and_a_relaxed_rule()
    {
        const string Strict =
            "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')";
        Assert.True(FieldName.CheckVariable("my.env-NAME_1").IsEmpty);
        Assert.Equal([Strict], FieldName.CheckVariable("1a"));
        Assert.Equal([Strict], FieldName.CheckVariable(""));
        Assert.Equal(["must not be '.'"], FieldName.CheckVariable("."));
        Assert.Equal(["must not be '..'"], FieldName.CheckVariable(".."));
        Assert.Equal(["must not start with '..'"], FieldName.CheckVariable("..a"));
        Assert.Equal([Strict, "must not start with '..'"], FieldName.CheckVariable("..a b"));

        const string Relaxed = "a valid environment variable name must consist only of printable ASCII characters other than '='";
        Assert.True(FieldName.CheckRelaxedVariable("1 a/b~!").IsEmpty);
        Assert.Equal(["environment variable name must be non-empty"], FieldName.CheckRelaxedVariable(""));
        Assert.Equal([Relaxed], FieldName.CheckRelaxedVariable("a=b"));
        Assert.Equal([Relaxed], FieldName.CheckRelaxedVariable("a\u007f"));
        Assert.Equal([Relaxed], FieldName.CheckRelaxedVariable("é\t"));
    }

    [Fact]
    public void Keys_of_config_maps_are_file_names()
    {
        const string Message =
            "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
        foreach (var value in new[] { "a", "a.b_c-D", ".a", "1", new string('a', 253) }) Assert.True(FieldName.CheckConfigKey(value).IsEmpty);
        foreach (var value in new[] { "", "a/b", "a b", "é" }) Assert.Equal([Message], FieldName.CheckConfigKey(value));
        Assert.Equal(["must be no more than 253 characters"], FieldName.CheckConfigKey(new string('a', 254)));
        Assert.Equal(["must not be '.'"], FieldName.CheckConfigKey("."));
        Assert.Equal(["must not start with '..'"], FieldName.CheckConfigKey("..data"));
    }

    [Theory]
    [InlineData("http")]
    [InlineData("a-1")]
    [InlineData("123456789-12-ab")]
    [InlineData("", "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)", "must contain at least one letter (a-z)")]
    [InlineData("80", "must contain at least one letter (a-z)")]
    [InlineData("a--b", "must not contain consecutive hyphens")]
    [InlineData("-a", "must not begin or end with a hyphen")]
    [InlineData("a-", "must not begin or end with a hyphen")]
    [InlineData("a_b", "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")]
    [InlineData("abcdefghijklmnop", "must be no more than 15 characters")]
    public void Names_of_ports_are_service_names(string value, params string[] messages) =>
        Assert.Equal(messages, FieldName.CheckPort(value));

    [Fact]
    public void Numbers_have_ranges()
    {
        Assert.True(FieldName.CheckPortNumber(65535).IsEmpty);
        Assert.Equal(["must be between 1 and 65535, inclusive"], FieldName.CheckPortNumber(0));
        Assert.True(FieldName.CheckUnixId(4294967295).IsEmpty);
        Assert.Equal(["must be between 0 and 4294967295, inclusive"], FieldName.CheckUnixId(-1));
    }

    [Fact]
    public void Percentages_headers_and_integers_have_one_form()
    {
        Assert.True(FieldName.CheckPercent("100%").IsEmpty);
        foreach (var value in new[] { "", "%", "1", "-1%", "1.5%", "1%%" })
        {
            Assert.Equal(["a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"], FieldName.CheckPercent(value));
        }
        Assert.True(FieldName.CheckHttpHeader("X-Header-1").IsEmpty);
        foreach (var value in new[] { "", "a b", "a:b", "a_b" })
        {
            Assert.Equal(["a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')"], FieldName.CheckHttpHeader(value));
        }
        foreach (var value in new[] { "0", "-1", "10" }) Assert.True(FieldName.CheckDecimalInteger(value).IsEmpty);
        Assert.Equal(["must be non-empty"], FieldName.CheckDecimalInteger(""));
        foreach (var value in new[] { "-0", "01", "+1", "-", "1a" })
        {
            Assert.Equal(["must be a valid decimal integer in canonical form"], FieldName.CheckDecimalInteger(value));
        }
    }

    [Fact]
    public void Paths_have_segments_and_domains()
    {
        Assert.True(FieldName.CheckPathSegment("a:B_c...").IsEmpty);
        Assert.Equal(["may not be '.'"], FieldName.CheckPathSegment("."));
        Assert.Equal(["may not be '..'"], FieldName.CheckPathSegment(".."));
        Assert.Equal(["may not contain '/'", "may not contain '%'"], FieldName.CheckPathSegment("a%/b"));
        Assert.True(FieldName.CheckPathSegmentPrefix("..").IsEmpty);
        Assert.True(FieldName.CheckDomainPrefixedPath("acme.io/foo/bar%20").IsEmpty);
        foreach (var value in new[] { "", "acme.io", "/foo", "acme.io/" })
        {
            Assert.Equal(["must be a domain-prefixed path (such as \"acme.io/foo\")"], FieldName.CheckDomainPrefixedPath(value));
        }
        Assert.Equal([@"Invalid path (regex used for validation is '[A-Za-z0-9/\-._~%!$&'()*+,;=:]+')"], FieldName.CheckDomainPrefixedPath("acme.io/a b"));
    }

    [Fact]
    public void Unique_identifiers_are_lower_case_with_hyphens()
    {
        Assert.True(FieldName.CheckUuid("123e4567-e89b-12d3-a456-426614174000").IsEmpty);
        foreach (var value in new[] { "", "123E4567-E89B-12D3-A456-426614174000", "123e4567e89b12d3a456426614174000", "123e4567-e89b-12d3-a456-42661417400g", "123e4567-e89b-12d3-a4564-26614174000" })
        {
            Assert.Equal(["must be a lowercase UUID in 8-4-4-4-12 format"], FieldName.CheckUuid(value));
        }
    }

    [Fact]
    public void Resources_of_others_carry_a_domain()
    {
        Assert.True(ResourceName.CheckExtended("example.com/gpu").IsEmpty);
        Assert.Equal(["a name must be a domain-prefixed path, such as 'example.com/my-prop'"], ResourceName.CheckExtended("gpu"));
        Assert.Equal(["must not have \"kubernetes.io/\" domain"], ResourceName.CheckExtended("a.kubernetes.io/gpu"));
        Assert.Equal(["must not have \"requests.\" prefix"], ResourceName.CheckExtended("requests.example.com/gpu"));
        Assert.True(ResourceName.CheckPool("node-1/a.b").IsEmpty);
        Assert.Equal("segment 1: must not be empty", ResourceName.CheckPool("a//b")[0]);
        Assert.StartsWith("segment 0: a lowercase RFC 1123 subdomain", ResourceName.CheckPool("A/b")[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Scanning_agrees_with_the_patterns() => Property.CheckText("aZ09_-.=% ", 6, value =>
    {
        Assert.Equal(Regex.IsMatch(value, @"\A[A-Za-z_][A-Za-z0-9_]*\z"), FieldName.CheckIdentifier(value).IsEmpty);
        Assert.Equal(Regex.IsMatch(value, @"\A(?!\.\.)(?!\.\z)[-._a-zA-Z][-._a-zA-Z0-9]*\z"), FieldName.CheckVariable(value).IsEmpty);
        Assert.Equal(Regex.IsMatch(value, @"\A(?!\.\.)(?!\.\z)[-._a-zA-Z0-9]+\z"), FieldName.CheckConfigKey(value).IsEmpty);
        Assert.Equal(Regex.IsMatch(value, @"\A[-A-Za-z0-9]+\z"), FieldName.CheckHttpHeader(value).IsEmpty);
        Assert.Equal(Regex.IsMatch(value, @"\A[0-9]+%\z"), FieldName.CheckPercent(value).IsEmpty);
        Assert.Equal(Regex.IsMatch(value, @"\A(0|-?[1-9][0-9]*)\z"), FieldName.CheckDecimalInteger(value).IsEmpty);
    });
}
