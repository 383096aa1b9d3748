namespace Keelson.Node.Network;

/// <summary>The network of a cluster or node could not be made as wanted; the message says what failed and, where known, what to do.</summary>
public sealed class NetworkException(string message, Exception? inner = null) : Exception(message, inner);
