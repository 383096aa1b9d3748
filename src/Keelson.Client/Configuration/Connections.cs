using Keelson.Client.Transport;

namespace Keelson.Client.Configuration;

/// <summary>Connects to a server that a configuration names, whatever is asked of it there.</summary>
public static class Connections
{
    /// <summary>Sends requests to the server as who the configuration says; whoever gets it disposes it.</summary>
    public static HttpMessageInvoker Create(ClientConfiguration configuration, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var credentials = CredentialSource.Of(configuration, time);
        return new HttpMessageInvoker(new IdentifyingHandler(ConnectionHandler.Create(configuration, credentials), credentials), disposeHandler: true);
    }

    private sealed class IdentifyingHandler(HttpMessageHandler inner, CredentialSource credentials) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await credentials.ApplyAsync(request, cancellationToken).ConfigureAwait(false);
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) credentials.Dispose();
            base.Dispose(disposing);
        }
    }
}
