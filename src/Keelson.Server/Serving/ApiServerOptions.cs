using System.Net;
using System.Net.Sockets;
using Keelson.Api.Authentication.V1;
using Keelson.Server.Access;
using Keelson.Server.Allocation;
using Keelson.Server.Audit;
using Keelson.Server.Http;
using Keelson.Server.Nodes;
using Keelson.Server.Registry;
using Keelson.Server.Tokens;
using Keelson.Storage;

namespace Keelson.Server.Serving;

/// <summary>What an API server is made of and how it listens.</summary>
public sealed record ApiServerOptions
{
    /// <summary>Where the state is. It stays the caller's: the server does not dispose it.</summary>
    public required IStore Store { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Where uids and generated names come from.</summary>
    public required Random Random { get; init; }

    /// <summary>Whether other servers write to the same store.</summary>
    public bool IsStoreShared { get; init; }

    /// <summary>Which versions and resources of the built-in API are served; by default the stable ones.</summary>
    public ServedApis Apis { get; init; } = ServedApis.Default;

    /// <summary>Where to listen; null for no socket at all. Port zero lets the system choose.</summary>
    public IPEndPoint? Listen { get; init; }

    /// <summary>Bound sockets to listen on besides, such as some of another network namespace. They become the server's.</summary>
    public IReadOnlyList<Socket> Sockets { get; init; } = [];

    /// <summary>Where pods reach the server: the endpoint of the kubernetes service; null for that of the first of its sockets, or else the one it listens on, unless that is a loopback address.</summary>
    public IPAddress? AdvertiseAddress { get; init; }

    /// <summary>The port that goes with it; null for the one it listens on.</summary>
    public int? AdvertisePort { get; init; }

    /// <summary>More names under which clients reach the server, for its certificate.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>More addresses under which clients reach the server, for its certificate.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; init; } = [];

    /// <summary>Where services get addresses and ports from.</summary>
    public ServiceRanges ServiceRanges { get; init; } = ServiceRanges.Default;

    /// <summary>The authority that signs certificates; null for a new one. It stays the caller's.</summary>
    public CertificateAuthority? Authority { get; init; }

    /// <summary>Signs the certificate by which servers behind this one know it; null for a new one. It stays the caller's.</summary>
    public CertificateAuthority? FrontProxyAuthority { get; init; }

    /// <summary>Signs the tokens of service accounts; null for a new key, with which tokens end with the server. It stays the caller's.</summary>
    public ServiceAccountKey? AccountKey { get; init; }

    /// <summary>Bearer tokens that are known, and whose they are.</summary>
    public IReadOnlyDictionary<string, UserInfo> Tokens { get; init; } = new Dictionary<string, UserInfo>();

    /// <summary>Who may do what; null for the nodes' own rights and role-based access control, with the roles that every cluster has.</summary>
    public IAuthorizer? Authorizer { get; init; }

    /// <summary>Plugins that run beside those that are on from the start, by upstream's names.</summary>
    public IReadOnlyList<string> EnabledAdmissionPlugins { get; init; } = [];

    /// <summary>Plugins that do not run, by upstream's names. A server without controllers lacks what some of them count on.</summary>
    public IReadOnlyList<string> DisabledAdmissionPlugins { get; init; } = [];

    /// <summary>What only works beside controllers: those that make accounts, those that see that nodes are ready, and those that let volumes go.</summary>
    public static IReadOnlyList<string> PluginsThatNeedControllers { get; } = ["ServiceAccount", "TaintNodesByCondition", "StorageObjectInUseProtection"];

    /// <summary>How kubelets and workloads are reached.</summary>
    public NodeAccess Nodes { get; init; } = new();

    /// <summary>What else the cluster has to have before anybody can connect; it is given a way into the server, as a superuser.</summary>
    public Func<HttpMessageHandler, CancellationToken, Task>? BeforeListening { get; init; }

    /// <summary>
    /// How long a server that is told to stop serves on, while it already says that it is not ready, so that nobody is sent to it any
    /// more; default none, as upstream.
    /// </summary>
    public TimeSpan ShutdownDelay { get; init; } = TimeSpan.Zero;

    /// <summary>What is written down of requests, and where; null for nothing. Its backends become the server's.</summary>
    public AuditOptions? Audit { get; init; }

    public RequestLimits Limits { get; init; } = new();
}
