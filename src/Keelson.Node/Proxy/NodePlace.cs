namespace Keelson.Node.Proxy;

/// <summary>Where the proxy stands: what decides which endpoints are near.</summary>
internal sealed record NodePlace(string NodeName, string Zone);
