using System.Text;
using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

public sealed partial record ConfigMap : IHasRules
{
    internal const string Fixed = "field is immutable when `immutable` is set";

    // The same for secrets: etcd upstream takes no more in one object.
    internal const int MaximumBytes = 1024 * 1024;

    public void Validate(FieldErrors errors)
    {
        var total = 0L;
        foreach (var (key, value) in Data)
        {
            using var scope = errors.In("data", key);
            errors.Invalid(null, key, FieldName.CheckConfigKey(key));
            if (BinaryData.ContainsKey(key)) errors.Invalid(null, key, "duplicate of key present in binaryData");
            total += Encoding.UTF8.GetByteCount(value);
        }

        foreach (var (key, value) in BinaryData)
        {
            using var scope = errors.In("binaryData", key);
            errors.Invalid(null, key, FieldName.CheckConfigKey(key));
            total += value.Length;
        }

        if (total <= MaximumBytes) return;
        // The object as a whole, which upstream gives an empty path.
        errors.Add(new FieldError { Type = FieldErrorType.TooLong, Field = "", Detail = $"may not be more than {MaximumBytes} bytes" });
    }

    public void ValidateUpdate(IResource old, FieldErrors errors)
    {
        var before = (ConfigMap)old;
        if (before.Immutable is true)
        {
            if (Immutable is not true) errors.Forbidden("immutable", Fixed);
            if (Data != before.Data) errors.Forbidden("data", Fixed);
            if (BinaryData != before.BinaryData) errors.Forbidden("binaryData", Fixed);
        }

        Validate(errors);
    }
}
