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

    [Fact]
    public void A_gang_has_members_and_a_group_a_priority_that_users_may_give()
    {
        Assert.Equal(["spec.podGroupTemplates[0].schedulingPolicy.gang.minCount: Required value"], Work.Create("{spec: {podGroupTemplates: [{name: g, schedulingPolicy: {gang: {minCount: 0}}}]}}"));
        Assert.Equal(["spec.podGroupTemplates[0].priority: Invalid value: 1000000001: must be less than or equal to 1000000000"],
            Work.Create("{spec: {podGroupTemplates: [{name: g, priority: 1000000001, schedulingPolicy: {basic: {}}}]}}"));
    }
}

/// <summary>What drivers say of devices, and what becomes of claims.</summary>
public sealed class DeviceContentTests
{
    private static readonly Specimen<Resources.V1.ResourceSlice> Slice = new("""
        metadata: {name: s}
        spec: {driver: d.example.com, nodeName: node, pool: {name: p, resourceSliceCount: 1}, devices: [{name: gpu-0, attributes: {model: {string: a}}, capacity: {memory: {value: 8Gi}}}]}
        """);

    private static readonly Specimen<Resources.V1.ResourceClaim> Claim = new("""
        metadata: {name: c, namespace: default}
        spec: {devices: {requests: [{name: r, exactly: {deviceClassName: x}}]}}
        status: {allocation: {devices: {results: [{request: r, driver: d.example.com, pool: p, device: gpu-0}]}}}
        """);

    private static readonly Specimen<Resources.V1Beta2.DeviceTaintRule> Rule = new("metadata: {name: t}\nspec: {deviceSelector: {driver: d.example.com}, taint: {key: a.example/broken, effect: NoExecute}}");

    [Fact]
    public void What_is_right_is_taken() => Assert.Multiple(() => Assert.Empty(Slice.Create()), () => Assert.Empty(Claim.Create()), () => Assert.Empty(Claim.UpdateStatus("{}", "{status: null}")), () => Assert.Empty(Rule.Create()));

    [Theory]
    [InlineData("{spec: {devices: [{name: A_}]}}", "spec.devices[0].name: Invalid value: \"A_\": a lowercase RFC 1123 label must consist of")]
    [InlineData("{spec: {devices: [{name: a}, {name: a}]}}", "spec.devices[1]: Duplicate value: \"a\"")]
    [InlineData("{spec: {devices: [{name: a, attributes: {m: {}}}]}}", "spec.devices[0].attributes[m]: Invalid value: \"\": exactly one value must be specified")]
    [InlineData("{spec: {devices: [{name: a, attributes: {m: {version: '1'}}}]}}", "spec.devices[0].attributes[m].version: Invalid value: \"1\": must be a string compatible with semver.org spec 2.0.0")]
    [InlineData("{spec: {devices: [{name: a, attributes: {/m: {int: 1}}}]}}", "spec.devices[0].attributes: Invalid value: \"\": the domain must not be empty")]
    [InlineData("{spec: {devices: [{name: a, capacity: {m: {value: 1, requestPolicy: {}}}}]}}", "spec.devices[0].capacity[m].requestPolicy: Forbidden: allowMultipleAllocations must be true")]
    [InlineData("{spec: {devices: [{name: a, allowMultipleAllocations: true, capacity: {m: {value: 4, requestPolicy: {default: 1, validRange: {min: 1, step: 0}}}}}]}}", "spec.devices[0].capacity[m].requestPolicy.validRange.step: Invalid value: \"0\": must be greater than zero")]
    [InlineData("{spec: {devices: [{name: a, allowMultipleAllocations: true, capacity: {m: {value: 4, requestPolicy: {default: 2, validRange: {min: 1, step: 2}}}}}]}}", "spec.devices[0].capacity[m].requestPolicy.validRange.step: Invalid value: \"2\": value is not a multiple of a given step (2) from (1)")]
    [InlineData("{spec: {devices: [{name: a, taints: [{key: k}]}]}}", "spec.devices[0].taints[0].effect: Required value")]
    [InlineData("{spec: {devices: [{name: a, allNodes: true}]}}", "spec.devices[0]: Invalid value: \"null\": `nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec")]
    [InlineData("{spec: {nodeName: null, perDeviceNodeSelection: true}}", "spec.devices[0]: Required value: exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec")]
    [InlineData("{spec: {devices: [{name: a, bindingConditions: [x]}]}}", "spec.devices[0].bindingFailureConditions: Invalid value: []: bindingFailureConditions are required to use bindingConditions")]
    [InlineData("{spec: {pool: {generation: -1}}}", "spec.pool.generation: Invalid value: -1: must be greater than or equal to zero")]
    public void A_slice_is_refused(string change, string expected) => Assert.StartsWith(expected, Assert.Single(Slice.Create(change)), StringComparison.Ordinal);

    [Fact]
    public void A_device_that_has_not_changed_is_not_held_to_new_rules()
    {
        const string Odd = "{spec: {devices: [{name: a, taints: [{key: k, effect: Odd}]}]}}";

        Assert.Empty(Slice.Update(Odd, Odd));
    }

    [Theory]
    [InlineData("{status: {allocation: {devices: {results: [{request: other, driver: d.example.com, pool: p, device: gpu-0}]}}}}", "status.allocation.devices.results[0].request: Invalid value: \"other\": must be the name of a request in the claim")]
    [InlineData("{status: {allocation: {devices: {config: [{opaque: {driver: d.example.com, parameters: {}}}]}}}}", "status.allocation.devices.config[0].source: Required value")]
    [InlineData("{status: {devices: [{driver: d.example.com, pool: p, device: other}]}}", "status.devices[0]: Invalid value: \"d.example.com/p/other\": must be an allocated device in the claim")]
    [InlineData("{status: {devices: [{driver: d.example.com, pool: p, device: gpu-0, networkData: {ips: [1.2.3.4]}}]}}", "status.devices[0].networkData.ips[0]: Invalid value: \"1.2.3.4\": must be a valid address in CIDR form")]
    public void The_status_of_a_claim_is_refused(string change, string expected) => Assert.StartsWith(expected, Assert.Single(Claim.UpdateStatus(change, "{status: null}")), StringComparison.Ordinal);

    [Theory]
    [InlineData("{spec: {taint: {effect: Odd}}}", "spec.taint.effect: Unsupported value: \"Odd\": supported values: \"NoExecute\", \"NoSchedule\", \"None\"")]
    [InlineData("{spec: {taint: {key: ''}}}", "spec.taint.key: Invalid value: \"\": name part must be non-empty")]
    [InlineData("{spec: {deviceSelector: {pool: ''}}}", "spec.deviceSelector.pool: Required value")]
    public void A_taint_rule_is_refused(string change, string expected) => Assert.Contains(expected, Rule.Create(change));

    [Fact]
    public void A_taint_rule_may_keep_an_effect_that_is_no_more() => Assert.Empty(Rule.Update("{spec: {taint: {effect: Odd}}}", "{spec: {taint: {effect: Odd}}}"));
}
