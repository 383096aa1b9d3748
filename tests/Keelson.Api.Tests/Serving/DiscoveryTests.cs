using Keelson.Api.Serving;
using Keelson.Api.Tests.OpenApi;

namespace Keelson.Api.Tests.Serving;

public sealed class DiscoveryTests
{
    private static readonly DiscoveryDocuments Discovery = new(BuiltIn.Resources);

    /// <summary>Hashes that kube-apiserver gives.</summary>
    public static TheoryData<string, string, string, string> StorageVersions { get; } = new()
    {
        { "", "v1", "configmaps", "qFsyl6wFWjQ=" },
        { "", "v1", "endpoints", "fWeeMqaN/OA=" },
        { "", "v1", "events", "r2yiGXH7wu8=" },
        { "", "v1", "pods", "xPOwRZ+Yhw8=" },
        { "", "v1", "nodes", "XwShjMxG9Fs=" },
        { "", "v1", "services", "0/CO1lhkEBI=" },
        { "", "v1", "persistentvolumes", "HN/zwEC+JgM=" },
        { "apps", "v1", "deployments", "8aSe+NMegvE=" },
        { "apps", "v1", "daemonsets", "dd7pWHUlMKQ=" },
        { "apps", "v1", "controllerrevisions", "85nkx63pcBU=" },
        { "batch", "v1", "cronjobs", "sd5LIXh4Fjs=" },
        { "batch", "v1", "jobs", "mudhfqk/qZY=" },
        { "autoscaling", "v1", "horizontalpodautoscalers", "qwQve8ut294=" },
        { "events.k8s.io", "v1", "events", "r2yiGXH7wu8=" },
        { "networking.k8s.io", "v1", "ingresses", "39NQlfNR+bo=" },
        { "networking.k8s.io", "v1", "networkpolicies", "YpfwF18m1G8=" },
        { "storage.k8s.io", "v1", "storageclasses", "K+m6uJwbjGY=" },
        { "storage.k8s.io", "v1", "csistoragecapacities", "xeVl+2Ly1kE=" },
        { "coordination.k8s.io", "v1beta1", "leasecandidates", "lvME0iHWE20=" },
        { "scheduling.k8s.io", "v1alpha2", "podgroups", "YYgX3v5V204=" },
        { "", "v1", "bindings", "" },
        { "", "v1", "componentstatuses", "" },
    };

    [Theory]
    [MemberData(nameof(StorageVersions))]
    public void The_storage_version_hash_is_upstreams(string group, string version, string plural, string hash) =>
        Assert.Equal(hash, Discovery.Resources(group, version)!.Resources.Single(resource => resource.Name == plural).StorageVersionHash);

    [Fact]
    public void The_core_group_lists_what_upstream_lists_in_its_order()
    {
        var core = Discovery.Resources("", "v1")!;
        Assert.Equal(("APIResourceList", "", "v1"), (core.Kind, core.ApiVersion, core.GroupVersion));
        Assert.Equal(
            """
            bindings componentstatuses configmaps endpoints events limitranges namespaces namespaces/finalize namespaces/status nodes nodes/proxy nodes/status
            persistentvolumeclaims persistentvolumeclaims/status persistentvolumes persistentvolumes/status pods pods/attach pods/binding pods/ephemeralcontainers pods/eviction
            pods/exec pods/log pods/portforward pods/proxy pods/resize pods/status podtemplates replicationcontrollers replicationcontrollers/scale replicationcontrollers/status
            resourcequotas resourcequotas/status secrets serviceaccounts serviceaccounts/token services services/proxy services/status
            """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries),
            core.Resources.Select(resource => resource.Name));
    }

    [Theory]
    [InlineData("namespaces", "", "", "Namespace", "create,delete,get,list,patch,update,watch")]
    [InlineData("namespaces/finalize", "", "", "Namespace", "update")]
    [InlineData("nodes/proxy", "", "", "NodeProxyOptions", "create,delete,get,patch,update")]
    [InlineData("pods/attach", "", "", "PodAttachOptions", "create,get")]
    [InlineData("pods/binding", "", "", "Binding", "create")]
    [InlineData("pods/ephemeralcontainers", "", "", "Pod", "get,patch,update")]
    [InlineData("pods/eviction", "policy", "v1", "Eviction", "create")]
    [InlineData("pods/log", "", "", "Pod", "get")]
    [InlineData("replicationcontrollers/scale", "autoscaling", "v1", "Scale", "get,patch,update")]
    [InlineData("serviceaccounts/token", "authentication.k8s.io", "v1", "TokenRequest", "create")]
    public void A_subresource_tells_its_kind_and_verbs(string name, string group, string version, string kind, string verbs)
    {
        var resource = Discovery.Resources("", "v1")!.Resources.Single(resource => resource.Name == name);
        Assert.Equal((group, version, kind, verbs), (resource.Group, resource.Version, resource.Kind, string.Join(',', resource.Verbs)));
        Assert.Equal(name.Contains('/', StringComparison.Ordinal), resource.SingularName.Length == 0);
    }

    [Fact]
    public void Groups_come_in_upstreams_order_with_their_best_version_preferred()
    {
        var list = Discovery.GroupList();
        Assert.Equal(("APIGroupList", "v1"), (list.Kind, list.ApiVersion));
        Assert.Equal(
            """
            apiregistration.k8s.io apps events.k8s.io authentication.k8s.io authorization.k8s.io autoscaling batch certificates.k8s.io networking.k8s.io policy
            rbac.authorization.k8s.io storage.k8s.io admissionregistration.k8s.io apiextensions.k8s.io scheduling.k8s.io coordination.k8s.io node.k8s.io discovery.k8s.io
            flowcontrol.apiserver.k8s.io resource.k8s.io storagemigration.k8s.io
            """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries),
            list.Groups.Select(group => group.Name));
        var autoscaling = Discovery.Group("autoscaling")!;
        Assert.Equal(["autoscaling/v2", "autoscaling/v1"], autoscaling.Versions.Select(version => version.GroupVersion));
        Assert.Equal("v2", autoscaling.PreferredVersion.Version);
        Assert.Equal("APIGroup", autoscaling.Kind);
    }

    [Fact]
    public void What_is_not_served_has_no_document()
    {
        Assert.Null(Discovery.Group(""));
        Assert.Null(Discovery.Group("nothing.example"));
        Assert.Null(Discovery.Resources("apps", "v1beta1"));
        Assert.Equal(["leasecandidates"], Discovery.Resources("coordination.k8s.io", "v1beta1")!.Resources.Select(resource => resource.Name));
        Assert.Equal(["mutatingadmissionpolicies", "mutatingadmissionpolicybindings"], Discovery.Resources("admissionregistration.k8s.io", "v1beta1")!.Resources.Select(resource => resource.Name));
        Assert.Empty(new DiscoveryDocuments([]).AggregatedCore().Items);
    }

    [Fact]
    public void The_core_versions_name_the_servers_address()
    {
        var versions = Discovery.CoreVersions("10.0.0.1:6443");
        Assert.Equal(["v1"], versions.Versions);
        Assert.Equal("10.0.0.1:6443", Assert.Single(versions.ServerAddressByClientCIDRs).ServerAddress);
    }

    [Fact]
    public void The_aggregated_documents_say_the_same_as_the_single_ones()
    {
        var items = Discovery.AggregatedCore().Items.Concat(Discovery.AggregatedGroups().Items).ToList();
        Assert.Equal(["", .. Discovery.Groups], items.Select(item => item.Metadata.Name));
        foreach (var item in items)
        {
            foreach (var version in item.Versions)
            {
                Assert.Equal("Current", version.Freshness);
                var single = Discovery.Resources(item.Metadata.Name, version.Version)!.Resources;
                Assert.Equal(
                    single.Select(resource => $"{resource.Name} {resource.Group} {resource.Version} {resource.Kind} {resource.Namespaced} {string.Join(',', resource.Verbs)}"),
                    version.Resources.SelectMany(resource => resource.Subresources
                        .Select(sub => $"{resource.Resource}/{sub.Subresource} {sub.ResponseKind!.Group} {sub.ResponseKind.Version} {sub.ResponseKind.Kind} {resource.Scope == "Namespaced"} {string.Join(',', sub.Verbs)}")
                        .Prepend($"{resource.Resource} {resource.ResponseKind!.Group} {resource.ResponseKind.Version} {resource.ResponseKind.Kind} {resource.Scope == "Namespaced"} {string.Join(',', resource.Verbs)}")));
            }
        }
    }

    [Fact]
    public void A_custom_resource_comes_after_the_built_in_groups_and_names_its_storage_version()
    {
        var custom = CustomResourceTests.CronTabs();
        var discovery = new DiscoveryDocuments([.. BuiltIn.Resources, custom]);
        Assert.Equal("stable.example.com", discovery.Groups[^1]);
        var resource = discovery.Resources("stable.example.com", "v1")!.Resources[0];
        Assert.Equal(("crontabs", "crontab", "CronTab"), (resource.Name, resource.SingularName, resource.Kind));
        var other = new DiscoveryDocuments([custom with { StoredAs = custom.Info.Kind with { Version = "v2" } }]);
        Assert.NotEqual(resource.StorageVersionHash, other.Resources("stable.example.com", "v1")!.Resources[0].StorageVersionHash);
    }

    [Fact]
    public void Versions_are_ordered_by_stability_and_then_by_number()
    {
        string[] versions = ["foo1", "v1alpha1", "v12alpha1", "v2", "v10", "v11beta2", "v3beta1", "foo10", "v1", "v11alpha2", "v10beta3", "v01", "v1beta"];
        Assert.Equal(
            ["v10", "v2", "v1", "v11beta2", "v10beta3", "v3beta1", "v12alpha1", "v11alpha2", "v1alpha1", "foo1", "foo10", "v01", "v1beta"],
            versions.Order(Comparer<string>.Create(GroupOrder.CompareVersions)));
    }
}
