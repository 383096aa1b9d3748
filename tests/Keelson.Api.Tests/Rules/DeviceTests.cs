using Keelson.Api.Resources.V1;
using Keelson.Api.Scheduling.V1Alpha2;

namespace Keelson.Api.Tests.Rules;

public sealed class DeviceTests
{
    private static readonly Specimen<ResourceClaim> Claim = new(
        "{metadata: {name: a, namespace: a}, spec: {devices: {requests: [{name: gpu, exactly: {deviceClassName: gpus}}]}}}");

    private static readonly Specimen<ResourceSlice> Slice = new(
        "{metadata: {name: a}, spec: {driver: gpu.example.com, pool: {name: p, generation: 1, resourceSliceCount: 1}, nodeName: node, devices: [{name: gpu-0}]}}");

    private static readonly Specimen<Workload> Work = new(
        "{metadata: {name: a, namespace: a}, spec: {podGroupTemplates: [{name: g, schedulingPolicy: {gang: {minCount: 2}}}]}}");

    [Fact]
    public void Plain_objects_are_valid()
    {
        Assert.Empty(Claim.Create());
        Assert.Empty(Claim.Update("{}"));
        Assert.Empty(Slice.Create());
        Assert.Empty(Work.Create());
    }

    [Fact]
    public void One_device_is_asked_for_unless_told_otherwise() => Assert.Equal(
        """{"devices":{"requests":[{"name":"gpu","exactly":{"deviceClassName":"gpus","allocationMode":"ExactCount","count":1,"tolerations":[{"operator":"Equal"}]}}]}}""",
        Specimen<ResourceClaim>.Defaults("{spec: {devices: {requests: [{name: gpu, exactly: {deviceClassName: gpus, tolerations: [{}]}}]}}}"));

    [Theory]
    [InlineData("requests: [{name: gpu}]", "spec.devices.requests[0]: Required value: exactly one of `exactly` or `firstAvailable` is required")]
    [InlineData("requests: [{name: gpu, exactly: {deviceClassName: gpus, allocationMode: All, count: 2}}]", "spec.devices.requests[0].exactly.count: Invalid value: 2: must not be specified when allocationMode is 'All'")]
    [InlineData("config: [{requests: [cpu], opaque: {driver: d, parameters: {a: b}}}]", "spec.devices.config[0].requests[0]: Invalid value: \"cpu\": must be the name of a request in the claim or the name of a request and a subrequest separated by '/'")]
    [InlineData("constraints: [{requests: [gpu]}]", "spec.devices.constraints[0]: Required value: exactly one of \"matchAttribute\" or \"distinctAttribute\" is required, but multiple fields are set")]
    public void A_claim_is_refused(string devices, params string[] expected) => Assert.Equal(expected, Claim.Create($"{{spec: {{devices: {{{devices}}}}}}}"));

    [Fact]
    public void What_a_claim_asks_for_stays() => Assert.StartsWith("spec: Invalid value:", Assert.Single(Claim.Update("{spec: {devices: null}}")));

    [Theory]
    [InlineData("{spec: {nodeName: null}}", "spec: Required value: exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required")]
    [InlineData("{spec: {allNodes: true}}", "spec: Invalid value: \"{`nodeName`, `allNodes`}\": exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required, but multiple fields are set")]
    [InlineData("{spec: {pool: {resourceSliceCount: 0}}}", "spec.pool.resourceSliceCount: Invalid value: 0: must be greater than zero")]
    public void A_slice_is_refused(string change, params string[] expected) => Assert.Equal(expected, Slice.Create(change));

    [Fact]
    public void A_group_of_a_workload_is_scheduled_one_way() => Assert.Equal(
        ["spec.podGroupTemplates[0].schedulingPolicy: Invalid value: \"\": must specify one of: `basic`, `gang`"],
        Work.Create("{spec: {podGroupTemplates: [{name: g}]}}"));
}
