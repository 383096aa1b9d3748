using System.Globalization;
using Keelson.Api.Core.V1;
using Keelson.Server.Http;
using Keelson.Server.Objects;
using Keelson.Server.Verbs;

namespace Keelson.Server.Nodes;

/// <summary>Finds the kubelet of a node by what the node object says of it.</summary>
internal sealed class KubeletLocator(ServerContext server)
{
    /// <summary>Where a path of a node's kubelet is.</summary>
    public async ValueTask<Uri> FindAsync(string nodeName, string pathAndQuery, CancellationToken cancel)
    {
        var node = await NodeAsync(nodeName, cancel).ConfigureAwait(false);
        return Address("https", Host(node), Port(node), pathAndQuery);
    }

    public async ValueTask<Node> NodeAsync(string name, CancellationToken cancel)
    {
        var nodes = server.Registry.Find("", "v1", "nodes") ?? throw new InvalidOperationException("nodes are not registered");
        return (Node?)(await server.Objects.GetAsync(nodes, new ObjectName("", name), cancel).ConfigureAwait(false))?.Object.Typed ?? throw Failures.NotFound(nodes, name);
    }

    public string Host(Node node)
    {
        foreach (var type in server.Nodes.Access.AddressTypes)
        {
            if (node.Status.Addresses.FirstOrDefault(address => address.Type == type) is { } found) return found.Address;
        }

        throw Failures.Internal($"no preferred addresses found; known addresses: [{string.Join(' ', node.Status.Addresses.Select(address => $"{address.Type}:{address.Address}"))}]");
    }

    /// <summary>The port of the kubelet. A usual one is not assumed: whatever listens there would be shown who the server is.</summary>
    public static int Port(Node node) => node.Status.DaemonEndpoints.KubeletEndpoint.Port is > 0 and var port
        ? port
        : throw Failures.Internal($"error dialing backend: node \"{node.Metadata.Name}\" announces no port of a kubelet");

    /// <summary>An address with its path as it is: nothing in it is taken apart or put together differently.</summary>
    public static Uri Address(string scheme, string host, int port, string pathAndQuery)
    {
        var named = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
        var text = string.Create(CultureInfo.InvariantCulture, $"{scheme}://{named}:{port}{pathAndQuery}");
        return Uri.TryCreate(text, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }, out var address)
            ? address
            : throw Failures.BadRequest($"\"{host}\" is no host");
    }
}
