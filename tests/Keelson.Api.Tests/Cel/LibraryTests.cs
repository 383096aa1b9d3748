using Keelson.Api.Cel;
using Keelson.Api.Cel.Checking;
using Keelson.Api.Cel.Library;

namespace Keelson.Api.Tests.Cel;

public sealed class LibraryTests
{
    [Theory]
    // Strings.
    [InlineData("'hello'.charAt(1) == 'e' && 'hello'.charAt(5) == ''")]
    [InlineData("'añb'.indexOf('b') == 2 && 'hello'.lastIndexOf('l') == 3 && 'hello'.indexOf('l', 3) == 3 && 'a'.indexOf('z') == -1")]
    [InlineData("['a', 'b'].join() == 'ab' && ['a', 'b'].join('-') == 'a-b'")]
    [InlineData("'AbÇ'.lowerAscii() == 'abÇ' && 'abç'.upperAscii() == 'ABç'")]
    [InlineData("'a.b.c'.replace('.', '-') == 'a-b-c' && 'a.b.c'.replace('.', '-', 1) == 'a-b.c' && 'ab'.replace('', '_') == '_a_b_'")]
    [InlineData("'a,b,c'.split(',') == ['a', 'b', 'c'] && 'a,b,c'.split(',', 2) == ['a', 'b,c'] && 'ab'.split('') == ['a', 'b']")]
    [InlineData("'tacocat'.substring(4) == 'cat' && 'tacocat'.substring(0, 4) == 'taco'")]
    [InlineData("'  trim '.trim() == 'trim' && 'abc'.reverse() == 'cba'")]
    [InlineData("strings.quote('a\"b\\n') == '\"a\\\\\"b\\\\n\"'")]
    [InlineData("'%s is %d, %.2f, %x, %b, %o, %e'.format(['a', 5, 1.239, 255, 5, 8, 1500.0]) == 'a is 5, 1.24, ff, 101, 10, 1.500000e+03'")]
    [InlineData("'%s %s'.format([[1, 2], {'a': 'b'}]) == '[1, 2] {a: b}'")]
    [InlineData("'abc'.startsWith('ab') && 'abc'.endsWith('bc') && 'abc'.contains('b')")]
    [InlineData("'%d and %d'.format([x, x + 1]) == '5 and 6' && '%d are'.format([doc.ports[0]]) == '80 are'")]
    // Patterns.
    [InlineData("'abc'.matches('^a.c$') && matches('xabcx', 'b') && !'abc'.matches('^b')")]
    [InlineData("'abc 123 45'.find('[0-9]+') == '123' && 'abc'.find('[0-9]') == ''")]
    [InlineData("'a1b22'.findAll('[0-9]+') == ['1', '22'] && 'a1b22'.findAll('[0-9]', 1) == ['1'] && 'aaa'.findAll('a+?') == ['a', 'a', 'a']")]
    [InlineData("'abab'.find('ab|abab') == 'ab' && 'abab'.find('(ab)*') == 'abab' && 'ab'.findAll('x*') == ['', '', '']")]
    // Lists and sets.
    [InlineData("[1, 2, 2].isSorted() && ![2, 1].isSorted() && [1, 2].sum() == 3 && [1.5, 2.5].sum() == 4.0")]
    [InlineData("[3, 1, 2].min() == 1 && ['a', 'c', 'b'].max() == 'c' && [1, 2, 1].indexOf(1) == 0 && [1, 2, 1].lastIndexOf(1) == 2")]
    [InlineData("[3, 1].sort() == [1, 3] && [1, 1, 2].distinct() == [1, 2] && [[1], [2]].flatten() == [1, 2] && [1, 2, 3].slice(1, 2) == [2]")]
    [InlineData("[{'n': 'b', 'v': '1'}, {'n': 'a', 'v': '2'}].sortBy(e, e.n).map(e, e.v) == ['2', '1'] && [3, 1, 2].sortBy(i, -i) == [3, 2, 1] && [].sortBy(e, e) == []")]
    [InlineData("['bb', 'a', 'cc'].sortBy(w, w.size()) == ['a', 'bb', 'cc'] && [[2, 1], [1]].sortBy(l, l.sortBy(n, n)[0]) == [[2, 1], [1]] && words.sortBy(w, w != 'c')[0] == 'c'")]
    [InlineData("lists.range(3) == [0, 1, 2] && lists.range(0) == [] && [1, 2].reverse() == [2, 1] && [[[1], [2]], [[3]]].flatten(2) == [1, 2, 3] && [1, 2].first().value() == 1 && [1, 2].last().orValue(0) == 2 && ![].first().hasValue()")]
    [InlineData("sets.contains([1, 2, 3], [2]) && sets.equivalent([1, 2, 2], [2, 1]) && sets.intersects([1], [1, 2]) && !sets.intersects([1], [2])")]
    [InlineData("math.greatest(1, 3) == 3 && math.least([2, 1]) == 1 && math.abs(-2) == 2 && math.ceil(1.2) == 2.0")]
    // The web and the net.
    [InlineData("url('https://user@example.com:80/a?k=v&k=w').getHost() == 'example.com:80' && isURL('/path') && !isURL('a b')")]
    [InlineData("url('https://[::1]:80/').getHostname() == '::1' && url('https://a.b:90/').getPort() == '90' && url('https://a/x%20y').getEscapedPath() == '/x%20y'")]
    [InlineData("url('https://a/?k=v&k=w').getQuery() == {'k': ['v', 'w']} && url('https://a').getScheme() == 'https'")]
    [InlineData("isIP('10.0.0.1') && !isIP('10.0.0.256') && !isIP('10.01.0.1') && ip('::1').isLoopback() && ip('10.0.0.1').family() == 4")]
    [InlineData("ip.isCanonical('10.0.0.1') && !ip.isCanonical('2001:DB8::1') && string(ip('2001:DB8::0:1')) == '2001:db8::1'")]
    [InlineData("cidr('10.0.0.0/8').containsIP('10.1.2.3') && cidr('10.0.0.0/8').containsIP(ip('10.1.2.3')) && !cidr('10.0.0.0/8').containsIP('11.0.0.1')")]
    [InlineData("cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16') && cidr('10.1.2.3/8').masked() == cidr('10.0.0.0/8') && cidr('10.0.0.0/8').prefixLength() == 8")]
    [InlineData("isCIDR('::/0') && !isCIDR('10.0.0.0') && ip('169.254.1.1').isLinkLocalUnicast() && ip('8.8.8.8').isGlobalUnicast()")]
    // Quantities, versions, formats.
    [InlineData("quantity('1.5Gi').isGreaterThan(quantity('1G')) && quantity('500m').add(quantity('0.5')) == quantity('1') && isQuantity('1k') && !isQuantity('x')")]
    [InlineData("quantity('2').asInteger() == 2 && quantity('1').sub(2).sign() == -1 && quantity('50k').compareTo(quantity('50000')) == 0 && !quantity('100m').isInteger()")]
    [InlineData("semver('1.2.3').isLessThan(semver('1.10.0')) && isSemver('1.0.0-beta.1') && !isSemver('1.0') && semver('v1.0', true).major() == 1")]
    [InlineData("semver('1.0.0-alpha').isLessThan(semver('1.0.0')) && semver('1.0.0-2').compareTo(semver('1.0.0-10')) == -1")]
    [InlineData("!format.dns1123Label().validate('my-label').hasValue() && format.dns1123Label().validate('My').hasValue()")]
    [InlineData("format.named('labelValue').hasValue() && !format.named('other').hasValue() && format.named('uuid').value().validate('x').hasValue()")]
    public void A_function_gives(string text) => Assert.Equal(true, Expressions.Run(text).Value);

    [Theory]
    [InlineData("'a'.charAt(5)", "index out of range: 5")]
    [InlineData("'abc'.substring(2, 1)", "invalid substring range. start: 2, end: 1")]
    [InlineData("ip('1.2.3')", "IP Address \"1.2.3\" parse error during conversion from string")]
    [InlineData("[].min()", "min called on empty list")]
    [InlineData("'%d'.format(['a'])", "error during formatting: decimal clause can only be used on integers, was given string")]
    [InlineData("'%s'.format([])", "index 0 out of range")]
    public void A_function_fails(string text, string error) => Assert.Equal(error, Expressions.Error(text));

    [Fact]
    public void Questions_about_access_reach_the_authorizer()
    {
        var authorizer = new Recorder();
        var environment = new CelEnvironment().Authorizer(withRequestResource: true);
        var program = CelProgram.Compile(
            environment,
            "authorizer.group('apps').resource('deployments').subresource('scale').namespace('a').name('b').check('update').allowed() "
            + "&& !authorizer.path('/healthz').check('get').allowed() && authorizer.serviceAccount('ns', 'sa').group('').resource('pods').check('list').reason() == 'said so' "
            + "&& authorizer.requestResource.check('get').allowed()",
            out var error);
        Assert.True(program is not null, error);
        var request = new CelAccessQuestion(null, null, "", "pods", "", "x", "y", "");
        var result = program.Evaluate(
            name => name switch { "authorizer" => CelAccess.Of(authorizer), "authorizer.requestResource" => CelAccess.Of(authorizer, request), _ => null }, limit: 10_000_000);
        Assert.Equal(true, result.Value);
        Assert.Equal(
            [
                new CelAccessQuestion(null, null, "apps", "deployments", "scale", "a", "b", "update"), new CelAccessQuestion(null, "/healthz", "", "", "", "", "", "get"),
                new CelAccessQuestion(("ns", "sa"), null, "", "pods", "", "", "", "list"), request with { Verb = "get" },
            ],
            authorizer.Asked);
        Assert.True(result.Cost > 4 * 350_000);
        Assert.Null(CelProgram.Compile(new CelEnvironment(), "authorizer.path('/a').check('get').allowed()", out _));
    }

    [Fact]
    public void A_named_type_is_what_an_expression_says_it_is() =>
        Assert.Equal(CelKind.List, Expressions.Compile("words.map(w, w.size())").ResultType.Kind);

    private sealed class Recorder : ICelAuthorizer
    {
        public List<CelAccessQuestion> Asked { get; } = [];

        public CelAccessAnswer Check(CelAccessQuestion question, CancellationToken cancel)
        {
            Asked.Add(question);
            return new CelAccessAnswer(question.Path is null, "said so", null);
        }
    }
}
