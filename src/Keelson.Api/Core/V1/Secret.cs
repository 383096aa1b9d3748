using Keelson.Api.Meta.V1;

namespace Keelson.Api.Core.V1;

/// <summary>
/// Keeps passwords, tokens, keys and certificates apart from pod specs and images. Pods read it as files in memory or as
/// variables. It is stored in clear text unless encryption at rest is set up, so restrict who may read it; its data may not
/// exceed 1 MiB.
/// </summary>
[Resource("", "v1", "secrets", Scope.Namespaced)]
public sealed partial record Secret
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>When true, the contents can no longer change and the setting cannot be undone; deleting and recreating is the only way out.</summary>
    [Field(5)] public bool? Immutable { get; init; }

    /// <summary>Values as base64, by key; keys use letters, digits, dashes, underscores and dots. At most 1 MiB in all.</summary>
    [Field(2)] public ApiMap<Bytes> Data { get; init; }

    /// <summary>Values as plain text for convenience when writing; merged over data and never returned on reading.</summary>
    [Field(4)] public ApiMap<string> StringData { get; init; }

    /// <summary>
    /// Tells programs what keys to expect, such as Opaque (default), kubernetes.io/tls, kubernetes.io/dockerconfigjson or
    /// kubernetes.io/basic-auth; immutable.
    /// </summary>
    [Field(3), KnownValues(typeof(SecretType))] public string Type { get; init; } = "";
}

/// <summary>The values of SecretType that are known.</summary>
public static class SecretType
{
    public const string Password = "password";
    public const string Username = "username";
    public const string DockerConfigJsonKey = ".dockerconfigjson";
    public const string DockerConfigKey = ".dockercfg";
    public const string SSHAuthPrivateKey = "ssh-privatekey";
    public const string BasicAuth = "kubernetes.io/basic-auth";
    public const string BootstrapToken = "bootstrap.kubernetes.io/token";
    public const string DockerConfigJson = "kubernetes.io/dockerconfigjson";
    public const string Dockercfg = "kubernetes.io/dockercfg";
    public const string Opaque = "Opaque";
    public const string SSHAuth = "kubernetes.io/ssh-auth";
    public const string ServiceAccountToken = "kubernetes.io/service-account-token";
    public const string TLS = "kubernetes.io/tls";
    public const string ServiceAccountKubeconfigKey = "kubernetes.kubeconfig";
    public const string ServiceAccountNameKey = "kubernetes.io/service-account.name";
    public const string Namespace = "namespace";
    public const string ServiceAccountRootCAKey = "ca.crt";
    public const string Token = "token";
    public const string ServiceAccountUIDKey = "kubernetes.io/service-account.uid";
    public const string TLSCertKey = "tls.crt";
    public const string TLSPrivateKeyKey = "tls.key";
}
