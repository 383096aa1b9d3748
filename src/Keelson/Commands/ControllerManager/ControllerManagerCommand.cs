using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Keelson.Client;
using Keelson.Client.Configuration;
using Keelson.Client.Election;
using Keelson.Control;

namespace Keelson.Commands.ControllerManager;

/// <summary>"keelson controller-manager": the controllers alone, against any Kubernetes API server.</summary>
internal static class ControllerManagerCommand
{
    private const string LeaseName = "kube-controller-manager";

    public static Command Create()
    {
        var kubeconfig = new Option<FileInfo>("--kubeconfig") { Description = "The kubeconfig that says where the API server is and who the controllers are to it.", Required = true };
        var authority = new Option<FileInfo?>("--root-ca-file") { Description = "The cluster's authority that pods trust, in PEM; by default the one of the kubeconfig." };
        var signer = new Option<FileInfo?>("--cluster-signing-cert-file") { Description = "The certificate of the authority that signs requests for certificates, in PEM; without it nothing is signed." };
        var signerKey = new Option<FileInfo?>("--cluster-signing-key-file") { Description = "The key of that authority, in PEM." };
        var names = new Option<string[]>("--controllers") { Description = $"The controllers to run, by default all: {string.Join(", ", ControlPlane.Names)}.", AllowMultipleArgumentsPerToken = true };
        var elect = new Option<bool>("--leader-elect") { Description = "Whether to wait for the lease in kube-system that lets one of several processes lead.", DefaultValueFactory = _ => true };
        var command = new Command("controller-manager", "Run the controllers alone.") { kubeconfig, authority, signer, signerKey, names, elect };
        command.SetAction((arguments, cancel) => ClusterOptions.RunAsync(arguments, cancel, async () =>
        {
            var (output, error) = (arguments.InvocationConfiguration.Output, arguments.InvocationConfiguration.Error);
            var configuration = Kubeconfig.Read(arguments.GetRequiredValue(kubeconfig).FullName).Resolve();
            using var signing = SigningAuthority(arguments.GetValue(signer), arguments.GetValue(signerKey));
            var options = new ControlPlaneOptions
            {
                Names = Chosen(arguments.GetValue(names)),
                RootCertificate = RootCertificate(arguments.GetValue(authority), configuration),
                SigningAuthority = signing,
                Election = arguments.GetValue(elect) ? Election() : null,
                Seed = RandomNumberGenerator.GetInt32(int.MaxValue),
                OnError = failure => Report(error, failure),
            };
            await RunAsync(configuration, options, output, cancel);
        }));
        return command;
    }

    private static async Task RunAsync(ClientConfiguration configuration, ControlPlaneOptions options, TextWriter output, CancellationToken cancel)
    {
        using var client = new ApiClient(new ApiClientOptions { Configuration = configuration, UserAgent = "kube-controller-manager", UseProtobuf = true });
        await output.WriteLineAsync($"running {options.Names?.Count ?? ControlPlane.Names.Count} controllers against {configuration.Server.ToString().TrimEnd('/')}");
        await output.FlushAsync(cancel);
        await ControlPlane.RunAsync(client, options, cancel);
    }

    private static string[]? Chosen(string[]? names)
    {
        if (names is null or []) return null;
        var unknown = names.Except(ControlPlane.Names).ToList();
        return unknown.Count == 0 ? names : throw new ArgumentException($"no controller is called {string.Join(", ", unknown)}");
    }

    private static string? RootCertificate(FileInfo? file, ClientConfiguration configuration)
    {
        if (file is not null) return File.ReadAllText(file.FullName);
        return configuration.CertificateAuthority?.Read();
    }

    private static X509Certificate2? SigningAuthority(FileInfo? certificate, FileInfo? key)
    {
        if (certificate is null && key is null) return null;
        if (certificate is null || key is null) throw new ArgumentException("--cluster-signing-cert-file and --cluster-signing-key-file go together");
        return X509Certificate2.CreateFromPemFile(certificate.FullName, key.FullName);
    }

    private static LeaderElectionOptions Election() => new()
    {
        Lease = new ObjectKey("kube-system", LeaseName),
        Identity = $"{Environment.MachineName}_{Guid.NewGuid()}",
        Seed = RandomNumberGenerator.GetInt32(int.MaxValue),
    };

    // Others write too: what was overtaken is tried again and is nobody's concern.
    private static void Report(TextWriter error, ControllerFailure failure)
    {
        if (failure.Failure is ApiException { IsConflict: true } or ApiException { IsNotFound: true }) return;
        error.WriteLine($"{failure.Controller} {failure.Key}: {failure.Failure.Message}");
    }
}
