using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Discovery.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client;

namespace Keelson.Node.Dns;

/// <summary>How a node's DNS server is made known to the cluster.</summary>
public sealed record DnsPublisherOptions
{
    public required string NodeName { get; init; }

    /// <summary>The address under which pods of all nodes reach the server.</summary>
    public required string NodeAddress { get; init; }

    /// <summary>The service's address; the cluster's default is 10.96.0.10.</summary>
    public string ClusterAddress { get; init; } = "10.96.0.10";

    /// <summary>The port on which the server listens; default 53.</summary>
    public int Port { get; init; } = 53;

    /// <summary>The port of its metrics; none when null.</summary>
    public int? MetricsPort { get; init; }

    /// <summary>How often it is looked whether all is still there; default one minute.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The pause after a failure; default one second.</summary>
    public TimeSpan RetryPeriod { get; init; } = TimeSpan.FromSeconds(1);

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public Action<Exception>? OnError { get; init; }
}

/// <summary>Has the service kube-dns lead to the DNS server of this node, beside those of other nodes.</summary>
/// <remarks>Every node has an EndpointSlice of its own, which goes with its Node object; the service is made by whoever comes first.</remarks>
public sealed class DnsPublisher(ApiClient client, DnsPublisherOptions options)
{
    private const string ServiceNamespace = "kube-system";
    private const string ServiceName = "kube-dns";
    private const string ManagedBy = "keelson-dns";

    /// <summary>The most characters of an object's name.</summary>
    private const int LongestName = 253;

    private string SliceName
    {
        get
        {
            var name = $"{ServiceName}-{options.NodeName}";
            return name.Length <= LongestName ? name : name[..LongestName].TrimEnd('-', '.');
        }
    }

    /// <summary>Keeps service and slice until it is cancelled, then removes the slice, so that no more questions come here.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            var pause = options.Period;
            try
            {
                await PublishAsync(cancel).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                break;
            }
            catch (Exception failure) when (failure is ApiException or HttpRequestException or IOException or TimeoutException)
            {
                options.OnError?.Invoke(failure);
                pause = options.RetryPeriod;
            }

            try
            {
                await Task.Delay(pause, options.Time, cancel).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                break;
            }
        }

        await WithdrawAsync().ConfigureAwait(false);
    }

    /// <summary>Makes what is missing, once.</summary>
    public async Task PublishAsync(CancellationToken cancel)
    {
        await EnsureServiceAsync(cancel).ConfigureAwait(false);
        var node = await client.Resource<ApiNode>().GetAsync(options.NodeName, cancel).ConfigureAwait(false);
        var slices = client.Resource<EndpointSlice>().In(ServiceNamespace);
        var wanted = Slice(node);
        var current = await slices.FindAsync(wanted.Metadata.Name, cancel).ConfigureAwait(false);
        try
        {
            // The family of the addresses is fixed, so a slice of the other one makes room.
            if (current is not null && current.AddressType != wanted.AddressType)
            {
                await slices.DeleteAsync(current.Metadata.Name, cancel: cancel).ConfigureAwait(false);
                current = null;
            }

            if (current is null) await slices.CreateAsync(wanted, cancel: cancel).ConfigureAwait(false);
            else if (current.Endpoints != wanted.Endpoints || current.Ports != wanted.Ports || current.Metadata.Labels != wanted.Metadata.Labels || current.Metadata.OwnerReferences != wanted.Metadata.OwnerReferences)
            {
                await slices.UpdateAsync(wanted with { Metadata = wanted.Metadata with { ResourceVersion = current.Metadata.ResourceVersion } }, cancel: cancel).ConfigureAwait(false);
            }
        }
        catch (ApiException overtaken) when (overtaken.IsConflict || overtaken.IsAlreadyExists)
        {
            // Whoever was faster wrote it; the next look finds out whether it is right.
        }
    }

    private async Task EnsureServiceAsync(CancellationToken cancel)
    {
        var services = client.Resource<Service>().In(ServiceNamespace);
        if (await services.FindAsync(ServiceName, cancel).ConfigureAwait(false) is not null) return;
        var ports = Ports().Select(port => new ServicePort { Name = port.Name, Protocol = port.Protocol, Port = port.ServicePort, TargetPort = port.Target }).ToApiList();
        var service = new Service
        {
            Metadata = new ObjectMeta
            {
                Name = ServiceName,
                Namespace = ServiceNamespace,
                Labels = ApiMap<string>.From(("k8s-app", "kube-dns"), ("kubernetes.io/cluster-service", "true"), ("kubernetes.io/name", "CoreDNS")),
            },
            Spec = new ServiceSpec { ClusterIP = options.ClusterAddress, Ports = ports },
        };
        try
        {
            await services.CreateAsync(service, cancel: cancel).ConfigureAwait(false);
        }
        catch (ApiException late) when (late.IsAlreadyExists || late.IsInvalid)
        {
            // Another node was faster; where both came at once, it may be the address alone that is taken already.
            if (await services.FindAsync(ServiceName, cancel).ConfigureAwait(false) is null) throw;
        }
    }

    private EndpointSlice Slice(ApiNode node)
    {
        return new EndpointSlice
        {
            Metadata = new ObjectMeta
            {
                Name = SliceName,
                Namespace = ServiceNamespace,
                Labels = ApiMap<string>.From(("kubernetes.io/service-name", ServiceName), ("endpointslice.kubernetes.io/managed-by", ManagedBy), ("k8s-app", "kube-dns")),
                OwnerReferences = [new OwnerReference { ApiVersion = "v1", Kind = "Node", Name = node.Metadata.Name, Uid = node.Metadata.Uid }],
            },
            AddressType = options.NodeAddress.Contains(':', StringComparison.Ordinal) ? "IPv6" : "IPv4",
            Endpoints =
            [
                new Endpoint
                {
                    Addresses = [options.NodeAddress],
                    NodeName = options.NodeName,
                    Conditions = new EndpointConditions { Ready = true, Serving = true, Terminating = false },
                    // A node asks its own server, so one that has died takes nobody else's answers with it.
                    Hints = new EndpointHints { ForNodes = [new ForNode { Name = options.NodeName }] },
                },
            ],
            Ports = Ports().Select(port => new Api.Discovery.V1.EndpointPort { Name = port.Name, Protocol = port.Protocol, Port = port.Target }).ToApiList(),
        };
    }

    private IEnumerable<(string Name, string Protocol, int ServicePort, int Target)> Ports()
    {
        yield return ("dns", Protocol.UDP, 53, options.Port);
        yield return ("dns-tcp", Protocol.TCP, 53, options.Port);
        if (options.MetricsPort is { } metrics) yield return ("metrics", Protocol.TCP, 9153, metrics);
    }

    private async Task WithdrawAsync()
    {
        using var limit = new CancellationTokenSource(options.RetryPeriod * 5, options.Time);
        try
        {
            await client.Resource<EndpointSlice>().In(ServiceNamespace).DeleteAsync(SliceName, cancel: limit.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is ApiException or HttpRequestException or IOException or TimeoutException or OperationCanceledException)
        {
            // The server may be gone already; the slice then goes with the node.
            options.OnError?.Invoke(failure);
        }
    }
}
