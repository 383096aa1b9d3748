namespace Keelson.Client.Configuration;

/// <summary>Where one cluster is and who the client is to it, with everything a connection needs.</summary>
public sealed record ClientConfiguration
{
    /// <summary>The API server's address.</summary>
    public required Uri Server { get; init; }

    /// <summary>The namespace for what names none.</summary>
    public string Namespace { get; init; } = "default";

    /// <summary>Certificates in PEM of the authorities that may have signed the server's; null for those of the system.</summary>
    public PemSource? CertificateAuthority { get; init; }

    /// <summary>Whether the server's certificate is not looked at; for tests only.</summary>
    public bool SkipTlsVerify { get; init; }

    /// <summary>The name that the server's certificate must have, when not that of the address. Requests carry it as their host, too.</summary>
    public string? TlsServerName { get; init; }

    public Uri? Proxy { get; init; }

    public PemSource? ClientCertificate { get; init; }

    public PemSource? ClientKey { get; init; }

    public string? Token { get; init; }

    /// <summary>A file that holds the token now; read again at least every minute.</summary>
    public string? TokenFile { get; init; }

    public string? Username { get; init; }

    public string? Password { get; init; }

    /// <summary>A program that gives the credentials.</summary>
    public ExecConfiguration? Exec { get; init; }

    public Impersonation? Impersonate { get; init; }

    // Whoever prints a configuration prints no secret.
    public override string ToString() => $"{Server} (namespace {Namespace})";
}

/// <summary>PEM text: itself, or the file where it stands.</summary>
public sealed record PemSource(string? Text, string? File)
{
    public string Read()
    {
        if (Text is not null) return Text;
        try
        {
            return System.IO.File.ReadAllText(File!);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"unable to read {File}: {unreadable.Message}", unreadable);
        }
    }

    public override string ToString() => File ?? "(inline)";
}

/// <summary>A program that writes credentials as an ExecCredential to its standard output.</summary>
public sealed record ExecConfiguration(string Command)
{
    public IReadOnlyList<string> Arguments { get; init; } = [];

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>client.authentication.k8s.io/v1, or v1beta1.</summary>
    public string ApiVersion { get; init; } = "client.authentication.k8s.io/v1";

    /// <summary>What to do where the program is not installed.</summary>
    public string InstallHint { get; init; } = "";

    /// <summary>Whether the program is told of the cluster.</summary>
    public bool ProvideClusterInfo { get; init; }

    /// <summary>How long the program may take; default one minute.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(1);
}

/// <summary>As whom the requests are made, where the client may say so.</summary>
public sealed record Impersonation(string User)
{
    public string Uid { get; init; } = "";

    public IReadOnlyList<string> Groups { get; init; } = [];

    public IReadOnlyDictionary<string, IReadOnlyList<string>> Extra { get; init; } = new Dictionary<string, IReadOnlyList<string>>();
}
