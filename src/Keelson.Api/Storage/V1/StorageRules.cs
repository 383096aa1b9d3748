using System.Text;
using Keelson.Api.Names;
using Keelson.Api.Validation;
using Keelson.Api.Values;

namespace Keelson.Api.Storage.V1;

/// <summary>What classes of volumes have in common.</summary>
internal static class StorageRules
{
    private const int MaximumParameters = 512;
    private const int MaximumParameterBytes = 256 * 1024;

    public static void ExpectProvisioner(string field, string name, FieldErrors errors)
    {
        if (name.Length == 0) errors.Required(field);
        else errors.Invalid(field, name.ToLowerInvariant(), LabelName.CheckKey(name.ToLowerInvariant()), "format=qualified-name");
    }

    public static void ExpectParameters(ApiMap<string> parameters, bool mayBeEmpty, FieldErrors errors)
    {
        if (parameters.Count > MaximumParameters)
        {
            errors.TooLong("parameters", MaximumParameters);
            return;
        }

        foreach (var name in parameters.Keys)
        {
            if (name.Length == 0) errors.Invalid("parameters", (Value)"", "field can not be empty.");
        }

        if (Bytes(parameters) > MaximumParameterBytes) errors.TooLong("parameters", MaximumParameterBytes);
        if (!mayBeEmpty && parameters.IsEmpty) errors.Required("parameters", "must contain at least one key/value pair");
    }

    public static void ExpectUnchanged<T>(string field, T value, T old, FieldErrors errors)
    {
        if (!EqualityComparer<T>.Default.Equals(value, old)) errors.Forbidden(field, $"updates to {field} are forbidden.");
    }

    public static long Bytes(ApiMap<string> texts)
    {
        var total = 0L;
        foreach (var (key, value) in texts) total += Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(value);
        return total;
    }
}
