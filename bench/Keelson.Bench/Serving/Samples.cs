using System.Globalization;
using System.Text;

namespace Keelson.Bench.Serving;

/// <summary>The objects that the benchmarks of the API server are about.</summary>
internal static class Samples
{
    public const string ConfigMaps = "/api/v1/namespaces/default/configmaps";
    public const string Pods = "/api/v1/namespaces/default/pods";

    /// <summary>A small object: a few hundred bytes with what the server adds.</summary>
    public static byte[] ConfigMap(string name, string value = "some value that is not very long") => Encoding.UTF8.GetBytes(
        $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}","labels":{"app":"bench"}},"data":{"key":"{{{value}}}" } }""");

    /// <summary>A pod as a deployment makes it; with what the server adds it has about 1.6 kB.</summary>
    public static byte[] Pod(int number) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
        $$$"""
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"web-7c5ddbdf54-{{{number:D5}}}","labels":{"app":"web","pod-template-hash":"7c5ddbdf54","tier":"t{{{number % 10}}}" } },
        "spec":{"automountServiceAccountToken":false,"containers":[{"name":"web","image":"registry.local/shop/web:1.{{{number % 7}}}",
        "resources":{"requests":{"cpu":"100m","memory":"64Mi"} } }] } }
        """));

    /// <summary>What a pod needs before it is admitted.</summary>
    public static byte[] DefaultAccount { get; } = LeanConnection.Request(
        "POST", "/api/v1/namespaces/default/serviceaccounts", """{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"default"}}"""u8);

    public static byte[] CreatePod(int number) => LeanConnection.Request("POST", Pods, Pod(number));

    public static byte[] CreateConfigMap(string name, string value = "some value that is not very long") => LeanConnection.Request("POST", ConfigMaps, ConfigMap(name, value));
}
