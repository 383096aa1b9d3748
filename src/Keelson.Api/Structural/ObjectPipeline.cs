using Keelson.Api.Json;
using Keelson.Api.Schemas;
using Keelson.Api.Validation;
using Keelson.Api.Values;

namespace Keelson.Api.Structural;

/// <summary>What happens to an object between its decoding and its storage, in order, for kinds of every origin.</summary>
public static class ObjectPipeline
{
    /// <summary>What takes the place of the errors of expressions that were not evaluated.</summary>
    public const string ExpressionsSkipped =
        "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation";

    /// <summary>
    /// Prepares an object that was sent: drops unknown fields, brings the metadata of resources inside it into form, and
    /// fills in defaults. Null when metadata is malformed, which the errors then tell.
    /// </summary>
    /// <param name="report">Takes a message for each unknown field.</param>
    public static Value? Admit(Value value, Schema schema, FieldErrors errors, DecodeReport? report = null)
    {
        ArgumentNullException.ThrowIfNull(errors);
        var pruned = Pruner.Prune(value, schema, isRoot: true, report);
        return MetadataCoercion.Coerce(pruned, schema, isRoot: false, errors, report) is { } coerced ? Defaulter.Apply(coerced, schema) : null;
    }

    /// <summary>Prepares an object that was stored, perhaps under an older schema: what metadata can't have is dropped.</summary>
    public static Value Restore(Value value, Schema schema)
    {
        var pruned = Pruner.Prune(value, schema, isRoot: true);
        return Defaulter.Apply(MetadataCoercion.Coerce(pruned, schema, isRoot: false, errors: null) ?? pruned, schema);
    }

    /// <summary>Checks an object, apart from its own metadata and from expressions.</summary>
    /// <param name="old">The object before the change; null for a new one.</param>
    public static void Validate(Value value, Value? old, Schema schema, FieldErrors errors)
    {
        if (old is null)
        {
            SchemaValidator.Validate(value, schema, errors);
            EmbeddedObjectValidation.Validate(value, schema, isRoot: false, errors);
            ListValidation.Validate(value, schema, errors);
            return;
        }

        SchemaValidator.ValidateUpdate(value, old, schema, errors);
        EmbeddedObjectValidation.Validate(value, schema, isRoot: false, errors);
        ListValidation.ValidateUpdate(value, old, schema, errors);
    }

    /// <summary>Checks one field of an object as if nothing else could be wrong.</summary>
    public static void ValidateField(Value value, Value? old, SchemaProperty field, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(field);
        SchemaValidator.ValidateField(value, old, field, errors);
        EmbeddedObjectValidation.Validate(value, field.Schema, isRoot: false, errors);
        if (old is null) ListValidation.Validate(value, field.Schema, errors);
        else ListValidation.ValidateUpdate(value, old, field.Schema, errors);
    }

    /// <summary>
    /// Whether an object is so wrong that expressions are not evaluated on it; the error that says so is to be added.
    /// </summary>
    public static bool BlocksExpressions(FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        foreach (var error in errors)
        {
            if (error.Type is FieldErrorType.NotSupported or FieldErrorType.Required or FieldErrorType.TooLong or FieldErrorType.TooMany or FieldErrorType.TypeInvalid)
            {
                return true;
            }
        }

        return false;
    }
}
