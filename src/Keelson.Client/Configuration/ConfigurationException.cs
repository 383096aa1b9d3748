namespace Keelson.Client.Configuration;

/// <summary>The configuration does not say, or says wrongly, how to reach the cluster.</summary>
public sealed class ConfigurationException : Exception
{
    public ConfigurationException(string message, Exception? inner = null)
        : base(message, inner) { }
}
