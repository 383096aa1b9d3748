using Keelson.Api.Json;
using Keelson.Server.Registry;
using Keelson.Server.Tables;

namespace Keelson.Server.Tests.Tables;

/// <summary>What stands in the cells where an object is not the usual one.</summary>
public sealed class CellTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly ResourceRegistry Registry = ResourceRegistry.WithBuiltIn();

    private static string Cell(string resource, string column, string json)
    {
        var registered = Registry.All.First(known => known.IsStored && known.Storage == known && known.QualifiedName == resource);
        var columns = TableSet.Of(registered);
        var value = registered.ReadJson(System.Text.Encoding.UTF8.GetBytes(json), new DecodeReport());
        return Convert.ToString(columns.Cells(value, Now).Values[columns.Columns.FindIndex(known => known.Name == column)], System.Globalization.CultureInfo.InvariantCulture)!;
    }

    private static string Pod(string column, string spec, string status, string metadata = "") =>
        Cell("pods", column, $$"""{"metadata":{"name":"p"{{metadata}}},"spec":{{spec}},"status":{{status}}}""");

    private const string TwoSteps = """{"initContainers":[{"name":"a"},{"name":"b"}],"containers":[{"name":"c"}]}""";

    private const string Sidecar = """{"initContainers":[{"name":"s","restartPolicy":"Always"},{"name":"a"}],"containers":[{"name":"c"}]}""";

    [Theory]
    [InlineData("Init:1/2", """{"phase":"Pending","initContainerStatuses":[{"name":"a","state":{"terminated":{"exitCode":0}}},{"name":"b","state":{"running":{}}}]}""")]
    [InlineData("Init:CrashLoopBackOff", """{"phase":"Pending","initContainerStatuses":[{"name":"a","state":{"waiting":{"reason":"CrashLoopBackOff"}}}]}""")]
    [InlineData("Init:0/2", """{"phase":"Pending","initContainerStatuses":[{"name":"a","state":{"waiting":{"reason":"PodInitializing"}}}]}""")]
    [InlineData("Init:Error", """{"phase":"Pending","initContainerStatuses":[{"name":"a","state":{"terminated":{"exitCode":3,"reason":"Error"}}}]}""")]
    [InlineData("Init:ExitCode:3", """{"phase":"Pending","initContainerStatuses":[{"name":"a","state":{"terminated":{"exitCode":3}}}]}""")]
    [InlineData("Init:Signal:9", """{"phase":"Pending","initContainerStatuses":[{"name":"a","state":{"terminated":{"exitCode":3,"signal":9}}}]}""")]
    [InlineData("Completed", """{"phase":"Succeeded","containerStatuses":[{"name":"c","state":{"terminated":{"exitCode":0,"reason":"Completed"}}}]}""")]
    [InlineData("Running", """{"phase":"Running","conditions":[{"type":"Ready","status":"True"}],"containerStatuses":[{"name":"d","state":{"terminated":{"reason":"Completed"}}},{"name":"c","ready":true,"state":{"running":{}}}]}""")]
    [InlineData("NotReady", """{"phase":"Running","containerStatuses":[{"name":"d","state":{"terminated":{"reason":"Completed"}}},{"name":"c","ready":true,"state":{"running":{}}}]}""")]
    [InlineData("SchedulingGated", """{"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","reason":"SchedulingGated"}]}""")]
    [InlineData("Evicted", """{"phase":"Failed","reason":"Evicted"}""")]
    public void A_pods_status_is_the_state_of_the_container_that_matters(string expected, string status) => Assert.Equal(expected, Pod("Status", TwoSteps, status));

    [Fact]
    public void A_pod_that_is_deleted_is_terminating_unless_its_node_is_lost_or_it_has_ended()
    {
        const string Deleted = ""","deletionTimestamp":"2026-05-01T11:00:00Z" """;
        Assert.Equal("Terminating", Pod("Status", TwoSteps, """{"phase":"Running"}""", Deleted));
        Assert.Equal("Unknown", Pod("Status", TwoSteps, """{"phase":"Running","reason":"NodeLost"}""", Deleted));
        Assert.Equal("Succeeded", Pod("Status", TwoSteps, """{"phase":"Succeeded"}""", Deleted));
    }

    [Fact]
    public void A_sidecar_counts_among_a_pods_containers()
    {
        const string Started = """
            {"phase":"Running","initContainerStatuses":[{"name":"s","ready":true,"started":true,"restartCount":2,"lastState":{"terminated":{"finishedAt":"2026-05-01T11:55:00Z"}}},
              {"name":"a","restartCount":7,"state":{"terminated":{"exitCode":0}}}],
             "containerStatuses":[{"name":"c","ready":true,"restartCount":1,"state":{"running":{}}}]}
            """;
        Assert.Equal("2/2", Pod("Ready", Sidecar, Started));
        Assert.Equal("3 (5m ago)", Pod("Restarts", Sidecar, Started));
        Assert.Equal("1/2", Pod("Ready", Sidecar, """{"phase":"Pending","initContainerStatuses":[{"name":"s","ready":true,"started":true},{"name":"a","state":{"running":{}}}]}"""));
    }

    [Fact]
    public void An_initialized_pod_is_shown_by_its_containers_even_while_a_sidecar_restarts()
    {
        const string Status = """
            {"phase":"Running","conditions":[{"type":"Initialized","status":"True"}],"initContainerStatuses":[{"name":"s","started":false,"state":{"waiting":{"reason":"CrashLoopBackOff"}}}],
             "containerStatuses":[{"name":"c","ready":true,"state":{"running":{}}}]}
            """;
        Assert.Equal("1/2", Pod("Ready", Sidecar, Status));
        Assert.Equal("Init:CrashLoopBackOff", Pod("Status", Sidecar, Status));
    }

    [Theory]
    [InlineData("ExternalName", "example.org", "")]
    [InlineData("LoadBalancer", "<pending>", "")]
    [InlineData("LoadBalancer", "192.0.2.1,198.51.100.9,b.example", ""","status":{"loadBalancer":{"ingress":[{"hostname":"b.example"},{"ip":"198.51.100.9"},{"ip":"192.0.2.1"},{"ip":"192.0.2.1"}]}}""")]
    [InlineData("ClusterIP", "<none>", "")]
    [InlineData("", "<unknown>", "")]
    public void A_services_outer_address_depends_on_its_type(string type, string expected, string status) =>
        Assert.Equal(expected, Cell("services", "External-IP", $$"""{"spec":{"type":"{{type}}","externalName":"example.org"}{{status}}}"""));

    [Fact]
    public void Only_the_first_addresses_of_many_are_shown()
    {
        Assert.Equal("[2001:db8::1]:80,10.0.0.2:80,10.0.0.3:80 + 2 more...", Cell("endpoints", "Endpoints", """
            {"subsets":[{"addresses":[{"ip":"2001:db8::1"},{"ip":"10.0.0.2"},{"ip":"10.0.0.3"},{"ip":"10.0.0.4"}],"ports":[{"port":80}]},{"addresses":[{"ip":"10.0.0.9"}]}]}
            """));
        Assert.Equal("<none>", Cell("endpoints", "Endpoints", "{}"));
        Assert.Equal("80,443,web + 1 more...", Cell("endpointslices.discovery.k8s.io", "Ports", """{"ports":[{"port":80},{"port":443},{"name":"web"},{}]}"""));
        Assert.Equal("<unset>", Cell("endpointslices.discovery.k8s.io", "Ports", """{"ports":[{"name":""}]}"""));
        Assert.Equal("a,b,c + 2 more...", Cell("ingresses.networking.k8s.io", "Hosts", """{"spec":{"rules":[{"host":"a"},{"host":"b"},{},{"host":"c"},{}]}}"""));
        Assert.Equal("*", Cell("ingresses.networking.k8s.io", "Hosts", """{"spec":{"rules":[{}]}}"""));
    }

    [Theory]
    [InlineData("Pending", "")]
    [InlineData("Approved,Issued", ""","certificate":"QQ==","conditions":[{"type":"Approved"}]""")]
    [InlineData("Denied", ""","conditions":[{"type":"Approved"},{"type":"Denied"}]""")]
    [InlineData("Approved,Failed", ""","conditions":[{"type":"Failed"},{"type":"Approved"}]""")]
    public void A_signing_request_shows_how_far_it_is(string expected, string status) =>
        Assert.Equal(expected, Cell("certificatesigningrequests.certificates.k8s.io", "Condition", $$"""{"status":{"x":1{{status}} } }"""));

    [Fact]
    public void Volumes_show_what_is_not_set_as_such()
    {
        Assert.Equal("0", Cell("persistentvolumes", "Capacity", "{}"));
        Assert.Equal("RWO,ROX", Cell("persistentvolumes", "Access Modes", """{"spec":{"accessModes":["ReadOnlyMany","ReadWriteOnce","ReadOnlyMany"]}}"""));
        Assert.Equal("<unset>", Cell("persistentvolumeclaims", "VolumeAttributesClass", "{}"));
        Assert.Equal("", Cell("persistentvolumeclaims", "Capacity", """{"status":{"capacity":{"storage":"1Gi"}}}"""));
        Assert.Equal("0", Cell("persistentvolumeclaims", "Capacity", """{"spec":{"volumeName":"v"}}"""));
        Assert.Equal("x (default)", Cell("storageclasses.storage.k8s.io", "Name", """{"metadata":{"name":"x","annotations":{"storageclass.beta.kubernetes.io/is-default-class":"true"}}}"""));
    }

    [Fact]
    public void An_exempt_priority_level_has_no_shares()
    {
        Assert.Equal("<none>", Cell("prioritylevelconfigurations.flowcontrol.apiserver.k8s.io", "NominalConcurrencyShares", """{"spec":{"type":"Exempt","exempt":{"nominalConcurrencyShares":5}}}"""));
    }

    [Theory]
    [InlineData("a/b", """{"name":"b","namespace":"a"}""")]
    [InlineData("*/b", """{"name":"b"}""")]
    [InlineData("&LabelSelector{MatchLabels:map[string]string{k: v,},MatchExpressions:[]LabelSelectorRequirement{},}", """{"selector":{"matchLabels":{"k":"v"}}}""")]
    public void A_binding_shows_what_its_policy_is_given(string expected, string reference) => Assert.Equal(
        expected, Cell("validatingadmissionpolicybindings.admissionregistration.k8s.io", "ParamRef", $$"""{"spec":{"paramRef":{{reference}} } }"""));

    [Fact]
    public void An_event_names_its_reporter_where_it_has_no_source()
    {
        Assert.Equal("kubelet, n1", Cell("events", "Source", """{"reportingComponent":"kubelet","reportingInstance":"n1"}"""));
        Assert.Equal("5m", Cell("events", "Last Seen", """{"eventTime":"2026-05-01T11:00:00.000000Z","series":{"count":4,"lastObservedTime":"2026-05-01T11:55:00.000000Z"}}"""));
        Assert.Equal("1", Cell("events", "Count", "{}"));
    }

    [Fact]
    public async Task Flow_schemas_are_listed_in_the_order_in_which_they_are_tried()
    {
        await using var server = await TestServer.StartAsync();
        var table = await server.GetAsync("/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas", "application/json;as=Table;v=v1;g=meta.k8s.io");
        var precedences = table.Json["rows"]!.AsList()!.Select(row => row["cells"]!.AsList()![2].AsInteger()).ToList();
        Assert.True(precedences.Count > 3);
        Assert.Equal(precedences.Order(), precedences);
    }
}
