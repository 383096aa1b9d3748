using Keelson.Api.Names;
using Keelson.Api.Validation;
using Keelson.Api.Values;

namespace Keelson.Api.Core.V1;

public sealed partial record Secret : IHasDefaults, IHasRules
{
    private const string Redacted = "<secret contents redacted>";

    /// <summary>The type is Opaque, and text that was given for convenience is data like all other.</summary>
    public IResource WithDefaults()
    {
        var secret = Type.Length > 0 ? this : this with { Type = SecretType.Opaque };
        if (StringData.IsEmpty) return StringData.IsNil ? secret : secret with { StringData = default };
        var data = new ApiMapBuilder<Bytes>(Data.Count + StringData.Count);
        foreach (var (key, value) in Data) data.Add(key, value);
        foreach (var (key, value) in StringData) data.Add(key, Bytes.FromUtf8(value));
        return secret with { Data = data.ToMap(), StringData = default };
    }

    public void Validate(FieldErrors errors)
    {
        var total = 0L;
        foreach (var (key, value) in Data)
        {
            using var scope = errors.In("data", key);
            errors.Invalid(null, key, FieldName.CheckConfigKey(key));
            total += value.Length;
        }

        if (total > ConfigMap.MaximumBytes) errors.TooLong("data", ConfigMap.MaximumBytes);
        ValidateType(errors);
    }

    public void ValidateUpdate(IResource old, FieldErrors errors)
    {
        var before = (Secret)old;
        errors.ExpectSame("type", Type, before.Type);
        if (before.Immutable is true)
        {
            if (Immutable is not true) errors.Forbidden("immutable", ConfigMap.Fixed);
            if (Data != before.Data) errors.Forbidden("data", ConfigMap.Fixed);
        }

        Validate(errors);
    }

    private void ValidateType(FieldErrors errors)
    {
        switch (Type)
        {
            case SecretType.ServiceAccountToken:
                if (Metadata.Annotations.GetValueOrDefault(SecretType.ServiceAccountNameKey, "").Length > 0) break;
                using (errors.In("metadata"))
                using (errors.In("annotations", SecretType.ServiceAccountNameKey))
                {
                    errors.Required(null);
                }

                break;
            case SecretType.Dockercfg:
                ValidateJson(SecretType.DockerConfigKey, errors);
                break;
            case SecretType.DockerConfigJson:
                ValidateJson(SecretType.DockerConfigJsonKey, errors);
                break;
            case SecretType.BasicAuth when !Data.ContainsKey(SecretType.Username) && !Data.ContainsKey(SecretType.Password):
                Require(SecretType.Username, errors);
                Require(SecretType.Password, errors);
                break;
            case SecretType.SSHAuth when Data.GetValueOrDefault(SecretType.SSHAuthPrivateKey).IsEmpty:
                RequireMissing(SecretType.SSHAuthPrivateKey, errors);
                break;
            case SecretType.TLS:
                Require(SecretType.TLSCertKey, errors);
                Require(SecretType.TLSPrivateKeyKey, errors);
                break;
        }
    }

    private void Require(string key, FieldErrors errors)
    {
        if (!Data.ContainsKey(key)) RequireMissing(key, errors);
    }

    private static void RequireMissing(string key, FieldErrors errors)
    {
        using (errors.In("data", key)) errors.Required(null);
    }

    private void ValidateJson(string key, FieldErrors errors)
    {
        if (!Data.TryGetValue(key, out var content))
        {
            RequireMissing(key, errors);
            return;
        }

        using var scope = errors.In("data", key);
        try
        {
            if (content.IsEmpty) errors.Invalid(null, Redacted, "unexpected end of JSON input");
            else if (ValueReader.Read(content.Span) is not (MapValue or NullValue)) errors.Invalid(null, Redacted, "json: cannot unmarshal into Go value of type map[string]interface {}");
        }
        catch (JsonFormatException error)
        {
            errors.Invalid(null, Redacted, error.Message);
        }
        catch (ValueDepthException error)
        {
            errors.Invalid(null, Redacted, error.Message);
        }
    }
}
