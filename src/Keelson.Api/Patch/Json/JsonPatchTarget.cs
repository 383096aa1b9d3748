using Keelson.Api.Values;

namespace Keelson.Api.Patch.Json;

/// <summary>The document that the operations of one patch change, one after the other.</summary>
internal sealed class JsonPatchTarget(Value document, JsonPatchLimits limits)
{
    private JsonPatchNode _root = new(document);
    private long _copiedBytes;

    internal Value Result() => _root.ToValue();

    internal void Apply(JsonPatchOperation operation)
    {
        try
        {
            switch (operation.Name)
            {
                case "add":
                    Add(operation);
                    break;
                case "remove":
                    Remove(operation);
                    break;
                case "replace":
                    Replace(operation);
                    break;
                case "move":
                    Move(operation);
                    break;
                case "copy":
                    Copy(operation);
                    break;
                case "test":
                    Test(operation);
                    break;
                default:
                    throw Failed($"Unexpected kind: {operation.Name}");
            }
        }
        catch (ValueDepthException tooDeep)
        {
            throw Failed(tooDeep.Message);
        }
    }

    private static JsonPatchException Failed(string message) => new(JsonPatchFailure.DoesNotApply, message);

    private static string RequirePath(JsonPatchOperation operation) =>
        operation.Path ?? throw Failed(operation.Name is "add" or "remove" or "copy"
            ? $"{operation.Name} operation failed to decode path: missing value"
            : $"{operation.Name} operation failed to decode path: operation missing path field: missing value");

    private static string RequireFrom(JsonPatchOperation operation) =>
        operation.From ?? throw Failed($"{operation.Name} operation failed to decode from: operation, missing from field: missing value");

    /// <summary>Upstream takes a missing value for null, which is never what was meant.</summary>
    private static Value RequireValue(JsonPatchOperation operation) =>
        operation.Value ?? throw Failed($"{operation.Name} operation failed to decode value: operation, missing value field: missing value");

    private static T In<T>(string where, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (JsonPatchIndexException missing)
        {
            throw Failed($"{where}: {missing.Message}");
        }
    }

    private static void In(string where, Action action) => In(where, () =>
    {
        action();
        return true;
    });

    private JsonPatchLocation Find(string path, string otherwise) => JsonPatchLocation.Find(_root, path) ?? throw Failed($"{otherwise}: missing value");

    private void Add(JsonPatchOperation operation)
    {
        var path = RequirePath(operation);
        var value = RequireValue(operation);
        var location = Find(path, $"add operation does not apply: doc is missing path: \"{path}\"");
        In($"error in add for path: '{path}'", () => location.Add(new JsonPatchNode(value)));
    }

    private void Remove(JsonPatchOperation operation)
    {
        var path = RequirePath(operation);
        var location = Find(path, $"remove operation does not apply: doc is missing path: \"{path}\"");
        In($"error in remove for path: '{path}'", location.Remove);
    }

    private void Replace(JsonPatchOperation operation)
    {
        var path = RequirePath(operation);
        var value = RequireValue(operation);
        if (path.Length == 0)
        {
            if (value is not (MapValue or ListValue)) throw Failed("replace operation value must be object or array");
            _root = new JsonPatchNode(value);
            return;
        }

        var location = Find(path, $"replace operation does not apply: doc is missing path: {path}");
        try
        {
            location.Replace(new JsonPatchNode(value));
        }
        catch (JsonPatchIndexException)
        {
            throw Failed($"replace operation does not apply: doc is missing key: {path}: missing value");
        }
    }

    private void Move(JsonPatchOperation operation)
    {
        var from = RequireFrom(operation);
        var source = Find(from, $"move operation does not apply: doc is missing from path: {from}");
        var node = In($"error in move for path: '{source.Key}'", source.Get);
        In($"error in move for path: '{source.Key}'", source.Remove);
        var path = RequirePath(operation);
        var location = Find(path, $"move operation does not apply: doc is missing destination path: {path}");
        In($"error in move for path: '{path}'", () => location.Add(node!));
    }

    private void Copy(JsonPatchOperation operation)
    {
        var from = RequireFrom(operation);
        var source = Find(from, $"copy operation does not apply: doc is missing from path: {from}");
        var value = In($"error in copy for from: '{from}'", source.Get)?.ToValue();
        var path = RequirePath(operation);
        var location = Find(path, $"copy operation does not apply: doc is missing destination path: {path}");

        // Upstream copies a missing member as null.
        value ??= Value.Null;
        if (!value.IsNull) _copiedBytes += JsonSize.Of(value);
        if (_copiedBytes > limits.MaxCopiedBytes)
        {
            throw Failed(
                $"Unable to complete the copy, the accumulated size increase of copy is {_copiedBytes}, exceeding the limit {limits.MaxCopiedBytes}");
        }

        In("error while adding value during copy", () => location.Add(new JsonPatchNode(value)));
    }

    private void Test(JsonPatchOperation operation)
    {
        var path = RequirePath(operation);
        var expected = RequireValue(operation);
        var node = _root;
        if (path.Length > 0)
        {
            var location = Find(path, $"test operation does not apply: is missing path: {path}");
            node = In($"error in test for path: '{path}'", location.Get);
        }

        // A missing member passes a test for null, as upstream has it.
        var found = node?.ToValue() ?? Value.Null;
        if (!found.SemanticEquals(expected)) throw new JsonPatchException(JsonPatchFailure.TestFailed, $"testing value {path} failed: test failed");
    }
}
