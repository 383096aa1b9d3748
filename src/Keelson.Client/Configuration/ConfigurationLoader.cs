namespace Keelson.Client.Configuration;

/// <summary>Finds the configuration where kubectl finds it: a file that is named, KUBECONFIG, the home folder, the pod itself.</summary>
public sealed class ConfigurationLoader
{
    private const string AccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>A file that alone counts; null to look for one.</summary>
    public string? Path { get; init; }

    /// <summary>The context; null for the current one.</summary>
    public string? Context { get; init; }

    /// <summary>Reads environment variables.</summary>
    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;

    /// <summary>Where a pod finds its service account.</summary>
    public string ServiceAccountFolder { get; init; } = AccountFolder;

    /// <summary>The configuration of the context, or that of the pod where there is no kubeconfig.</summary>
    /// <exception cref="ConfigurationException">There is none, or it is wrong.</exception>
    public ClientConfiguration Load()
    {
        var config = LoadKubeconfig();
        if (config.Contexts.Count == 0 && Path is null && string.IsNullOrEmpty(Context) && IsInCluster) return LoadInCluster();
        return config.Resolve(Context);
    }

    /// <summary>All kubeconfig files together. Files of KUBECONFIG that do not exist are left out, as kubectl does.</summary>
    public Kubeconfig LoadKubeconfig()
    {
        if (Path is not null) return Kubeconfig.Read(Path);
        var listed = Environment("KUBECONFIG");
        var files = string.IsNullOrEmpty(listed)
            ? [System.IO.Path.Combine(Environment("HOME") ?? Environment("USERPROFILE") ?? "", ".kube", "config")]
            : listed.Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Distinct();
        return files.Where(File.Exists).Aggregate(Kubeconfig.Empty, static (merged, file) => merged.Merge(Kubeconfig.Read(file)));
    }

    /// <summary>Whether the process runs in a pod that can reach the API server.</summary>
    public bool IsInCluster =>
        !string.IsNullOrEmpty(Environment("KUBERNETES_SERVICE_HOST")) && !string.IsNullOrEmpty(Environment("KUBERNETES_SERVICE_PORT"))
        && File.Exists(System.IO.Path.Combine(ServiceAccountFolder, "token"));

    /// <summary>The configuration that a pod has by its service account.</summary>
    public ClientConfiguration LoadInCluster()
    {
        var (host, port) = (Environment("KUBERNETES_SERVICE_HOST"), Environment("KUBERNETES_SERVICE_PORT"));
        if (string.IsNullOrEmpty(host) || string.IsNullOrEmpty(port))
        {
            throw new ConfigurationException("unable to load in-cluster configuration, KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must be defined");
        }

        var token = System.IO.Path.Combine(ServiceAccountFolder, "token");
        if (!File.Exists(token)) throw new ConfigurationException($"unable to load in-cluster configuration: {token} does not exist");
        var authority = System.IO.Path.Combine(ServiceAccountFolder, "ca.crt");
        var space = System.IO.Path.Combine(ServiceAccountFolder, "namespace");
        return new ClientConfiguration
        {
            Server = new Uri($"https://{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{port}"),
            TokenFile = token,
            CertificateAuthority = File.Exists(authority) ? new PemSource(null, authority) : null,
            Namespace = File.Exists(space) && File.ReadAllText(space).Trim() is { Length: > 0 } text ? text : "default",
        };
    }
}
