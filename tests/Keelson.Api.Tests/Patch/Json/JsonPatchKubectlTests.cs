using System.Text;
using Keelson.Api.Patch.Json;
using Keelson.Api.Values;

namespace Keelson.Api.Tests.Patch.Json;

/// <summary>What kubectl 1.32 did with these patches and this object.</summary>
public sealed class JsonPatchKubectlTests
{
    private const string Spec = """
{"a":1,"l":[1,2,3],"m":{"x":{"y":"z"}},"n":null,"e":[],"s":"str","f":1.5,"sl/t~":"q","":"empty","lo":[{"n":"a"},{"n":"b"}]}
""";

    private static readonly Value Sample = MapValue.Of(
        ("apiVersion", "e.com/v1"), ("kind", "Foo"), ("metadata", MapValue.Of(("name", "x"))), ("spec", ValueReader.Read(Spec)));

    [Theory]
    [InlineData("[{\"op\":\"add\",\"path\":\"/spec/l/4\",\"value\":4}]", "error in add for path: '/spec/l/4': Unable to access invalid index: 4: invalid index referenced")]
    [InlineData("[{\"op\":\"add\",\"path\":\"/spec/l/-5\",\"value\":4}]", "error in add for path: '/spec/l/-5': Unable to access invalid index: -5: invalid index referenced")]
    [InlineData("[{\"op\":\"add\",\"path\":\"/spec/l/x\",\"value\":4}]", "error in add for path: '/spec/l/x': value was not a proper array index: 'x': strconv.Atoi: parsing \"x\": invalid syntax")]
    [InlineData("[{\"op\":\"add\",\"path\":\"/spec/l/99999999999999999999\",\"value\":4}]", "error in add for path: '/spec/l/99999999999999999999': value was not a proper array index: '99999999999999999999': strconv.Atoi: parsing \"99999999999999999999\": value out of range")]
    [InlineData("[{\"op\":\"add\",\"path\":\"/spec/l/\",\"value\":4}]", "error in add for path: '/spec/l/': value was not a proper array index: '': strconv.Atoi: parsing \"\": invalid syntax")]
    [InlineData("[{\"op\":\"add\",\"path\":\"/spec/q/r\",\"value\":4}]", "add operation does not apply: doc is missing path: \"/spec/q/r\": missing value")]
    [InlineData("[{\"op\":\"add\",\"path\":\"/spec/s/r\",\"value\":4}]", "add operation does not apply: doc is missing path: \"/spec/s/r\": missing value")]
    [InlineData("[{\"op\":\"add\",\"path\":\"/spec/n/r\",\"value\":4}]", "add operation does not apply: doc is missing path: \"/spec/n/r\": missing value")]
    [InlineData("[{\"op\":\"add\",\"path\":\"/spec/a/r/t\",\"value\":4}]", "add operation does not apply: doc is missing path: \"/spec/a/r/t\": missing value")]
    [InlineData("[{\"op\":\"add\",\"path\":\"/spec/l/5/t\",\"value\":4}]", "add operation does not apply: doc is missing path: \"/spec/l/5/t\": missing value")]
    [InlineData("[{\"op\":\"add\",\"path\":\"/spec/l/x/t\",\"value\":4}]", "add operation does not apply: doc is missing path: \"/spec/l/x/t\": missing value")]
    [InlineData("[{\"op\":\"add\",\"path\":\"/spec/lo/-/t\",\"value\":4}]", "add operation does not apply: doc is missing path: \"/spec/lo/-/t\": missing value")]
    [InlineData("[{\"op\":\"add\",\"value\":1}]", "add operation failed to decode path: missing value")]
    [InlineData("[{\"op\":\"add\",\"path\":null,\"value\":1}]", "add operation failed to decode path: missing value")]
    [InlineData("[{\"op\":\"add\",\"path\":1,\"value\":1}]", "add operation failed to decode path: missing value")]
    [InlineData("[{\"op\":\"add\",\"path\":\"\",\"value\":{\"a\":1}}]", "add operation does not apply: doc is missing path: \"\": missing value")]
    [InlineData("[{\"op\":\"add\",\"path\":\"spec\",\"value\":{\"a\":1}}]", "add operation does not apply: doc is missing path: \"spec\": missing value")]
    [InlineData("[{\"op\":\"remove\",\"path\":\"/spec/zz\"}]", "error in remove for path: '/spec/zz': Unable to remove nonexistent key: zz: missing value")]
    [InlineData("[{\"op\":\"remove\",\"path\":\"/spec/zz/y\"}]", "remove operation does not apply: doc is missing path: \"/spec/zz/y\": missing value")]
    [InlineData("[{\"op\":\"remove\",\"path\":\"/spec/l/3\"}]", "error in remove for path: '/spec/l/3': Unable to access invalid index: 3: invalid index referenced")]
    [InlineData("[{\"op\":\"remove\",\"path\":\"/spec/l/-4\"}]", "error in remove for path: '/spec/l/-4': Unable to access invalid index: -4: invalid index referenced")]
    [InlineData("[{\"op\":\"remove\",\"path\":\"/spec/l/-\"}]", "error in remove for path: '/spec/l/-': strconv.Atoi: parsing \"-\": invalid syntax")]
    [InlineData("[{\"op\":\"remove\",\"path\":\"/spec/l/x\"}]", "error in remove for path: '/spec/l/x': strconv.Atoi: parsing \"x\": invalid syntax")]
    [InlineData("[{\"op\":\"remove\",\"path\":\"/spec/a/b\"}]", "remove operation does not apply: doc is missing path: \"/spec/a/b\": missing value")]
    [InlineData("[{\"op\":\"remove\",\"path\":\"\"}]", "remove operation does not apply: doc is missing path: \"\": missing value")]
    [InlineData("[{\"op\":\"remove\"}]", "remove operation failed to decode path: missing value")]
    [InlineData("[{\"op\":\"replace\",\"path\":\"/spec/zz/y\",\"value\":9}]", "replace operation does not apply: doc is missing path: /spec/zz/y: missing value")]
    [InlineData("[{\"op\":\"replace\",\"path\":\"/spec/l/3\",\"value\":9}]", "replace operation does not apply: doc is missing key: /spec/l/3: missing value")]
    [InlineData("[{\"op\":\"replace\",\"path\":\"/spec/l/-4\",\"value\":9}]", "replace operation does not apply: doc is missing key: /spec/l/-4: missing value")]
    [InlineData("[{\"op\":\"replace\",\"path\":\"/spec/l/-\",\"value\":9}]", "replace operation does not apply: doc is missing key: /spec/l/-: missing value")]
    [InlineData("[{\"op\":\"replace\",\"path\":\"/spec/l/x\",\"value\":9}]", "replace operation does not apply: doc is missing key: /spec/l/x: missing value")]
    [InlineData("[{\"op\":\"replace\"}]", "replace operation failed to decode path: operation missing path field: missing value")]
    [InlineData("[{\"op\":\"move\",\"from\":\"/spec/zz\",\"path\":\"/spec/b\"}]", "error in move for path: 'zz': Unable to remove nonexistent key: zz: missing value")]
    [InlineData("[{\"op\":\"move\",\"from\":\"/spec/zz/y\",\"path\":\"/spec/b\"}]", "move operation does not apply: doc is missing from path: /spec/zz/y: missing value")]
    [InlineData("[{\"op\":\"move\",\"from\":\"/spec/a\",\"path\":\"/spec/zz/b\"}]", "move operation does not apply: doc is missing destination path: /spec/zz/b: missing value")]
    [InlineData("[{\"op\":\"move\",\"from\":\"/spec/l/3\",\"path\":\"/spec/l/-\"}]", "error in move for path: '3': Unable to access invalid index: 3: invalid index referenced")]
    [InlineData("[{\"op\":\"move\",\"from\":\"/spec/l/x\",\"path\":\"/spec/l/-\"}]", "error in move for path: 'x': strconv.Atoi: parsing \"x\": invalid syntax")]
    [InlineData("[{\"op\":\"move\",\"from\":\"/spec/l/0\",\"path\":\"/spec/l/7\"}]", "error in move for path: '/spec/l/7': Unable to access invalid index: 7: invalid index referenced")]
    [InlineData("[{\"op\":\"move\",\"from\":\"/spec/m\",\"path\":\"/spec/m/x\"}]", "move operation does not apply: doc is missing destination path: /spec/m/x: missing value")]
    [InlineData("[{\"op\":\"move\",\"path\":\"/spec/b\"}]", "move operation failed to decode from: operation, missing from field: missing value")]
    [InlineData("[{\"op\":\"move\",\"from\":\"/spec/a\"}]", "move operation failed to decode path: operation missing path field: missing value")]
    [InlineData("[{\"op\":\"move\",\"from\":\"\",\"path\":\"/spec/b\"}]", "move operation does not apply: doc is missing from path: : missing value")]
    [InlineData("[{\"op\":\"copy\",\"from\":\"/spec/zz/y\",\"path\":\"/spec/b\"}]", "copy operation does not apply: doc is missing from path: /spec/zz/y: missing value")]
    [InlineData("[{\"op\":\"copy\",\"from\":\"/spec/a\",\"path\":\"/spec/zz/b\"}]", "copy operation does not apply: doc is missing destination path: /spec/zz/b: missing value")]
    [InlineData("[{\"op\":\"copy\",\"from\":\"/spec/l/7\",\"path\":\"/spec/b\"}]", "error in copy for from: '/spec/l/7': Unable to access invalid index: 7: invalid index referenced")]
    [InlineData("[{\"op\":\"copy\",\"from\":\"/spec/a\",\"path\":\"/spec/l/9\"}]", "error while adding value during copy: Unable to access invalid index: 9: invalid index referenced")]
    [InlineData("[{\"op\":\"copy\",\"path\":\"/spec/b\"}]", "copy operation failed to decode from: operation, missing from field: missing value")]
    [InlineData("[{\"op\":\"copy\",\"from\":\"/spec/a\"}]", "copy operation failed to decode path: missing value")]
    [InlineData("[{\"op\":\"copy\",\"from\":\"\",\"path\":\"/spec/b\"}]", "copy operation does not apply: doc is missing from path: : missing value")]
    [InlineData("[{\"op\":\"test\",\"path\":\"/spec/a\",\"value\":2}]", "testing value /spec/a failed: test failed")]
    [InlineData("[{\"op\":\"test\",\"path\":\"/spec/m\",\"value\":{\"x\":{}}}]", "testing value /spec/m failed: test failed")]
    [InlineData("[{\"op\":\"test\",\"path\":\"/spec/m\",\"value\":{\"x\":{\"y\":\"z\",\"w\":1}}}]", "testing value /spec/m failed: test failed")]
    [InlineData("[{\"op\":\"test\",\"path\":\"/spec/m\",\"value\":{}}]", "testing value /spec/m failed: test failed")]
    [InlineData("[{\"op\":\"test\",\"path\":\"/spec/l\",\"value\":[1,2]}]", "testing value /spec/l failed: test failed")]
    [InlineData("[{\"op\":\"test\",\"path\":\"/spec/n\",\"value\":1}]", "testing value /spec/n failed: test failed")]
    [InlineData("[{\"op\":\"test\",\"path\":\"/spec/a\",\"value\":null}]", "testing value /spec/a failed: test failed")]
    [InlineData("[{\"op\":\"test\",\"path\":\"/spec/zz\",\"value\":1}]", "testing value /spec/zz failed: test failed")]
    [InlineData("[{\"op\":\"test\",\"path\":\"/spec/zz/y\",\"value\":1}]", "test operation does not apply: is missing path: /spec/zz/y: missing value")]
    [InlineData("[{\"op\":\"test\",\"path\":\"/spec/l/9\",\"value\":1}]", "error in test for path: '/spec/l/9': Unable to access invalid index: 9: invalid index referenced")]
    [InlineData("[{\"op\":\"test\",\"path\":\"/spec/l/x\",\"value\":1}]", "error in test for path: '/spec/l/x': strconv.Atoi: parsing \"x\": invalid syntax")]
    [InlineData("[{\"op\":\"test\",\"path\":\"/spec/e\",\"value\":{}}]", "testing value /spec/e failed: test failed")]
    [InlineData("[{\"op\":\"test\",\"path\":\"\",\"value\":1}]", "testing value  failed: test failed")]
    [InlineData("[{\"op\":\"test\"}]", "test operation failed to decode path: operation missing path field: missing value")]
    [InlineData("[{\"op\":\"frob\",\"path\":\"/spec/a\"}]", "Unexpected kind: frob")]
    [InlineData("[{\"op\":\"ADD\",\"path\":\"/spec/a\",\"value\":1}]", "Unexpected kind: ADD")]
    [InlineData("[{\"path\":\"/spec/a\"}]", "Unexpected kind: unknown")]
    [InlineData("[{\"op\":null,\"path\":\"/spec/a\"}]", "Unexpected kind: unknown")]
    [InlineData("[{\"op\":1,\"path\":\"/spec/a\"}]", "Unexpected kind: unknown")]
    [InlineData("{}", "json: cannot unmarshal object into Go value of type jsonpatch.Patch")]
    [InlineData("[1]", "json: cannot unmarshal number into Go value of type jsonpatch.Operation")]
    [InlineData("[\"x\"]", "json: cannot unmarshal string into Go value of type jsonpatch.Operation")]
    [InlineData("[null]", "Unexpected kind: unknown")]
    [InlineData("\"x\"", "json: cannot unmarshal string into Go value of type jsonpatch.Patch")]
    [InlineData("[{\"op\":\"test\",\"path\":\"/spec/a\",\"value\":1},{\"op\":\"add\",\"path\":\"/spec/b\",\"value\":2},{\"op\":\"remove\",\"path\":\"/spec/b\"},{\"op\":\"remove\",\"path\":\"/spec/b\"}]", "error in remove for path: '/spec/b': Unable to remove nonexistent key: b: missing value")]
    public void Patches_that_do_not_apply_fail_with_the_message_of_upstream(string patch, string message)
    {
        var error = Assert.Throws<JsonPatchException>(() => JsonPatch.Parse(Encoding.UTF8.GetBytes(patch)).Apply(Sample));
        Assert.Equal(message, error.Message);
    }

    /// <param name="changed">The members of the spec that are new or differ afterwards.</param>
    /// <param name="removed">The members of the spec that are gone afterwards.</param>
    [Theory]
    [InlineData("[{\"op\":\"add\",\"path\":\"/spec/b\",\"value\":2}]", "{\"b\":2}", "")]
    [InlineData("[{\"op\":\"add\",\"path\":\"/spec/a\",\"value\":2}]", "{\"a\":2}", "")]
    [InlineData("[{\"op\":\"add\",\"path\":\"/spec/l/-\",\"value\":4}]", "{\"l\":[1,2,3,4]}", "")]
    [InlineData("[{\"op\":\"add\",\"path\":\"/spec/l/0\",\"value\":4}]", "{\"l\":[4,1,2,3]}", "")]
    [InlineData("[{\"op\":\"add\",\"path\":\"/spec/l/3\",\"value\":4}]", "{\"l\":[1,2,3,4]}", "")]
    [InlineData("[{\"op\":\"add\",\"path\":\"/spec/l/-1\",\"value\":4}]", "{\"l\":[1,2,3,4]}", "")]
    [InlineData("[{\"op\":\"add\",\"path\":\"/spec/l/-4\",\"value\":4}]", "{\"l\":[4,1,2,3]}", "")]
    [InlineData("[{\"op\":\"add\",\"path\":\"/spec/l/01\",\"value\":4}]", "{\"l\":[1,4,2,3]}", "")]
    [InlineData("[{\"op\":\"add\",\"path\":\"/spec/l/+1\",\"value\":4}]", "{\"l\":[1,4,2,3]}", "")]
    [InlineData("[{\"op\":\"add\",\"path\":\"/spec/lo/-1/t\",\"value\":4}]", "{\"lo\":[{\"n\":\"a\"},{\"n\":\"b\",\"t\":4}]}", "")]
    [InlineData("[{\"op\":\"add\",\"path\":\"/spec/lo/0/t\",\"value\":4}]", "{\"lo\":[{\"n\":\"a\",\"t\":4},{\"n\":\"b\"}]}", "")]
    [InlineData("[{\"op\":\"add\",\"path\":\"/spec/b\",\"value\":null}]", "{\"b\":null}", "")]
    [InlineData("[{\"op\":\"add\",\"path\":\"/\",\"value\":7}]", "{}", "")]
    [InlineData("[{\"op\":\"add\",\"path\":\"/spec/sl~1t~0\",\"value\":7}]", "{\"sl/t~\":7}", "")]
    [InlineData("[{\"op\":\"add\",\"path\":\"/spec/sl~2t\",\"value\":7}]", "{\"sl~2t\":7}", "")]
    [InlineData("[{\"op\":\"add\",\"path\":\"/spec/~01\",\"value\":7}]", "{\"~1\":7}", "")]
    [InlineData("[{\"op\":\"remove\",\"path\":\"/spec/a\"}]", "{}", "a")]
    [InlineData("[{\"op\":\"remove\",\"path\":\"/spec/l/0\"}]", "{\"l\":[2,3]}", "")]
    [InlineData("[{\"op\":\"remove\",\"path\":\"/spec/l/-1\"}]", "{\"l\":[1,2]}", "")]
    [InlineData("[{\"op\":\"remove\",\"path\":\"/spec/n\"}]", "{}", "n")]
    [InlineData("[{\"op\":\"replace\",\"path\":\"/spec/a\",\"value\":9}]", "{\"a\":9}", "")]
    [InlineData("[{\"op\":\"replace\",\"path\":\"/spec/zz\",\"value\":9}]", "{\"zz\":9}", "")]
    [InlineData("[{\"op\":\"replace\",\"path\":\"/spec/n\",\"value\":9}]", "{\"n\":9}", "")]
    [InlineData("[{\"op\":\"replace\",\"path\":\"/spec/l/0\",\"value\":9}]", "{\"l\":[9,2,3]}", "")]
    [InlineData("[{\"op\":\"replace\",\"path\":\"/spec/l/-1\",\"value\":9}]", "{\"l\":[1,2,9]}", "")]
    [InlineData("[{\"op\":\"move\",\"from\":\"/spec/a\",\"path\":\"/spec/b\"}]", "{\"b\":1}", "a")]
    [InlineData("[{\"op\":\"move\",\"from\":\"/spec/l/0\",\"path\":\"/spec/l/-\"}]", "{\"l\":[2,3,1]}", "")]
    [InlineData("[{\"op\":\"move\",\"from\":\"/spec/m\",\"path\":\"/spec/m\"}]", "{}", "")]
    [InlineData("[{\"op\":\"move\",\"from\":\"/spec/n\",\"path\":\"/spec/nn\"}]", "{\"nn\":null}", "n")]
    [InlineData("[{\"op\":\"copy\",\"from\":\"/spec/a\",\"path\":\"/spec/b\"}]", "{\"b\":1}", "")]
    [InlineData("[{\"op\":\"copy\",\"from\":\"/spec/m\",\"path\":\"/spec/m/x/w\"}]", "{\"m\":{\"x\":{\"w\":{\"x\":{\"y\":\"z\"}},\"y\":\"z\"}}}", "")]
    [InlineData("[{\"op\":\"copy\",\"from\":\"/spec/zz\",\"path\":\"/spec/b\"}]", "{\"b\":null}", "")]
    [InlineData("[{\"op\":\"copy\",\"from\":\"/spec/l/-1\",\"path\":\"/spec/b\"}]", "{\"b\":3}", "")]
    [InlineData("[{\"op\":\"copy\",\"from\":\"/spec/n\",\"path\":\"/spec/nn\"}]", "{\"nn\":null}", "")]
    [InlineData("[{\"op\":\"test\",\"path\":\"/spec/a\",\"value\":1}]", "{}", "")]
    [InlineData("[{\"op\":\"test\",\"path\":\"/spec/a\",\"value\":1.0}]", "{}", "")]
    [InlineData("[{\"op\":\"test\",\"path\":\"/spec/f\",\"value\":1.5}]", "{}", "")]
    [InlineData("[{\"op\":\"test\",\"path\":\"/spec/m\",\"value\":{\"x\":{\"y\":\"z\"}}}]", "{}", "")]
    [InlineData("[{\"op\":\"test\",\"path\":\"/spec/l\",\"value\":[1,2,3]}]", "{}", "")]
    [InlineData("[{\"op\":\"test\",\"path\":\"/spec/n\",\"value\":null}]", "{}", "")]
    [InlineData("[{\"op\":\"test\",\"path\":\"/spec/zz\",\"value\":null}]", "{}", "")]
    [InlineData("[{\"op\":\"test\",\"path\":\"/spec/l/-1\",\"value\":3}]", "{}", "")]
    [InlineData("[{\"op\":\"test\",\"path\":\"/spec/e\",\"value\":[]}]", "{}", "")]
    [InlineData("[{\"op\":\"test\",\"path\":\"/spec/s\",\"value\":\"str\"}]", "{}", "")]
    [InlineData("[{\"op\":\"test\",\"path\":\"/spec/\",\"value\":\"empty\"}]", "{}", "")]
    [InlineData("[]", "{}", "")]
    [InlineData("null", "{}", "")]
    [InlineData("[{\"op\":\"add\",\"path\":\"/spec/b\",\"value\":2,\"extra\":1}]", "{\"b\":2}", "")]
    public void Patches_apply_as_upstream_applies_them(string patch, string changed, string removed)
    {
        var after = (MapValue)JsonPatch.Parse(Encoding.UTF8.GetBytes(patch)).Apply(Sample)["spec"]!;
        var expected = (MapValue)ValueReader.Read(Spec);
        foreach (var key in removed.Split(',', StringSplitOptions.RemoveEmptyEntries)) expected = expected.Without(key);
        foreach (var (key, value) in (MapValue)ValueReader.Read(changed)) expected = expected.With(key, value);
        Assert.Equal<Value>(expected, after);
    }
}
