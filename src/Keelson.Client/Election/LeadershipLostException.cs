namespace Keelson.Client.Election;

/// <summary>The leader could not renew its lease in time, and no longer leads.</summary>
public sealed class LeadershipLostException(string message) : Exception(message);
