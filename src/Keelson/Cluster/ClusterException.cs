namespace Keelson.Cluster;

/// <summary>Why a cluster does not do what it was asked, in words for the person who asked.</summary>
internal sealed class ClusterException(string message, Exception? inner = null) : Exception(message, inner);
