using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Keelson.Node.Kubelet.Serving;

/// <summary>How a kubelet's own server listens, and whom it believes.</summary>
public sealed record KubeletServerOptions
{
    /// <summary>The port of kubelets, as upstream.</summary>
    public const int UsualPort = 10250;

    /// <summary>Where to listen; on the usual port of this machine's own loopback unless set. Port zero lets the system choose.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, UsualPort);

    /// <summary>A socket that is bound already, perhaps in another network namespace, instead of <see cref="Listen"/>. The server disposes it.</summary>
    public Socket? BoundSocket { get; init; }

    /// <summary>By what clients know the server; null for a certificate that it signs itself. It stays the caller's.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>The authorities whose certificates tell who a client is; none are believed where this is empty. They stay the caller's.</summary>
    public X509Certificate2Collection ClientAuthorities { get; init; } = [];

    /// <summary>How long it is remembered whose a token is; default two minutes, as upstream.</summary>
    public TimeSpan RememberTokens { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a permission is remembered; default five minutes, as upstream.</summary>
    public TimeSpan RememberPermissions { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a refusal is remembered; default 30 seconds, as upstream.</summary>
    public TimeSpan RememberRefusals { get; init; } = TimeSpan.FromSeconds(30);
}
