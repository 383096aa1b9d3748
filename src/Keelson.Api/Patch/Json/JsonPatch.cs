using System.Globalization;
using Keelson.Api.Values;

namespace Keelson.Api.Patch.Json;

/// <summary>
/// A JSON patch (RFC 6902) with what upstream's library adds to it: negative indices count from the end of a list, and
/// replacing a member that is not there adds it.
/// </summary>
public sealed class JsonPatch
{
    private static readonly string[] KnownFields = ["op", "path", "from", "value"];

    private readonly JsonPatchOperation[] _operations;

    private JsonPatch(JsonPatchOperation[] operations) => _operations = operations;

    public int Count => _operations.Length;

    /// <summary>Reads a patch.</summary>
    /// <param name="strictErrors">Takes a message for each field that is unknown or occurs again.</param>
    /// <exception cref="JsonPatchException">The document is no patch, or has too many operations.</exception>
    public static JsonPatch Parse(ReadOnlySpan<byte> json, JsonPatchLimits? limits = null, ICollection<string>? strictErrors = null)
    {
        var duplicates = strictErrors is null ? null : new List<string>();
        Value patch;
        try
        {
            patch = ValueReader.Read(json, null, duplicates);
        }
        catch (JsonFormatException malformed)
        {
            throw new JsonPatchException(JsonPatchFailure.Malformed, malformed.Message);
        }

        foreach (var duplicate in duplicates ?? []) strictErrors!.Add($"json patch {duplicate}");
        return From(patch, limits, strictErrors);
    }

    /// <summary>Takes a patch that is a value already.</summary>
    public static JsonPatch From(Value patch, JsonPatchLimits? limits = null, ICollection<string>? strictErrors = null)
    {
        ArgumentNullException.ThrowIfNull(patch);
        limits ??= JsonPatchLimits.Default;
        if (patch.IsNull) return new JsonPatch([]);
        if (patch is not ListValue list) throw WrongType(patch, "Patch");
        if (list.Count > limits.MaxOperations)
        {
            throw new JsonPatchException(
                JsonPatchFailure.TooLarge,
                $"The allowed maximum operations in a JSON patch is {limits.MaxOperations}, got {list.Count}");
        }

        var operations = new JsonPatchOperation[list.Count];
        for (var i = 0; i < operations.Length; i++)
        {
            var fields = list[i] as MapValue ?? (list[i].IsNull ? MapValue.Empty : throw WrongType(list[i], "Operation"));
            operations[i] = new JsonPatchOperation(fields);
            if (strictErrors is null) continue;
            foreach (var field in fields.Keys)
            {
                if (Array.IndexOf(KnownFields, field) >= 0) continue;
                strictErrors.Add(string.Create(CultureInfo.InvariantCulture, $"json patch unknown field {GoQuote.Quote($"[{i}].{field}")}"));
            }
        }

        return new JsonPatch(operations);
    }

    /// <summary>The document after all operations, or nothing of them when one fails.</summary>
    /// <exception cref="JsonPatchException">An operation is wrong or does not fit the document.</exception>
    public Value Apply(Value document, JsonPatchLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(document);
        var target = new JsonPatchTarget(document, limits ?? JsonPatchLimits.Default);
        foreach (var operation in _operations) target.Apply(operation);
        return target.Result();
    }

    private static JsonPatchException WrongType(Value value, string type)
    {
        var kind = value.Kind switch
        {
            ValueKind.Map => "object",
            ValueKind.List => "array",
            ValueKind.Text => "string",
            ValueKind.Bool => "bool",
            _ => "number",
        };
        return new JsonPatchException(JsonPatchFailure.Malformed, $"json: cannot unmarshal {kind} into Go value of type jsonpatch.{type}");
    }
}
