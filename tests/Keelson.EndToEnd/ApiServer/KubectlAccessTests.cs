using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Keelson.EndToEnd.ApiServer;

/// <summary>Who may do what, certificates, the proxy, and what kubectl says of cluster and configuration.</summary>
public sealed class KubectlAccessTests
{
    private const string Rights = """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: reader, namespace: default}
        rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: reader, namespace: default}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
        subjects: [{kind: User, name: jane, apiGroup: rbac.authorization.k8s.io}]
        """;

    [Theory]
    [MemberData(nameof(Kubectl.Programs), MemberType = typeof(Kubectl))]
    public async Task Rights_are_asked_for_and_reconciled(string program)
    {
        Assert.SkipWhen(program.Length == 0, Kubectl.WhyNot);
        await using var server = await RunningApiServer.StartAsync();
        var kubectl = server.Kubectl(program);
        await kubectl.SaysAsync("auth reconcile -f -", "role.rbac.authorization.k8s.io/reader reconciled", Rights);
        await kubectl.SaysAsync("auth reconcile -f -", "reconciliation required update", Rights.Replace("[get]", "[get, list]", StringComparison.Ordinal));
        await kubectl.SaysAsync("auth can-i create pods", "yes");
        await kubectl.SaysAsync("auth can-i list pods --as=jane", "yes");
        await kubectl.FailsAsync("auth can-i create pods --as=jane", "no");
        await kubectl.FailsAsync("auth can-i get pods --subresource=log --as=jane", "no");
        await kubectl.SaysAsync("auth can-i get /version --as=jane --as-group=system:authenticated", "yes");
        await kubectl.ShowsAsync("auth can-i --list --as=jane", @"^pods +\[\] +\[\] +\[get list\]$");
        await kubectl.SaysAsync("get pods --as=jane", "No resources found");
        await kubectl.FailsAsync("get secrets --as=jane", "Error from server (Forbidden): secrets is forbidden: User \"jane\" cannot list resource \"secrets\" in API group \"\" in the namespace \"default\"");

        // The oldest asks for versions of the review that no server has had for years.
        if (kubectl.Minor >= 28)
        {
            await kubectl.ShowsAsync("auth whoami", "^Username +kubernetes-admin$");
            await kubectl.SaysAsync("auth whoami --as=jane -o jsonpath={.status.userInfo.username}", "jane");
        }

        await kubectl.DoAsync("create serviceaccount robot");
        var token = (await kubectl.DoAsync("create token robot")).Trim();
        kubectl.WriteFile("nobody", "");
        await kubectl.FailsAsync($"get pods --token={token} --kubeconfig=nobody --server={server.Address} --insecure-skip-tls-verify", "User \"system:serviceaccount:default:robot\" cannot list resource \"pods\"");
    }

    [Theory]
    [MemberData(nameof(Kubectl.Programs), MemberType = typeof(Kubectl))]
    public async Task Certificates_are_approved_and_denied(string program)
    {
        Assert.SkipWhen(program.Length == 0, Kubectl.WhyNot);
        await using var cluster = await RunningCluster.StartAsync();
        var kubectl = cluster.Kubectl(program);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = new CertificateRequest("CN=jane, O=dev", key, HashAlgorithmName.SHA256).CreateSigningRequestPem();
        foreach (var name in (string[])["good", "bad"])
        {
            await kubectl.SaysAsync("create -f -", $"certificatesigningrequest.certificates.k8s.io/{name} created", $$"""
                apiVersion: certificates.k8s.io/v1
                kind: CertificateSigningRequest
                metadata: {name: {{name}}}
                spec: {request: {{Convert.ToBase64String(Encoding.UTF8.GetBytes(pem))}}, signerName: kubernetes.io/kube-apiserver-client, usages: [client auth], expirationSeconds: 3600}
                """);
        }

        await kubectl.ShowsAsync("get csr good", "^NAME +AGE +SIGNERNAME +REQUESTOR +REQUESTEDDURATION +CONDITION\ngood +[0-9]+s +kubernetes.io/kube-apiserver-client +kubernetes-admin +60m +Pending");
        await kubectl.SaysAsync("certificate approve good", "approved");
        await kubectl.SaysAsync("certificate deny bad", "denied");
        await kubectl.SaysInTimeAsync("get csr good", "Approved,Issued");
        await kubectl.SaysAsync("get csr bad", "Denied");
        await kubectl.ShowsAsync("describe csr good", "Common Name: +jane");
        var issued = Convert.FromBase64String(await kubectl.DoAsync("get csr good -o jsonpath={.status.certificate}"));
        kubectl.WriteFile("jane.crt", Encoding.UTF8.GetString(issued));
        kubectl.WriteFile("jane.key", key.ExportPkcs8PrivateKeyPem());
        kubectl.WriteFile("nobody", "");
        await kubectl.FailsAsync($"get pods --client-certificate=jane.crt --client-key=jane.key --kubeconfig=nobody --server={cluster.Address} --insecure-skip-tls-verify", "User \"jane\" cannot list resource \"pods\"");
    }

    [Theory]
    [MemberData(nameof(Kubectl.Programs), MemberType = typeof(Kubectl))]
    public async Task The_proxy_serves_the_api_and_the_cluster_is_told_of(string program)
    {
        Assert.SkipWhen(program.Length == 0, Kubectl.WhyNot);
        await using var server = await RunningApiServer.StartAsync();
        var kubectl = server.Kubectl(program);
        await kubectl.SaysAsync("cluster-info", "is running at");
        await kubectl.SaysAsync("cluster-info", server.Address.ToString().TrimEnd('/'));
        await kubectl.ShowsAsync("version -o json", "\"gitVersion\": \"v1.36.0\\+keelson\"");
        await kubectl.SaysAsync("config current-context", "keelson");
        await kubectl.SaysAsync("config view --minify", "DATA+OMITTED");
        await kubectl.ShowsAsync("config get-contexts", @"^\* +keelson +keelson +");
        await kubectl.SaysAsync("config set-context other --cluster=keelson --user=keelson --namespace=kube-system", "Context \"other\" created.");
        await kubectl.SaysAsync("get ns default --context=other -o name", "namespace/default");

        await using var proxy = kubectl.Start("proxy --port=0");
        var line = proxy.WaitForLine("Starting to serve on");
        using var client = new HttpClient { BaseAddress = new Uri("http://" + line[(line.LastIndexOf(' ') + 1)..]) };
        Assert.Contains("\"kind\":\"NamespaceList\"", await client.GetStringAsync(new Uri("/api/v1/namespaces?limit=1", UriKind.Relative)), StringComparison.Ordinal);
        using var sent = new StringContent("""{"metadata":{"name":"proxied"}}""", Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri("/api/v1/namespaces/default/configmaps", UriKind.Relative), sent);
        Assert.Equal(System.Net.HttpStatusCode.Created, answer.StatusCode);
        await kubectl.SaysAsync("get cm proxied -o name", "configmap/proxied");
    }
}
