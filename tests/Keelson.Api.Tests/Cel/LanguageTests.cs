using Keelson.Api.Cel.Objects;

namespace Keelson.Api.Tests.Cel;

public sealed class LanguageTests
{
    [Theory]
    // Literals.
    [InlineData("1 + 2 * 3 == 7")]
    [InlineData("(1 + 2) * 3 == 9")]
    [InlineData("0x1F == 31 && 0xffu == 255u")]
    [InlineData("-9223372036854775808 < 0")]
    [InlineData("1.5e3 == 1500.0 && .5 == 0.5")]
    [InlineData("'a\\x41\\u0042\\101\\n' == \"aABA\\n\"")]
    [InlineData("r'\\d' == '\\\\d'")]
    [InlineData("'''a\n\"b\"''' == 'a\\n\"b\"'")]
    [InlineData("b'\\xff' == b'\\377' && size(b'ÿ') == 2")]
    [InlineData("[1, 2, 3].size() == 3 && size({'a': 1}) == 1")]
    [InlineData("[1, 2,] == [1, 2] && {'a': 1,} == {'a': 1}")]
    [InlineData("1 == 1 // said behind it\n && true")]
    [InlineData("null == null && doc.nothing == null")]
    // Operators.
    [InlineData("7 / 2 == 3 && -7 / 2 == -3 && -7 % 3 == -1")]
    [InlineData("!false && !!true && - -1 == 1")]
    [InlineData("true ? 1 == 1 : 1 / 0 == 0")]
    [InlineData("2 in [1, 2] && !(4 in [1, 2]) && 'a' in {'a': 1}")]
    [InlineData("'a' + 'b' == 'ab' && b'a' + b'b' == b'ab' && [1] + [2] == [1, 2]")]
    [InlineData("'a' < 'b' && b'a' < b'b' && false < true && 1.0 < 1.5")]
    [InlineData("1 < 1.5 && 2u > 1 && 1.0 <= 1u && -1 < 0u")]
    [InlineData("dyn(1) == dyn(1.0) && dyn(1u) == dyn(1) && dyn(1) != dyn('1')")]
    [InlineData("{1: 'a'} == {1: 'a'} && {1: 'a', 2: 'b'} == {2: 'b', 1: 'a'}")]
    // An error on one side does not matter where the other one decides.
    [InlineData("true || 1 / 0 == 0")]
    [InlineData("1 / 0 == 0 || true")]
    [InlineData("!(1 / 0 == 0 && false)")]
    [InlineData("[0, 1, 2].exists(i, 2 / i == 2)")]
    [InlineData("![0, 2].all(i, 2 / i == 5)")]
    // Names and members.
    [InlineData("doc.name == 'web' && doc['name'] == 'web' && doc.labels['app'] == 'web'")]
    [InlineData("has(doc.labels.app) && !has(doc.labels.other)")]
    [InlineData("doc.ports[1] == 443 && doc.deep.list[0].a == 1")]
    [InlineData("x == 5 && .x == 5 && [6].exists(x, x == 6)")]
    [InlineData("type(1) == int && type('') == string && type([]) == list && type(type(1)) == type")]
    // Macros.
    [InlineData("words.all(w, w.size() == 1) && words.exists(w, w == 'b') && words.exists_one(w, w == 'c')")]
    [InlineData("words.map(w, w + '!') == ['a!', 'b!', 'c!'] && words.filter(w, w > 'a') == ['b', 'c']")]
    [InlineData("[1, 2, 3].map(i, i > 1, i * 2) == [4, 6]")]
    [InlineData("{'a': 1, 'b': 2}.all(k, k in ['a', 'b'])")]
    [InlineData("words.all(i, w, words[i] == w) && {'a': 1}.exists(k, v, k == 'a' && v == 1) && [1, 2].existsOne(i, v, i + v == 1)")]
    [InlineData("words.transformList(i, w, w + string(i)) == ['a0', 'b1', 'c2'] && words.transformList(i, w, i > 0, w) == ['b', 'c']")]
    [InlineData("{'a': 1, 'b': 2}.transformMap(k, v, v * 2) == {'a': 2, 'b': 4}")]
    [InlineData("{'a': 'b'}.transformMapEntry(k, v, {v: k}) == {'b': 'a'}")]
    [InlineData("cel.bind(n, x + 1, n * n) == 36")]
    [InlineData("[].all(i, false) && ![].exists(i, true)")]
    // Optionals.
    [InlineData("doc.?name.orValue('none') == 'web' && doc.?other.orValue('none') == 'none'")]
    [InlineData("doc.?labels.?app.hasValue() && !doc.?other.more.hasValue()")]
    [InlineData("words[?1].value() == 'b' && !words[?9].hasValue() && doc.labels[?'tier'].orValue('') == 'front'")]
    [InlineData("optional.of(1).or(optional.none()) == optional.of(1) && optional.none().or(optional.of(2)).value() == 2")]
    [InlineData("[?optional.of(1), ?optional.none()] == [1] && {?'a': optional.none()} == {}")]
    [InlineData("optional.of(2).optMap(v, v * 2).value() == 4 && optional.of(2).optFlatMap(v, optional.of(v + 1)).value() == 3")]
    [InlineData("optional.ofNonZeroValue('') == optional.none() && optional.ofNonZeroValue(1).hasValue()")]
    public void An_expression_holds(string text) => Assert.Equal(true, Expressions.Run(text).Value);

    [Theory]
    [InlineData("1 / 0", "division by zero")]
    [InlineData("1 % 0", "modulus by zero")]
    [InlineData("9223372036854775807 + 1", "integer overflow")]
    [InlineData("-9223372036854775808 - 1", "integer overflow")]
    [InlineData("9223372036854775807 * 2", "integer overflow")]
    [InlineData("-(-9223372036854775807 - 1)", "integer overflow")]
    [InlineData("0u - 1u", "unsigned integer overflow")]
    [InlineData("[1][5]", "index out of bounds: 5")]
    [InlineData("{'a': 1}['b']", "no such key: b")]
    [InlineData("doc.other", "no such key: other")]
    [InlineData("doc.name + 1", "no such overload")]
    [InlineData("doc.name > 1", "no such overload")]
    [InlineData("{'a': 1, 'a': 2}", "Failed with repeated key: a")]
    [InlineData("false || 1 / 0 == 0", "division by zero")]
    [InlineData("[1, 1].exists_one(i, 1 / 0 == 0)", "division by zero")]
    [InlineData("optional.none().value()", "optional.none() dereference")]
    [InlineData("duration('9223372036s') + duration('9223372036s')", "duration overflow")]
    [InlineData("timestamp('9999-12-31T23:59:59Z') + duration('1s')", "timestamp overflow")]
    public void An_expression_has_no_value(string text, string error) => Assert.Equal(error, Expressions.Error(text));

    [Theory]
    [InlineData("int(3.9)", 3L)]
    [InlineData("int('-12')", -12L)]
    [InlineData("int(timestamp('1970-01-01T00:01:00Z'))", 60L)]
    [InlineData("uint(7)", 7UL)]
    [InlineData("double('1.5')", 1.5)]
    [InlineData("string(1.5)", "1.5")]
    [InlineData("string(duration('90s'))", "90s")]
    [InlineData("string(timestamp('2024-02-29T12:00:00.5+01:00'))", "2024-02-29T11:00:00.5Z")]
    [InlineData("string(b'abc')", "abc")]
    [InlineData("bool('true')", true)]
    [InlineData("timestamp('2024-03-01T00:00:00Z').getFullYear()", 2024L)]
    [InlineData("timestamp('2024-03-01T00:00:00Z').getDayOfYear()", 60L)]
    [InlineData("timestamp('2024-03-01T00:00:00Z').getMonth()", 2L)]
    [InlineData("timestamp('2024-03-01T00:00:00Z').getDayOfWeek()", 5L)]
    [InlineData("timestamp('2024-03-01T00:30:00Z').getHours('-02:30')", 22L)]
    [InlineData("timestamp('2024-07-01T12:00:00Z').getHours('Europe/Berlin')", 14L)]
    [InlineData("duration('3730s').getMinutes()", 62L)]
    [InlineData("duration('1500ms').getMilliseconds()", 500L)]
    public void A_conversion_gives(string text, object value) => Assert.Equal(value, Expressions.Run(text).Value);

    [Theory]
    [InlineData("missing", "ERROR: <input>:1:1: undeclared reference to 'missing' (in container '')\n | missing\n | ^")]
    [InlineData("x + 'a'", "ERROR: <input>:1:3: found no matching overload for '_+_' applied to '(int, string)'\n | x + 'a'\n | ..^")]
    [InlineData("s.contains(1)", "ERROR: <input>:1:11: found no matching overload for 'contains' applied to 'string.(int)'\n | s.contains(1)\n | ..........^")]
    [InlineData("x.y", "ERROR: <input>:1:2: type 'int' does not support field selection\n | x.y\n | .^")]
    [InlineData("x.all(i, true)", "ERROR: <input>:1:1: expression of type 'int' cannot be range of a comprehension (must be list, map, or dynamic)\n | x.all(i, true)\n | ^")]
    [InlineData("words.all(w, 1)", "ERROR: <input>:1:14: expected type 'bool' but found 'int'\n | words.all(w, 1)\n | .............^")]
    [InlineData("this does not compile", "ERROR: <input>:1:6: Syntax error: mismatched input 'does' expecting <EOF>\n | this does not compile\n | .....^")]
    [InlineData("x >", "ERROR: <input>:1:4: Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}\n | x >\n | ...^")]
    [InlineData("x == 5 &&\n s == 'é' + z", "ERROR: <input>:2:13: undeclared reference to 'z' (in container '')\n |  s == 'é' + z\n | ............^")]
    [InlineData("has(x)", "ERROR: <input>:1:5: invalid argument to has() macro\n | has(x)\n | ....^")]
    [InlineData("words.all(1, true)", "ERROR: <input>:1:11: argument must be a simple name\n | words.all(1, true)\n | ..........^")]
    [InlineData("[1, 'a']", "ERROR: <input>:1:5: expected type 'int' but found 'string'\n | [1, 'a']\n | ....^")]
    [InlineData("1 == 1.0", "ERROR: <input>:1:3: found no matching overload for '_==_' applied to '(int, double)'\n | 1 == 1.0\n | ..^")]
    [InlineData("9223372036854775808", "ERROR: <input>:1:1: invalid int literal\n | 9223372036854775808\n | ^")]
    [InlineData("s.matches('(')", "ERROR: <input>:1:11: invalid matches argument: error parsing regexp: missing closing ): `(`\n | s.matches('(')\n | ..........^")]
    public void A_wrong_expression_is_told_with_its_place(string text, string error) => Assert.Equal(error, Expressions.Fault(text));

    [Fact]
    public void Deep_and_long_expressions_are_refused_and_wide_ones_are_not()
    {
        Assert.Contains("recursion limit exceeded", Expressions.Fault(new string('(', 10_000) + "1" + new string(')', 10_000)), StringComparison.Ordinal);
        Assert.Contains("recursion limit exceeded", Expressions.Fault(string.Concat(Enumerable.Repeat("[", 5_000))), StringComparison.Ordinal);
        Assert.Contains("recursion limit exceeded", Expressions.Fault("1" + string.Concat(Enumerable.Repeat(" + 1", 5_000))), StringComparison.Ordinal);
        Assert.Contains("exceeds limit", Expressions.Fault(new string(' ', 200_000)), StringComparison.Ordinal);
        Assert.Equal(true, Expressions.Run("x == 5" + string.Concat(Enumerable.Repeat(" && x == 5", 2_000))).Value);
    }

    [Fact]
    public void Lists_and_maps_of_expressions_can_be_put_into_documents()
    {
        var made = Expressions.Run("{'a': dyn([dyn(1), dyn(2.5), dyn('b'), dyn(true)]), 'b': doc.labels}").Value;
        Assert.Equal("""{"a":[1,2.5,"b",true],"b":{"app":"web","tier":"front"}}""", CelShown.ToValue(made)!.ToString());
    }
}
