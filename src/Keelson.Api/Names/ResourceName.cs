namespace Keelson.Api.Names;

/// <summary>Checks the names that resources of nodes and of devices go by.</summary>
public static class ResourceName
{
    private const string OwnDomain = "kubernetes.io/";
    private const string QuotaPrefix = "requests.";

    /// <summary>Subdomains with slashes between, the name of a pool of devices; that it is at most 253 long is the caller's to check.</summary>
    public static ApiList<string> CheckPool(string value)
    {
        var found = new ApiListBuilder<string>();
        var index = 0;
        foreach (var segment in value.Split('/'))
        {
            if (segment.Length == 0) found.Add($"segment {index}: must not be empty");
            else foreach (var message in DnsName.CheckSubdomain(segment)) found.Add($"segment {index}: {message}");
            index++;
        }
        return found.Count == 0 ? default : found.ToList();
    }

    /// <summary>A resource that someone else's domain names, such as example.com/gpu.</summary>
    public static ApiList<string> CheckExtended(string value) => NameMessage.Collect(
            !value.Contains('/', StringComparison.Ordinal) ? "a name must be a domain-prefixed path, such as 'example.com/my-prop'"
            : value.Contains(OwnDomain, StringComparison.Ordinal) ? $"must not have \"{OwnDomain}\" domain" : null,
            value.StartsWith(QuotaPrefix, StringComparison.Ordinal) ? $"must not have \"{QuotaPrefix}\" prefix" : null)
        .AddRange(LabelName.CheckKey(QuotaPrefix + value));
}
