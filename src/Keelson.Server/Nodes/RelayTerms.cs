namespace Keelson.Server.Nodes;

/// <summary>What is different about passing a request on to a server that answers for this one.</summary>
/// <param name="Headers">What it is told besides, about the client.</param>
/// <param name="RefusesRedirects">Whether it may not send the client elsewhere.</param>
internal sealed record RelayTerms(IReadOnlyList<KeyValuePair<string, string>> Headers, bool RefusesRedirects);
