using Keelson.Api.Schemas;
using Keelson.Api.Validation;
using Keelson.Api.Values;

namespace Keelson.Api.Structural;

/// <summary>Checks values against schemas, with the messages that users of custom resources know.</summary>
/// <remarks>
/// Expressions are not evaluated, and the uniqueness that list types promise is checked by <see cref="ListValidation"/>.
/// The place of the errors is where the value is; messages repeat the path below it.
/// </remarks>
public static class SchemaValidator
{
    /// <summary>How many pairs of a value and a schema a validation may look at; then it is given up with an error.</summary>
    public const long MaximumSteps = 10_000_000;

    /// <summary>Checks a new value.</summary>
    public static void Validate(Value value, Schema schema, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(errors);
        new SchemaWalk(errors).Run(value, null, schema);
    }

    /// <summary>
    /// Checks a changed value. What was wrong before and has not changed is let pass, down to the fields of objects, the
    /// entries of maps, and the elements of lists that are maps by their keys.
    /// </summary>
    public static void ValidateUpdate(Value value, Value old, Schema schema, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(errors);
        // Nearly always nothing is wrong, and then nothing needs to be found in the old object.
        if (!new SchemaWalk(errors).IsValid(value, schema)) new SchemaWalk(errors).Run(value, old, schema);
    }

    /// <summary>Checks the value of one field of an object, with the rules that the field adds to its type.</summary>
    /// <param name="old">What the field held before; null where there was nothing.</param>
    public static void ValidateField(Value value, Value? old, SchemaProperty field, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(field);
        ArgumentNullException.ThrowIfNull(errors);
        if (!new SchemaWalk(errors).IsValid(value, field.Schema, field.Rules)) new SchemaWalk(errors).Run(value, old, field.Schema, field.Rules);
    }

    /// <summary>Whether a value has no error.</summary>
    public static bool IsValid(Value value, Schema schema)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(schema);
        return new SchemaWalk(new FieldErrors()).IsValid(value, schema);
    }
}
