using System.Net.Sockets;
using Keelson.Client;
using Keelson.Server.Serving;

namespace Keelson.Cluster;

/// <summary>The nodes of a cluster on this machine, of one kind.</summary>
internal interface IClusterNodes : IAsyncDisposable
{
    /// <summary>One line that says what they are.</summary>
    string Description { get; }

    /// <summary>Bound sockets on which the API server listens besides, for the nodes.</summary>
    IReadOnlyList<Socket> Sockets { get; }

    /// <summary>Changes how the API server reaches them.</summary>
    ApiServerOptions Configure(ApiServerOptions options);

    /// <summary>Makes what nodes stand on, before there is an API server.</summary>
    Task PrepareAsync(CancellationToken cancel);

    /// <summary>Runs them until it is cancelled, and ends what they run.</summary>
    Task RunAsync(ApiServer server, ApiClient client, CancellationToken cancel);
}
