using Keelson.Client.Transport;

namespace Keelson.Client.Resources;

public sealed partial class ResourceClient<T>
{
    /// <summary>Asks a subresource for another protocol.</summary>
    internal Task<HttpResponseMessage> UpgradeAsync(
        HttpMethod method, string name, string subresource, Func<QueryText, QueryText> query, string protocol, IReadOnlyCollection<KeyValuePair<string, string>> headers, CancellationToken cancel) =>
        _transport.UpgradeAsync(method, query(new QueryText(One(name, subresource))).ToString(), protocol, headers, cancel);
}
