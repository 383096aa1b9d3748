namespace Keelson.Node.Kubelet.Serving;

/// <summary>What a request to a kubelet needs permission for, as a verb on subresources of the node; any of them is enough.</summary>
internal sealed record KubeletAction(string Verb, IReadOnlyList<string> Subresources)
{
    /// <summary>What runs something, and so changes something, by whichever method it is asked for.</summary>
    private static readonly string[] Running = ["exec", "attach", "run", "portForward"];

    public static KubeletAction Of(string method, string path)
    {
        var first = path.Split('/', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? "";
        var verb = method switch
        {
            "POST" => "create",
            "GET" or "HEAD" => "get",
            "PUT" => "update",
            "PATCH" => "patch",
            "DELETE" => "delete",
            _ => "",
        };
        if (Running.Contains(first)) verb = "create";
        return first switch
        {
            "stats" => new(verb, ["stats"]),
            "metrics" => new(verb, ["metrics"]),
            "logs" => new(verb, ["log"]),
            "healthz" => new(verb, ["healthz", "proxy"]),
            "configz" => new(verb, ["configz", "proxy"]),
            "pods" or "runningpods" => new(verb, ["pods", "proxy"]),
            _ => new(verb, ["proxy"]),
        };
    }
}
