namespace Keelson.EndToEnd.ApiServer;

/// <summary>A kind in two versions, and the server's health, as every kubectl of this machine sees them.</summary>
public sealed class CustomVersionTests
{
    private const string Definition = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: pools.db.example.com}
        spec:
          group: db.example.com
          scope: Namespaced
          names: {plural: pools, singular: pool, kind: Pool}
          versions:
          - name: v2
            served: true
            storage: true
            selectableFields: [{jsonPath: .spec.size}]
            additionalPrinterColumns: [{name: Last, type: string, jsonPath: '.spec.hosts[-1:]'}, {name: Hosts, type: string, jsonPath: .spec.hosts}]
            schema: &schema {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {size: {type: integer, format: int32}, hosts: {type: array, items: {type: string}}}}}}}
          - {name: v1, served: true, storage: false, selectableFields: [{jsonPath: .spec.size}], schema: *schema}
        """;

    public static TheoryData<string> Programs => Kubectl.Programs;

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task Managers_of_two_versions_share_one_object(string program)
    {
        Assert.SkipWhen(program.Length == 0, Kubectl.WhyNot);
        await using var server = await RunningApiServer.StartAsync();
        var kubectl = server.Kubectl(program);
        await kubectl.DoAsync("apply -f -", Definition);
        await kubectl.DoAsync("wait --for=condition=Established crd/pools.db.example.com --timeout=20s");
        await kubectl.DoAsync("apply --server-side --field-manager=ann -f -", Pool("v2", "{size: 1, hosts: [a, b]}"));
        await kubectl.FailsAsync("apply --server-side --field-manager=ben -f -", "Apply failed with 1 conflict: conflict with \"ann\": .spec.size", Pool("v1", "{size: 2}"));
        await kubectl.DoAsync("apply --server-side --force-conflicts --field-manager=ben -f -", Pool("v1", "{size: 2}"));
        Assert.Equal("ann ben", await kubectl.DoAsync("get pool p --show-managed-fields -o jsonpath={.metadata.managedFields[*].manager}"));
        Assert.Equal("db.example.com/v2 db.example.com/v1", await kubectl.DoAsync("get pool p --show-managed-fields -o jsonpath={.metadata.managedFields[*].apiVersion}"));
        Assert.Matches("NAME +LAST +HOSTS\np +b +\\[\"a\",\"b\"\\]", await kubectl.DoAsync("get pools.v2.db.example.com"));
        Assert.Equal("pool.db.example.com/p\n", await kubectl.DoAsync("get pools.v1.db.example.com --field-selector spec.size=2 -o name"));
        Assert.Empty(await kubectl.DoAsync("get pools.v1.db.example.com --field-selector spec.size=1 -o name"));
        await kubectl.FailsAsync("patch pool p --type=merge -p {\"spec\":{\"size\":\"x\"}}", "spec.size in body must be of type integer: \"string\"");
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task The_health_of_the_server_is_told_check_by_check(string program)
    {
        Assert.SkipWhen(program.Length == 0, Kubectl.WhyNot);
        await using var server = await RunningApiServer.StartAsync();
        var kubectl = server.Kubectl(program);
        Assert.EndsWith("livez check passed\n", await kubectl.DoAsync("get --raw /livez?verbose"), StringComparison.Ordinal);
        Assert.Contains("[+]etcd excluded: ok\n", await kubectl.DoAsync("get --raw /readyz?verbose&exclude=etcd"), StringComparison.Ordinal);
        Assert.Equal("ok", await kubectl.DoAsync("get --raw /livez/poststarthook/rbac/bootstrap-roles"));
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task Objects_are_migrated_to_another_version_and_the_old_one_is_given_up(string program)
    {
        Assert.SkipWhen(program.Length == 0, Kubectl.WhyNot);
        await using var cluster = await RunningCluster.StartAsync("storagemigration.k8s.io/v1beta1=true");
        var kubectl = cluster.Kubectl(program);
        await kubectl.DoAsync("apply -f -", Definition);
        await kubectl.DoAsync("wait --for=condition=Established crd/pools.db.example.com --timeout=60s");
        await kubectl.DoAsync("apply -f -", Pool("v1", "{size: 1}"));
        await kubectl.DoAsync("patch crd pools.db.example.com --type=json -p [{\"op\":\"replace\",\"path\":\"/spec/versions/0/storage\",\"value\":false},{\"op\":\"replace\",\"path\":\"/spec/versions/1/storage\",\"value\":true}]");
        Assert.Equal("[\"v2\",\"v1\"]", await kubectl.DoAsync("get crd pools.db.example.com -o jsonpath={.status.storedVersions}"));
        await kubectl.DoAsync("apply -f -", """
            apiVersion: storagemigration.k8s.io/v1beta1
            kind: StorageVersionMigration
            metadata: {name: pools}
            spec: {resource: {group: db.example.com, resource: pools}}
            """);
        await kubectl.DoAsync("wait --for=condition=Succeeded storageversionmigration/pools --timeout=90s");
        await kubectl.DoAsync("wait --for=condition=StorageMigrating=false crd/pools.db.example.com --timeout=60s");
        Assert.Equal("[\"v1\"]", await kubectl.DoAsync("get crd pools.db.example.com -o jsonpath={.status.storedVersions}"));
        await kubectl.DoAsync("patch crd pools.db.example.com --type=json -p [{\"op\":\"remove\",\"path\":\"/spec/versions/0\"}]");
    }

    private static string Pool(string version, string spec) => $$"""
        apiVersion: db.example.com/{{version}}
        kind: Pool
        metadata: {name: p}
        spec: {{spec}}
        """;
}
