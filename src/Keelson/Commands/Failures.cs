using System.Net.Sockets;
using System.Security.Cryptography;
using Keelson.Client;
using Keelson.Client.Configuration;
using Keelson.Client.Election;
using Keelson.Cluster;
using Keelson.Node.Proxy;
using Keelson.Node.Runtime;
using Keelson.Storage;

namespace Keelson.Commands;

/// <summary>Which failures say in their message all that a person needs; any other is a defect, and shows where it is.</summary>
internal static class Failures
{
    public static bool IsExpected(Exception failure) => failure is ClusterException or ArgumentException or IOException or UnauthorizedAccessException
        or StoreException or CryptographicException or ConfigurationException or RuntimeException or ApiException or HttpRequestException or SocketException
        or LeadershipLostException or ProxyException;
}
