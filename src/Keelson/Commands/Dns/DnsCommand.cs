using System.CommandLine;
using System.Net;
using Keelson.Client;
using Keelson.Client.Configuration;
using Keelson.Node.Dns;
using Keelson.Node.Dns.Upstream;

namespace Keelson.Commands.Dns;

/// <summary>"keelson dns": the cluster's DNS server alone, against any Kubernetes API server.</summary>
internal static class DnsCommand
{
    private const int Port = 53;

    private static readonly Option<FileInfo> KubeconfigFile = new("--kubeconfig") { Description = "How to reach the API server.", Required = true };
    private static readonly Option<string[]> Listen = new("--listen") { Description = "Addresses to listen on, ADDRESS:PORT, over UDP and TCP.", DefaultValueFactory = _ => ["127.0.0.1:53"], AllowMultipleArgumentsPerToken = true };
    private static readonly Option<string> Domain = new("--cluster-domain") { Description = "The domain of the cluster's names.", DefaultValueFactory = _ => "cluster.local" };
    private static readonly Option<string[]> Upstream = new("--upstream") { Description = "Servers for all other names: ADDRESS[:PORT], or a file such as /etc/resolv.conf; by default none, and such questions are refused.", DefaultValueFactory = _ => [], AllowMultipleArgumentsPerToken = true };

    public static Command Create()
    {
        var command = new Command("dns", "Answer questions for the cluster's names.") { KubeconfigFile, Listen, Domain, Upstream };
        command.SetAction((arguments, cancel) => ClusterOptions.RunAsync(arguments, cancel, () => RunAsync(arguments, arguments.InvocationConfiguration.Error, cancel)));
        return command;
    }

    private static async Task RunAsync(ParseResult arguments, TextWriter error, CancellationToken cancel)
    {
        var options = new ClusterDnsOptions
        {
            Listen = [.. arguments.GetRequiredValue(Listen).Select(Endpoint)],
            ClusterDomain = arguments.GetRequiredValue(Domain),
            Upstreams = [.. arguments.GetRequiredValue(Upstream).SelectMany(text => text.StartsWith('/') ? ResolverFile.Read(text) : [Endpoint(text)])],
            OnError = failure =>
            {
                lock (error) error.WriteLine($"keelson dns: {failure.Message}");
            },
        };
        using var client = new ApiClient(new ConfigurationLoader { Path = arguments.GetRequiredValue(KubeconfigFile).FullName }.Load());
        using var dns = new ClusterDns(client, options);
        await arguments.InvocationConfiguration.Output.WriteLineAsync($"dns: {options.ClusterDomain} on {string.Join(", ", dns.Endpoints)}");
        await dns.RunAsync(cancel);
    }

    private static IPEndPoint Endpoint(string text)
    {
        if (IPAddress.TryParse(text, out var address)) return new IPEndPoint(address, Port);
        return IPEndPoint.TryParse(text, out var endpoint) ? endpoint : throw new ArgumentException($"\"{text}\" is no address with a port");
    }
}
