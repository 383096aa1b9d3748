namespace Keelson.Node.Proxy;

/// <summary>The kernel, or a program that speaks to it, did not do what the proxy asked.</summary>
public sealed class ProxyException(string message, Exception? inner = null) : Exception(message, inner);
