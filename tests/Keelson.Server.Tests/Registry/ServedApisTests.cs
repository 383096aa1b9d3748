using System.Net;
using Keelson.Server.Registry;

namespace Keelson.Server.Tests.Registry;

public sealed class ServedApisTests
{
    private const string Slices = "/apis/resource.k8s.io/v1/resourceslices";

    [Fact]
    public void From_the_start_only_stable_versions_are_served() =>
        Assert.DoesNotContain(ResourceRegistry.WithBuiltIn().All, resource => resource.Kind.Version.Contains("beta", StringComparison.Ordinal) || resource.Kind.Version.Contains("alpha", StringComparison.Ordinal));

    [Theory]
    [InlineData("api/beta=true", "certificates.k8s.io/v1beta1/clustertrustbundles", true)]
    [InlineData("api/beta=true", "scheduling.k8s.io/v1alpha2/podgroups", false)]
    [InlineData("api/alpha=true", "scheduling.k8s.io/v1alpha2/podgroups", true)]
    [InlineData("api/all=true", "coordination.k8s.io/v1beta1/leasecandidates", true)]
    [InlineData("api/all=true", "coordination.k8s.io/v1beta1/leases", false)]
    [InlineData("api/all=true", "admissionregistration.k8s.io/v1beta1/validatingadmissionpolicies", false)]
    [InlineData("certificates.k8s.io/v1beta1=true", "certificates.k8s.io/v1beta1/podcertificaterequests", true)]
    [InlineData("certificates.k8s.io/v1beta1", "certificates.k8s.io/v1beta1/podcertificaterequests", true)]
    [InlineData("certificates.k8s.io/v1beta1=true,certificates.k8s.io/v1beta1/podcertificaterequests=false", "certificates.k8s.io/v1beta1/podcertificaterequests", false)]
    [InlineData("certificates.k8s.io/v1beta1/clustertrustbundles=1", "certificates.k8s.io/v1beta1/podcertificaterequests", false)]
    [InlineData("certificates.k8s.io/v1beta1/clustertrustbundles=1", "certificates.k8s.io/v1beta1/clustertrustbundles", true)]
    [InlineData("batch/v1=false,api/ga=true", "batch/v1/jobs", false)]
    [InlineData("api/all=false,/v1=true", "/v1/pods", true)]
    [InlineData("api/all=false,/v1=true", "batch/v1/jobs", false)]
    public void The_more_specific_setting_wins(string setting, string resource, bool isServed)
    {
        var parts = resource.Split('/');

        Assert.Equal(isServed, ResourceRegistry.WithBuiltIn(ServedApis.Parse(setting)).Find(parts[0], parts[1], parts[2]) is not null);
    }

    [Theory]
    [InlineData("api/all=false", "invalid key with only api/all=false")]
    [InlineData("api/beta=yes", "invalid value api/beta=yes")]
    [InlineData("v1=true", "runtime-config invalid key v1")]
    [InlineData("a/b/c/d=true", "runtime-config invalid key a/b/c/d")]
    [InlineData("flowers/v1=true,trees/v1=true", "unknown api groups flowers,trees")]
    [InlineData("batch/v7=true", "group version batch/v7 that has not been registered")]
    [InlineData("/v7=true", "group version v7 that has not been registered")]
    [InlineData("batch/v1=maybe", "invalid value of batch/v1: maybe, err: strconv.ParseBool: parsing \"maybe\": invalid syntax")]
    [InlineData("batch/v1/Jobs=true", "invalid key batch/v1/Jobs: group/version/resource and resource is always lowercase plural, not \"Jobs\"")]
    public void A_setting_that_is_none_is_refused_in_upstreams_words(string setting, string message) =>
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => ServedApis.Parse(setting)).Message);

    [Fact]
    public void A_resource_is_not_served_without_the_version_in_which_it_is_stored() =>
        Assert.Contains("which is not served", Assert.Throws<ArgumentException>(() => ResourceRegistry.WithBuiltIn(ServedApis.Parse("autoscaling/v2=false"))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_beta_that_nobody_asked_for_is_not_found_and_not_in_discovery()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync("/apis/certificates.k8s.io/v1beta1/clustertrustbundles", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync("/apis/storagemigration.k8s.io", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(["v1"], (await server.GetAsync("/apis/certificates.k8s.io")).Json["versions"]!.AsList()!.Select(version => version["version"]!.AsText()));
    }

    [Fact]
    public async Task A_beta_with_a_stable_version_beside_it_shows_the_same_objects()
    {
        await using var server = await TestServer.StartAsync(configure: options => options with { Apis = ServedApis.Parse("api/beta=true") });
        await server.PostAsync(Slices, """{"metadata":{"name":"s"},"spec":{"driver":"d.example.com","nodeName":"n","pool":{"name":"p","resourceSliceCount":1}}}""");

        var older = await server.GetAsync("/apis/resource.k8s.io/v1beta2/resourceslices/s");
        Assert.Equal(("resource.k8s.io/v1beta2", "n"), (older.Json["apiVersion"]!.AsText(), older.Json["spec"]!["nodeName"]!.AsText()));
        var chosen = await server.GetAsync("/apis/resource.k8s.io/v1beta2/resourceslices?fieldSelector=spec.nodeName%3Dother");
        Assert.Empty(chosen.Json["items"]!.AsList()!);
    }
}
